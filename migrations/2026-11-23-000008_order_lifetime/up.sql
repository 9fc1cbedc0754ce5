-- Orders in time: they expire, riders are reminded before, and told once when a held battery is ready. How many
-- batteries one rider holds is limited. The database's clock alone decides what is due.

ALTER TABLE booking.orders
    ADD COLUMN remind_at timestamptz,
    ADD COLUMN ready_at  timestamptz,
    ADD COLUMN ended_by  bigint;
COMMENT ON COLUMN booking.orders.remind_at IS 'When the rider is to be told that the hold ends soon; null once told, or for a hold too short to remind of.';
COMMENT ON COLUMN booking.orders.ready_at IS 'When the rider was told that the battery has reached the ready charge; at most once for an order.';
COMMENT ON COLUMN booking.orders.ended_by IS 'The user (JWT sub) who collected or cancelled, the rider or an admin; null for what time or somebody at psql ended.';

-- What the sweeps look for, and nothing else: an order leaves these indexes when it ends.
CREATE INDEX orders_to_expire ON booking.orders (expires_at) WHERE status = 'booked';
CREATE INDEX orders_to_remind ON booking.orders (remind_at) WHERE status = 'booked' AND remind_at IS NOT NULL;
-- Counted for the limit at every booking.
CREATE INDEX active_orders_of_rider ON booking.orders (user_id) WHERE status = 'booked';

