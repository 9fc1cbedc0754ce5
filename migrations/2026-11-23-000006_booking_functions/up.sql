-- The use cases of the booking service, one round trip each. Somebody at psql calls the same functions.
-- Refusals are raised as in the inventory's functions (SQLSTATE SW404, SW409; constraint = problem code).

-- The first lock of everything that is written for a rider.
CREATE FUNCTION booking.lock_rider(p_user_id bigint) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    PERFORM FROM booking.riders WHERE user_id = p_user_id FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO booking.riders (user_id) VALUES (p_user_id) ON CONFLICT DO NOTHING;
        PERFORM FROM booking.riders WHERE user_id = p_user_id FOR UPDATE;
    END IF;
END $$;

CREATE FUNCTION booking.place_order(
        p_user_id bigint, p_station_id bigint, p_battery_id bigint DEFAULT NULL,
        p_hold interval DEFAULT '24 hours')
    RETURNS booking.order_views
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    battery record;
    order_id bigint;
    placed booking.order_views;
BEGIN
    PERFORM booking.lock_rider(p_user_id);
    SELECT * INTO battery FROM inventory.reserve_battery(p_station_id, p_battery_id);

    INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, state_of_charge_percent, expires_at)
    VALUES (p_user_id, p_station_id, booking.station_name(p_station_id), battery.id,
            battery.state_of_charge_percent, now() + p_hold)
    RETURNING id INTO order_id;

    SELECT * INTO placed FROM booking.order_views WHERE id = order_id;
    RETURN placed;
END $$;

-- The one thing of a station that an order keeps.
CREATE FUNCTION booking.station_name(p_station_id bigint) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT name FROM inventory.stations WHERE id = p_station_id;
$$;

-- Locks the rider, then the order, and refuses one that is not active. p_user_id NULL acts for an admin.
CREATE FUNCTION booking.lock_active_order(p_order_id bigint, p_user_id bigint) RETURNS booking.orders
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    found_order booking.orders;
BEGIN
    SELECT * INTO found_order FROM booking.orders
    WHERE id = p_order_id AND (p_user_id IS NULL OR user_id = p_user_id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'order % does not exist', p_order_id
            USING ERRCODE = 'SW404', CONSTRAINT = 'order-not-found';
    END IF;
    PERFORM booking.lock_rider(found_order.user_id);
    SELECT * INTO found_order FROM booking.orders WHERE id = p_order_id FOR UPDATE;
    IF found_order.status <> 'booked' THEN
        RAISE EXCEPTION 'order % is %', p_order_id, found_order.status
            USING ERRCODE = 'SW409', CONSTRAINT = 'order-not-active';
    END IF;
    RETURN found_order;
END $$;

CREATE FUNCTION booking.collect_order(p_order_id bigint, p_user_id bigint DEFAULT NULL)
    RETURNS booking.order_views
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    active booking.orders;
    collected booking.order_views;
BEGIN
    active := booking.lock_active_order(p_order_id, p_user_id);
    SELECT * INTO collected FROM booking.order_views WHERE id = p_order_id;
    PERFORM inventory.collect_battery(active.battery_id);
    UPDATE booking.orders
    SET status = 'collected', collected_at = now(),
        state_of_charge_percent = collected.state_of_charge_percent
    WHERE id = p_order_id;
    SELECT * INTO collected FROM booking.order_views WHERE id = p_order_id;
    RETURN collected;
END $$;

CREATE FUNCTION booking.cancel_order(p_order_id bigint, p_user_id bigint DEFAULT NULL)
    RETURNS booking.order_views
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    active booking.orders;
    cancelled booking.order_views;
BEGIN
    active := booking.lock_active_order(p_order_id, p_user_id);
    SELECT * INTO cancelled FROM booking.order_views WHERE id = p_order_id;
    PERFORM inventory.release_battery(active.battery_id);
    UPDATE booking.orders
    SET status = 'cancelled', cancelled_at = now(),
        state_of_charge_percent = cancelled.state_of_charge_percent
    WHERE id = p_order_id;
    SELECT * INTO cancelled FROM booking.order_views WHERE id = p_order_id;
    RETURN cancelled;
END $$;

-- A general notification from the network to one user.
CREATE FUNCTION booking.send_notification(p_user_id bigint, p_title text, p_message text, p_level text)
    RETURNS booking.notifications
    LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT booking.lock_rider(p_user_id);
    INSERT INTO booking.notifications (user_id, notification_id, kind, title, message, level)
    VALUES (p_user_id, 0, 'notification', p_title, p_message, p_level)
    RETURNING *;
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA booking FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    booking.lock_rider(bigint),
    booking.place_order(bigint, bigint, bigint, interval),
    booking.station_name(bigint),
    booking.lock_active_order(bigint, bigint),
    booking.collect_order(bigint, bigint),
    booking.cancel_order(bigint, bigint),
    booking.send_notification(bigint, text, text, text)
    TO swapwire_booking;
