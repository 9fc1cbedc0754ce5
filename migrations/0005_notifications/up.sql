-- What riders are told, how they want to be told it, and its two ways to them: the outbox to open screens and the push
-- queue to closed browsers. Triggers write what is told (functions/booking/notify.sql).

CREATE TABLE booking.notifications (
    user_id         bigint NOT NULL REFERENCES booking.riders (user_id),
    notification_id bigint NOT NULL,
    event_id        uuid NOT NULL DEFAULT gen_random_uuid(),
    kind            text NOT NULL,
    order_id        bigint REFERENCES booking.orders (id),
    title           text NOT NULL,
    message         text NOT NULL,
    level           text NOT NULL DEFAULT 'info',
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    read_at         timestamptz,
    PRIMARY KEY (user_id, notification_id),
    CONSTRAINT notification_kind_known CHECK (kind IN (
        'booking_confirmed', 'booking_ready', 'booking_collected', 'booking_cancelled',
        'booking_expired', 'booking_expiring', 'notification')),
    CONSTRAINT notification_level_known CHECK (level IN ('info', 'success', 'warning', 'error')),
    CONSTRAINT notification_of_an_order CHECK ((kind = 'notification') = (order_id IS NULL))
);
COMMENT ON TABLE booking.notifications IS 'The durable inbox: every message that a rider gets live is a row here first.';
COMMENT ON COLUMN booking.notifications.event_id IS 'The id of the event that carries it to the rider''s screens.';

-- Counting and listing what is unread takes as long as there is unread, however old the inbox is. The index repeats
-- its key as IS NOT NULL, so that only queries on that key use it.
CREATE INDEX unread_notifications ON booking.notifications (user_id, notification_id)
    WHERE read_at IS NULL AND user_id IS NOT NULL;

GRANT SELECT, INSERT ON booking.notifications TO swapwire_booking;
GRANT UPDATE (read_at) ON booking.notifications TO swapwire_booking;

CREATE TABLE booking.outbox (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id         bigint NOT NULL,
    notification_id bigint NOT NULL,
    occurred_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (user_id, notification_id) REFERENCES booking.notifications
);
COMMENT ON TABLE booking.outbox IS 'Notifications waiting to be published. A rider''s facts are in commit order, because the rider''s row is locked while they are written.';
GRANT SELECT, DELETE ON booking.outbox TO swapwire_booking;

CREATE TABLE booking.preferences (
    user_id   bigint PRIMARY KEY,
    locale    text,
    time_zone text NOT NULL DEFAULT 'UTC',
    push_off  text[] NOT NULL DEFAULT '{}',
    CONSTRAINT preference_locale_known CHECK (locale IN ('en', 'de', 'am')),
    CONSTRAINT preference_time_zone_short CHECK (char_length(time_zone) BETWEEN 1 AND 64),
    CONSTRAINT preference_kinds_known CHECK (push_off <@ ARRAY[
        'booking_confirmed', 'booking_ready', 'booking_collected', 'booking_cancelled',
        'booking_expired', 'booking_expiring', 'notification'])
);
COMMENT ON TABLE booking.preferences IS 'How a user wants to be told things. Who has no row wants the defaults.';
COMMENT ON COLUMN booking.preferences.locale IS 'The language of messages. Null: the one of the token, else English.';
COMMENT ON COLUMN booking.preferences.time_zone IS 'A name of pg_timezone_names. The service checks it; a name may disappear with a newer Postgres.';
COMMENT ON COLUMN booking.preferences.push_off IS 'The kinds of notifications that are not pushed to browsers. They are in the inbox all the same.';
COMMENT ON CONSTRAINT preference_locale_known ON booking.preferences IS 'A language that messages are written in.';
COMMENT ON CONSTRAINT preference_time_zone_short ON booking.preferences IS 'No name of a time zone is longer.';
COMMENT ON CONSTRAINT preference_kinds_known ON booking.preferences IS 'The kinds that booking.notifications admits.';
GRANT SELECT, INSERT, UPDATE ON booking.preferences TO swapwire_booking;

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

GRANT SELECT, INSERT, UPDATE, DELETE ON booking.push_subscriptions TO swapwire_booking;
GRANT SELECT, UPDATE, DELETE ON booking.push_queue TO swapwire_booking;
