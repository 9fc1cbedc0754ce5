DROP FUNCTION booking.tell_ready(bigint, timestamptz);
DROP FUNCTION booking.remind_riders(bigint);
DROP FUNCTION booking.expire_orders(bigint);
DROP FUNCTION booking.lock_idle_riders(bigint[]);
DROP FUNCTION booking.cancel_order(bigint, bigint, bigint);
DROP FUNCTION booking.collect_order(bigint, bigint, bigint);
DROP FUNCTION booking.place_order(bigint, bigint, bigint, interval, interval, bigint);
DROP FUNCTION booking.notify_order(booking.orders, text);

CREATE FUNCTION booking.notify_order(p_order booking.orders) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    INSERT INTO booking.notifications (user_id, notification_id, kind, order_id, title, message, level)
    SELECT p_order.user_id, 0, text.kind, p_order.id, text.title, text.message, text.level
    FROM (VALUES
        ('booked', 'booking_confirmed', 'Booking confirmed', 'success',
         format('A battery is yours at %s until %s UTC.', p_order.station_name,
                to_char(p_order.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'))),
        ('collected', 'booking_collected', 'Battery collected', 'success',
         format('You have collected your battery at %s.', p_order.station_name)),
        ('cancelled', 'booking_cancelled', 'Booking cancelled', 'info',
         format('Your booking at %s is cancelled.', p_order.station_name)),
        ('expired', 'booking_expired', 'Booking expired', 'warning',
         format('Your booking at %s has expired.', p_order.station_name))
    ) AS text(status, kind, title, level, message)
    WHERE text.status = p_order.status;
$$;

CREATE OR REPLACE FUNCTION booking.append_order_notifications() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    -- In rider order: a statement over many orders locks riders as every other sweep does.
    IF TG_OP = 'INSERT' THEN
        PERFORM booking.notify_order(n) FROM (SELECT * FROM new_rows ORDER BY user_id, id) n;
    ELSE
        PERFORM booking.notify_order(n) FROM (
            SELECT n.* FROM new_rows n JOIN old_rows o USING (id)
            WHERE n.status <> o.status ORDER BY n.user_id, n.id) n;
    END IF;
    RETURN NULL;
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

CREATE FUNCTION booking.station_name(p_station_id bigint) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT name FROM inventory.stations WHERE id = p_station_id;
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA booking FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    booking.place_order(bigint, bigint, bigint, interval),
    booking.station_name(bigint),
    booking.collect_order(bigint, bigint),
    booking.cancel_order(bigint, bigint)
    TO swapwire_booking;

ALTER TABLE booking.orders DROP COLUMN remind_at, DROP COLUMN ready_at, DROP COLUMN ended_by;
DROP INDEX booking.active_orders_of_rider;
DROP INDEX booking.orders_to_expire;
