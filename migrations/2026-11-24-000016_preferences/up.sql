-- How riders want to be told things, and what of it they have not read.

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

-- Counting and listing what is unread takes as long as there is unread, however old the inbox is. The index repeats
-- its key as IS NOT NULL, so that only queries on that key use it.
CREATE INDEX unread_notifications ON booking.notifications (user_id, notification_id)
    WHERE read_at IS NULL AND user_id IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON booking.preferences TO swapwire_booking;
