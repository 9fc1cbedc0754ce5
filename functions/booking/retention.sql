-- Removing what is older than the network keeps it, a batch at a time: the oldest first, without waiting for anybody
-- (SKIP LOCKED). Each returns the removed rows, so that its caller can put them into an archive before the commit.
-- The services' role deletes these rows by these functions alone, and nothing that is younger than a day.

-- Notifications. One that still waits in the outbox stays. The number of a rider's last message is kept in the rider's
-- row: no number comes a second time.
CREATE FUNCTION booking.remove_old_notifications(p_keep interval, p_limit bigint DEFAULT 500) RETURNS SETOF jsonb
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    WITH old AS (
        SELECT n.user_id, n.notification_id FROM booking.notifications n
        WHERE n.created_at <= now() - greatest(p_keep, '1 day')
          AND NOT EXISTS (SELECT FROM booking.outbox f
                          WHERE f.user_id = n.user_id AND f.notification_id = n.notification_id)
        ORDER BY n.created_at LIMIT p_limit FOR UPDATE OF n SKIP LOCKED
    ), removed AS (
        DELETE FROM booking.notifications n USING old
        WHERE n.user_id = old.user_id AND n.notification_id = old.notification_id
        RETURNING n.*
    )
    SELECT to_jsonb(removed) FROM removed;
$$;

-- Ended orders, by the time of their end. An active one has none. One that notifications still belong to stays until
-- these are gone.
CREATE FUNCTION booking.remove_old_orders(p_keep interval, p_limit bigint DEFAULT 500) RETURNS SETOF jsonb
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    WITH old AS (
        SELECT o.id FROM booking.orders o
        WHERE coalesce(o.collected_at, o.cancelled_at, o.expired_at) <= now() - greatest(p_keep, '1 day')
          AND o.status <> 'booked'
          AND NOT EXISTS (SELECT FROM booking.notifications n WHERE n.order_id = o.id)
        ORDER BY coalesce(o.collected_at, o.cancelled_at, o.expired_at) LIMIT p_limit FOR UPDATE OF o SKIP LOCKED
    ), removed AS (
        DELETE FROM booking.orders o USING old WHERE o.id = old.id RETURNING o.*
    )
    SELECT to_jsonb(removed) FROM removed;
$$;

GRANT EXECUTE ON FUNCTION booking.remove_old_notifications, booking.remove_old_orders TO swapwire_booking;
