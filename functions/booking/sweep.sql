-- What happens to orders by time: the rider is reminded, then the order expires. The database's clock alone decides
-- what is due.

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

-- Reminds up to p_limit riders that their hold ends soon. Returns how many it reminded.
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
    -- An order that is overdue already, for example after an outage, is not reminded of: its end is announced instead.
    PERFORM booking.notify_order(o, 'booking_expiring')
    FROM (SELECT * FROM booking.orders WHERE id = ANY (due) AND expires_at > now() ORDER BY user_id, id) o;
    GET DIAGNOSTICS reminded = ROW_COUNT;
    RETURN reminded;
END $$;

GRANT EXECUTE ON FUNCTION booking.lock_idle_riders, booking.expire_orders, booking.remind_riders TO swapwire_booking;
