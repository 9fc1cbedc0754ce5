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

-- What a rider reads about an order.
DROP FUNCTION booking.notify_order(booking.orders);
CREATE FUNCTION booking.notify_order(p_order booking.orders, p_kind text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    INSERT INTO booking.notifications (user_id, notification_id, kind, order_id, title, message, level)
    SELECT p_order.user_id, 0, text.kind, p_order.id, text.title, text.message, text.level
    FROM (VALUES
        ('booking_confirmed', 'Booking confirmed', 'success',
         format('A battery is yours at %s until %s UTC.', p_order.station_name,
                to_char(p_order.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'))),
        ('booking_ready', 'Battery ready', 'success',
         format('Your battery at %s is charged and ready.', p_order.station_name)),
        ('booking_expiring', 'Booking expires soon', 'warning',
         format('Your booking at %s ends at %s UTC.', p_order.station_name,
                to_char(p_order.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'))),
        ('booking_collected', 'Battery collected', 'success',
         format('You have collected your battery at %s.', p_order.station_name)),
        ('booking_cancelled', 'Booking cancelled', 'info',
         format('Your booking at %s is cancelled.', p_order.station_name)),
        ('booking_expired', 'Booking expired', 'warning',
         format('Your booking at %s has expired.', p_order.station_name))
    ) AS text(kind, title, level, message)
    WHERE text.kind = p_kind;
$$;

CREATE OR REPLACE FUNCTION booking.append_order_notifications() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    -- In rider order: a statement over many orders locks riders as every other sweep does.
    IF TG_OP = 'INSERT' THEN
        PERFORM booking.notify_order(n, CASE n.status WHEN 'booked' THEN 'booking_confirmed' ELSE 'booking_' || n.status END)
        FROM (SELECT * FROM new_rows ORDER BY user_id, id) n;
    ELSE
        PERFORM booking.notify_order(n, CASE n.status WHEN 'booked' THEN 'booking_confirmed' ELSE 'booking_' || n.status END)
        FROM (
            SELECT n.* FROM new_rows n JOIN old_rows o USING (id)
            WHERE n.status <> o.status ORDER BY n.user_id, n.id) n;
    END IF;
    RETURN NULL;
END $$;

-- Books for p_hold and reminds p_remind_before its end, if it is longer than that. A rider holds p_active_limit
-- batteries at most.
DROP FUNCTION booking.place_order(bigint, bigint, bigint, interval);
CREATE FUNCTION booking.place_order(
        p_user_id bigint, p_station_id bigint, p_battery_id bigint DEFAULT NULL,
        p_hold interval DEFAULT '24 hours', p_remind_before interval DEFAULT '1 hour', p_active_limit bigint DEFAULT 2)
    RETURNS booking.order_views
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    battery record;
    order_id bigint;
    placed booking.order_views;
BEGIN
    PERFORM booking.lock_rider(p_user_id);
    -- Exact, because every booking of this rider waits for the rider's row.
    IF (SELECT count(*) FROM booking.orders WHERE user_id = p_user_id AND status = 'booked') >= p_active_limit THEN
        RAISE EXCEPTION 'rider % holds % batteries already', p_user_id, p_active_limit
            USING ERRCODE = 'SW409', CONSTRAINT = 'order-limit-reached';
    END IF;
    SELECT * INTO battery FROM inventory.reserve_battery(p_station_id, p_battery_id, p_user_id);

    INSERT INTO booking.orders (user_id, station_id, station_name, battery_id, state_of_charge_percent, expires_at, remind_at)
    VALUES (p_user_id, p_station_id, booking.station_name(p_station_id), battery.id,
            battery.state_of_charge_percent, now() + p_hold,
            CASE WHEN p_hold > p_remind_before THEN now() + p_hold - p_remind_before END)
    RETURNING id INTO order_id;

    SELECT * INTO placed FROM booking.order_views WHERE id = order_id;
    RETURN placed;
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
