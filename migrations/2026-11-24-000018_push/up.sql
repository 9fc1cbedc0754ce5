-- Notifications that are pushed to browsers which are closed (Web Push, RFC 8030).

CREATE TABLE booking.push_subscriptions (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id    bigint NOT NULL,
    endpoint   text NOT NULL,
    p256dh     bytea NOT NULL,
    auth       bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT push_endpoint_unique UNIQUE (endpoint),
    CONSTRAINT push_endpoint_short CHECK (octet_length(endpoint) <= 2048),
    CONSTRAINT push_key_is_a_point CHECK (octet_length(p256dh) = 65),
    CONSTRAINT push_auth_is_16_bytes CHECK (octet_length(auth) = 16)
);
COMMENT ON TABLE booking.push_subscriptions IS 'Browsers that want a user''s notifications also while no page is open.';
COMMENT ON COLUMN booking.push_subscriptions.endpoint IS 'Where the browser''s push service takes messages. Whoever knows it may send, so it is a secret.';
COMMENT ON COLUMN booking.push_subscriptions.p256dh IS 'The browser''s public key, an uncompressed point of the curve P-256 (RFC 8291).';
COMMENT ON COLUMN booking.push_subscriptions.auth IS 'The secret that the browser shares with us (RFC 8291).';
COMMENT ON CONSTRAINT push_endpoint_unique ON booking.push_subscriptions IS 'A browser belongs to the user who subscribed last.';
COMMENT ON CONSTRAINT push_endpoint_short ON booking.push_subscriptions IS 'What an index can hold.';
COMMENT ON CONSTRAINT push_key_is_a_point ON booking.push_subscriptions IS 'One byte and two coordinates.';
COMMENT ON CONSTRAINT push_auth_is_16_bytes ON booking.push_subscriptions IS 'RFC 8291, section 3.2.';

CREATE INDEX push_subscriptions_of_user ON booking.push_subscriptions (user_id);

CREATE TABLE booking.push_queue (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription_id bigint NOT NULL,
    user_id         bigint NOT NULL,
    notification_id bigint NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    due_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts        integer NOT NULL DEFAULT 0,
    FOREIGN KEY (user_id, notification_id) REFERENCES booking.notifications ON DELETE CASCADE
);
COMMENT ON TABLE booking.push_queue IS 'Notifications on their way to browsers. The outbox does not know of it: a slow push service delays no screen.';
COMMENT ON COLUMN booking.push_queue.subscription_id IS 'Without a foreign key: a subscription that ends at this moment must not make a booking fail.';
COMMENT ON COLUMN booking.push_queue.due_at IS 'When it is tried next. Whoever tries it sets the time of the next try first: a crash costs that time and no message.';

CREATE INDEX push_queue_due ON booking.push_queue (due_at);
CREATE INDEX push_queue_of_subscription ON booking.push_queue (subscription_id);
CREATE INDEX push_queue_of_notification ON booking.push_queue (user_id, notification_id);

CREATE FUNCTION booking.append_pushes() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO booking.push_queue (subscription_id, user_id, notification_id)
    SELECT s.id, n.user_id, n.notification_id
    FROM new_rows n
    JOIN booking.push_subscriptions s ON s.user_id = n.user_id
    LEFT JOIN booking.preferences p ON p.user_id = n.user_id
    WHERE n.kind <> ALL (coalesce(p.push_off, '{}'));
    RETURN NULL;
END $$;

CREATE TRIGGER append_pushes_insert AFTER INSERT ON booking.notifications
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION booking.append_pushes();

-- Keeps a browser's subscription; its endpoint is known again by whoever subscribes with it later.
-- Raises push-subscription-limit-reached.
CREATE FUNCTION booking.subscribe_push(
        p_user_id bigint, p_endpoint text, p_p256dh bytea, p_auth bytea, p_limit bigint)
    RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    -- One after another for a user, so that two browsers at once don't both become the last one.
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
                   notification_id bigint, kind text, order_id bigint, title text, message text, level text)
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
           s.endpoint, s.p256dh, s.auth, n.notification_id, n.kind, n.order_id, n.title, n.message, n.level
    FROM claimed c
    JOIN booking.notifications n USING (user_id, notification_id)
    -- The browser may be another user's by now.
    LEFT JOIN booking.push_subscriptions s ON s.id = c.subscription_id AND s.user_id = c.user_id
    ORDER BY c.id;
$$;

REVOKE EXECUTE ON FUNCTION
    booking.append_pushes(), booking.subscribe_push(bigint, text, bytea, bytea, bigint),
    booking.claim_pushes(bigint, double precision) FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON booking.push_subscriptions TO swapwire_booking;
GRANT SELECT, UPDATE, DELETE ON booking.push_queue TO swapwire_booking;
GRANT EXECUTE ON FUNCTION
    booking.subscribe_push(bigint, text, bytea, bytea, bigint), booking.claim_pushes(bigint, double precision)
    TO swapwire_booking;
