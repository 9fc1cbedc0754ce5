-- Placing an order: one round trip for the service. Somebody at psql calls the same function. A refusal is raised as in
-- the inventory's functions: SQLSTATE SW404 or SW409, the constraint's name is the problem code.

-- Books for p_hold and reminds p_remind_before its end, if it is longer than that. A rider holds p_active_limit
-- batteries at most.
CREATE FUNCTION booking.place_order(
        p_user_id bigint, p_station_id bigint, p_battery_id bigint DEFAULT NULL,
        p_hold interval DEFAULT '24 hours', p_remind_before interval DEFAULT '1 hour', p_active_limit bigint DEFAULT 2)
    RETURNS booking.order_views
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    confirmation bigint;
    held record;
    battery inventory.batteries;
    placed booking.orders;
BEGIN
    -- Locks the rider and draws the number of the confirmation in one statement.
    INSERT INTO booking.riders AS r (user_id, last_notification_id) VALUES (p_user_id, 1)
    ON CONFLICT (user_id) DO UPDATE SET last_notification_id = r.last_notification_id + 1
    RETURNING last_notification_id INTO confirmation;
    -- Exact, because every booking of this rider waits for the rider's row.
    IF (SELECT count(*) FROM booking.orders WHERE user_id = p_user_id AND status = 'booked') >= p_active_limit THEN
        RAISE EXCEPTION 'rider % holds % batteries already', p_user_id, p_active_limit
            USING ERRCODE = 'SW409', CONSTRAINT = 'order-limit-reached';
    END IF;
    held := inventory.reserve_battery(p_station_id, p_battery_id, p_user_id);
    battery := held.battery;

    INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, state_of_charge_percent, expires_at,
                                remind_at, confirmation_id)
    VALUES (p_user_id, p_station_id, held.station_name, battery.id, battery.state_of_charge_percent, now() + p_hold,
            CASE WHEN p_hold > p_remind_before THEN now() + p_hold - p_remind_before END, confirmation)
    RETURNING * INTO placed;

    -- What booking.order_views shows of the order. All of it is known here.
    RETURN ROW(placed.id, placed.user_id, placed.status, placed.station_id, placed.station_name, battery.id,
               battery.serial_number, battery.model, battery.state_of_charge_percent, placed.booked_at,
               placed.expires_at, placed.collected_at, placed.cancelled_at)::booking.order_views;
END $$;

GRANT EXECUTE ON FUNCTION booking.place_order TO swapwire_booking;
