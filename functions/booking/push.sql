-- Notifications on their way to browsers which are closed (Web Push, RFC 8030).

-- Keeps a browser's subscription. The endpoint identifies the browser: whoever subscribes with it later takes it over.
-- Raises push-subscription-limit-reached.
CREATE FUNCTION booking.subscribe_push(
        p_user_id bigint, p_endpoint text, p_p256dh bytea, p_auth bytea, p_limit bigint)
    RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    -- A user's browsers subscribe one after another, so that two at once don't both take the last free place.
    PERFORM pg_advisory_xact_lock(hashtextextended('push', p_user_id));
    IF (SELECT count(*) FROM booking.push_subscriptions s
        WHERE s.user_id = p_user_id AND s.endpoint <> p_endpoint) >= p_limit THEN
        RAISE EXCEPTION 'the user has as many subscriptions as one may'
            USING ERRCODE = 'SW409', CONSTRAINT = 'push-subscription-limit-reached';
    END IF;
    INSERT INTO booking.push_subscriptions (user_id, endpoint, p256dh, auth)
    VALUES (p_user_id, p_endpoint, p_p256dh, p_auth)
    ON CONFLICT (endpoint) DO UPDATE
    SET user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth, created_at = now();
END $$;

-- Takes up to p_limit pushes that are due and sets when each is tried next: after p_retry_s seconds, then twice that,
-- and so on up to half an hour. Other instances take others meanwhile. Without an endpoint the subscription has ended.
CREATE FUNCTION booking.claim_pushes(p_limit bigint, p_retry_s double precision)
    RETURNS TABLE (id bigint, subscription_id bigint, age_s double precision, endpoint text, p256dh bytea, auth bytea,
                   notification_id bigint, kind text, order_id bigint, params jsonb, locale text, time_zone text)
    LANGUAGE sql SET search_path = pg_catalog AS $$
    WITH due AS (
        SELECT q.id FROM booking.push_queue q WHERE q.due_at <= clock_timestamp()
        ORDER BY q.due_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    ), claimed AS (
        UPDATE booking.push_queue q
        SET attempts = q.attempts + 1,
            due_at = clock_timestamp() + make_interval(secs => least(p_retry_s * 2 ^ least(q.attempts, 16), 1800))
        FROM due WHERE q.id = due.id
        RETURNING q.id, q.subscription_id, q.user_id, q.notification_id, q.created_at
    )
    SELECT c.id, c.subscription_id, extract(epoch FROM clock_timestamp() - c.created_at)::double precision,
           s.endpoint, s.p256dh, s.auth, n.notification_id, n.kind, n.order_id, n.params, n.locale, n.time_zone
    FROM claimed c
    JOIN booking.notifications n USING (user_id, notification_id)
    -- The browser may belong to another user by now.
    LEFT JOIN booking.push_subscriptions s ON s.id = c.subscription_id AND s.user_id = c.user_id
    ORDER BY c.id;
$$;

GRANT EXECUTE ON FUNCTION booking.subscribe_push, booking.claim_pushes TO swapwire_booking;