-- What a rider reads about an order. In plpgsql, as whatever runs with every booking: its plans are kept, those of an
-- SQL function are made anew at every call (measured: 130 of 750 microseconds of a booking).
DROP FUNCTION booking.notify_order(booking.orders);
CREATE FUNCTION booking.notify_order(p_order booking.orders, p_kind text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    place CONSTANT text := p_order.station_name;
    until CONSTANT text := to_char(p_order.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI');
    title text;
    message text;
    level text := 'success';
BEGIN
    CASE p_kind
        WHEN 'booking_confirmed' THEN
            title := 'Booking confirmed';
            message := 'A battery is yours at ' || place || ' until ' || until || ' UTC.';
        WHEN 'booking_ready' THEN
            title := 'Battery ready';
            message := 'Your battery at ' || place || ' is charged and ready.';
        WHEN 'booking_expiring' THEN
            title := 'Booking expires soon';
            message := 'Your booking at ' || place || ' ends at ' || until || ' UTC.';
            level := 'warning';
        WHEN 'booking_collected' THEN
            title := 'Battery collected';
            message := 'You have collected your battery at ' || place || '.';
        WHEN 'booking_cancelled' THEN
            title := 'Booking cancelled';
            message := 'Your booking at ' || place || ' is cancelled.';
            level := 'info';
        WHEN 'booking_expired' THEN
            title := 'Booking expired';
            message := 'Your booking at ' || place || ' has expired.';
            level := 'warning';
    END CASE;
    INSERT INTO booking.notifications (user_id, notification_id, kind, order_id, title, message, level)
    VALUES (p_order.user_id, 0, p_kind, p_order.id, title, message, level);
END $$;

CREATE OR REPLACE FUNCTION booking.append_order_notifications() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    changed booking.orders;
BEGIN
    -- In rider order: a statement over many orders locks riders as every other sweep does.
    IF TG_OP = 'INSERT' THEN
        FOR changed IN SELECT * FROM new_rows ORDER BY user_id, id LOOP
            PERFORM booking.notify_order(changed, CASE changed.status WHEN 'booked' THEN 'booking_confirmed'
                                                  ELSE 'booking_' || changed.status END);
        END LOOP;
    ELSE
        FOR changed IN SELECT n.* FROM new_rows n JOIN old_rows o USING (id)
                       WHERE n.status <> o.status ORDER BY n.user_id, n.id LOOP
            PERFORM booking.notify_order(changed, CASE changed.status WHEN 'booked' THEN 'booking_confirmed'
                                                  ELSE 'booking_' || changed.status END);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;

-- Books for p_hold and reminds p_remind_before its end, if it is longer than that. A rider holds p_active_limit
-- batteries at most.
DROP FUNCTION booking.place_order(bigint, bigint, bigint, interval);
DROP FUNCTION booking.station_name(bigint);
CREATE FUNCTION booking.place_order(
        p_user_id bigint, p_station_id bigint, p_battery_id bigint DEFAULT NULL,
        p_hold interval DEFAULT '24 hours', p_remind_before interval DEFAULT '1 hour', p_active_limit bigint DEFAULT 2)
    RETURNS booking.order_views
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    held record;
    battery inventory.batteries;
    placed booking.orders;
BEGIN
    PERFORM booking.lock_rider(p_user_id);
    -- Exact, because every booking of this rider waits for the rider's row.
    IF (SELECT count(*) FROM booking.orders WHERE user_id = p_user_id AND status = 'booked') >= p_active_limit THEN
        RAISE EXCEPTION 'rider % holds % batteries already', p_user_id, p_active_limit
            USING ERRCODE = 'SW409', CONSTRAINT = 'order-limit-reached';
    END IF;
    held := inventory.reserve_battery(p_station_id, p_battery_id, p_user_id);
    battery := held.battery;

    INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, state_of_charge_percent, expires_at, remind_at)
    VALUES (p_user_id, p_station_id, held.station_name, battery.id, battery.state_of_charge_percent, now() + p_hold,
            CASE WHEN p_hold > p_remind_before THEN now() + p_hold - p_remind_before END)
    RETURNING * INTO placed;

    -- What booking.order_views shows of it, of which everything is at hand.
    RETURN ROW(placed.id, placed.user_id, placed.status, placed.station_id, placed.station_name, battery.id,
               battery.serial_number, battery.model, battery.state_of_charge_percent, placed.booked_at,
               placed.expires_at, placed.collected_at, placed.cancelled_at)::booking.order_views;
END $$;

-- Locks the rider, then the order, and refuses one that is not active, or whose rider is not p_owner_id (null acts
-- for anybody). An order past its time is the rider's until the sweep has ended it.
DROP FUNCTION booking.collect_order(bigint, bigint);
CREATE FUNCTION booking.collect_order(p_order_id bigint, p_owner_id bigint DEFAULT NULL, p_actor_id bigint DEFAULT NULL)
    RETURNS booking.order_views
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    active booking.orders;
    collected booking.order_views;
BEGIN
    active := booking.lock_active_order(p_order_id, p_owner_id);
    SELECT * INTO collected FROM booking.order_views WHERE id = p_order_id;
    PERFORM inventory.collect_battery(active.battery_id, p_actor_id);
    UPDATE booking.orders
    SET status = 'collected', collected_at = now(), ended_by = p_actor_id,
        state_of_charge_percent = collected.state_of_charge_percent
    WHERE id = p_order_id;
    SELECT * INTO collected FROM booking.order_views WHERE id = p_order_id;
    RETURN collected;
END $$;

DROP FUNCTION booking.cancel_order(bigint, bigint);
CREATE FUNCTION booking.cancel_order(p_order_id bigint, p_owner_id bigint DEFAULT NULL, p_actor_id bigint DEFAULT NULL)
    RETURNS booking.order_views
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    active booking.orders;
    cancelled booking.order_views;
BEGIN
    active := booking.lock_active_order(p_order_id, p_owner_id);
    SELECT * INTO cancelled FROM booking.order_views WHERE id = p_order_id;
    PERFORM inventory.release_battery(active.battery_id, 'cancelled', p_actor_id);
    UPDATE booking.orders
    SET status = 'cancelled', cancelled_at = now(), ended_by = p_actor_id,
        state_of_charge_percent = cancelled.state_of_charge_percent
    WHERE id = p_order_id;
    SELECT * INTO cancelled FROM booking.order_views WHERE id = p_order_id;
    RETURN cancelled;
END $$;

-- The riders among these that nobody else is writing for, locked in id order. The others are left for the next sweep:
-- whoever writes for them may be ending the very order, and two sweeps never wait for each other.
CREATE FUNCTION booking.lock_idle_riders(p_user_ids bigint[]) RETURNS SETOF bigint
    LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT user_id FROM booking.riders WHERE user_id = ANY (p_user_ids) ORDER BY user_id FOR UPDATE SKIP LOCKED;
$$;

-- Ends up to p_limit orders whose time is over, the longest overdue first, and gives their batteries back.
-- Returns how many it ended.
CREATE FUNCTION booking.expire_orders(p_limit bigint DEFAULT 500) RETURNS bigint
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    riders bigint[];
    due bigint[];
    batteries bigint[];
BEGIN
    SELECT array_agg(id), array_agg(DISTINCT user_id) INTO due, riders
    FROM (SELECT id, user_id FROM booking.orders
          WHERE status = 'booked' AND expires_at <= now() ORDER BY expires_at LIMIT p_limit) overdue;
    IF due IS NULL THEN
        RETURN 0;
    END IF;
    riders := ARRAY(SELECT booking.lock_idle_riders(riders));
    -- Read again under the locks: a rider may have ended an order meanwhile.
    SELECT array_agg(id), array_agg(battery_id) INTO due, batteries FROM booking.orders
    WHERE id = ANY (due) AND user_id = ANY (riders) AND status = 'booked';
    IF due IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM inventory.release_batteries(batteries, 'expired');
    UPDATE booking.orders o
    SET status = 'expired', expired_at = now(), state_of_charge_percent = v.state_of_charge_percent
    FROM booking.order_views v WHERE v.id = o.id AND o.id = ANY (due);
    RETURN cardinality(due);
END $$;

-- Tells up to p_limit riders that their hold ends soon. Returns how many it told.
CREATE FUNCTION booking.remind_riders(p_limit bigint DEFAULT 500) RETURNS bigint
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    riders bigint[];
    due bigint[];
    reminded bigint;
BEGIN
    SELECT array_agg(id), array_agg(DISTINCT user_id) INTO due, riders
    FROM (SELECT id, user_id FROM booking.orders
          WHERE status = 'booked' AND remind_at <= now() ORDER BY remind_at LIMIT p_limit) soon;
    IF due IS NULL THEN
        RETURN 0;
    END IF;
    riders := ARRAY(SELECT booking.lock_idle_riders(riders));
    due := ARRAY(SELECT id FROM booking.orders
                 WHERE id = ANY (due) AND user_id = ANY (riders) AND status = 'booked' AND remind_at IS NOT NULL);
    UPDATE booking.orders SET remind_at = NULL WHERE id = ANY (due);
    -- One that is overdue already, for example after an outage, is told of its end instead.
    PERFORM booking.notify_order(o, 'booking_expiring')
    FROM (SELECT * FROM booking.orders WHERE id = ANY (due) AND expires_at > now() ORDER BY user_id, id) o;
    GET DIAGNOSTICS reminded = ROW_COUNT;
    RETURN reminded;
END $$;

-- A held battery has reached the ready charge at p_at: tells its rider, once for an order. Says what became of it:
-- told; repeated (the rider knows); ended (the hold it was about is over); unknown (a hold whose order is not there).
CREATE FUNCTION booking.tell_ready(p_battery_id bigint, p_at timestamptz) RETURNS text
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    held booking.orders;
BEGIN
    SELECT * INTO held FROM booking.orders WHERE battery_id = p_battery_id AND status = 'booked';
    IF NOT FOUND THEN
        RETURN CASE WHEN inventory.is_booked(p_battery_id) THEN 'unknown' ELSE 'ended' END;
    END IF;
    PERFORM booking.lock_rider(held.user_id);
    SELECT * INTO held FROM booking.orders WHERE id = held.id FOR UPDATE;
    IF held.status <> 'booked' OR held.booked_at > p_at THEN
        RETURN 'ended';
    ELSIF held.ready_at IS NOT NULL THEN
        RETURN 'repeated';
    END IF;
    UPDATE booking.orders SET ready_at = p_at WHERE id = held.id RETURNING * INTO held;
    PERFORM booking.notify_order(held, 'booking_ready');
    RETURN 'told';
END $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA booking FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    booking.notify_order(booking.orders, text),
    booking.place_order(bigint, bigint, bigint, interval, interval, bigint),
    booking.collect_order(bigint, bigint, bigint),
    booking.cancel_order(bigint, bigint, bigint),
    booking.lock_idle_riders(bigint[]),
    booking.expire_orders(bigint),
    booking.remind_riders(bigint),
    booking.tell_ready(bigint, timestamptz)
    TO swapwire_booking;
