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
INSERT INTO booking.preferences (user_id, locale, time_zone, push_off)
SELECT user_id, locale, time_zone, push_off FROM booking.riders
WHERE locale IS NOT NULL OR time_zone <> 'UTC' OR push_off <> '{}';
ALTER TABLE booking.riders
    DROP COLUMN locale,
    DROP COLUMN claimed_locale,
    DROP COLUMN time_zone,
    DROP COLUMN push_off;

-- The columns come back at their places: functions return whole rows, and the programs of that schema read them by
-- position.
ALTER TABLE booking.notifications RENAME COLUMN created_at TO was_created_at;
ALTER TABLE booking.notifications RENAME COLUMN read_at TO was_read_at;
ALTER TABLE booking.notifications
    ADD COLUMN title      text,
    ADD COLUMN message    text,
    ADD COLUMN level      text NOT NULL DEFAULT 'info',
    ADD COLUMN created_at timestamptz,
    ADD COLUMN read_at    timestamptz;
UPDATE booking.notifications n
SET created_at = was_created_at,
    read_at = was_read_at,
    title = coalesce(params ->> 'title', worded.title),
    message = coalesce(params ->> 'message', worded.message),
    level = coalesce(params ->> 'level', worded.level, 'info')
FROM (
    SELECT w.user_id, w.notification_id, t.title, t.level,
           replace(replace(t.message, '{station}', w.params ->> 'station'), '{until}',
                   to_char((w.params ->> 'until')::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')) AS message
    FROM booking.notifications w
    LEFT JOIN (VALUES
        ('booking_confirmed', 'success', 'Booking confirmed', 'A battery is yours at {station} until {until} UTC.'),
        ('booking_ready', 'success', 'Battery ready', 'Your battery at {station} is charged and ready.'),
        ('booking_expiring', 'warning', 'Booking expires soon', 'Your booking at {station} ends at {until} UTC.'),
        ('booking_collected', 'success', 'Battery collected', 'You have collected your battery at {station}.'),
        ('booking_cancelled', 'info', 'Booking cancelled', 'Your booking at {station} is cancelled.'),
        ('booking_expired', 'warning', 'Booking expired', 'Your booking at {station} has expired.')
    ) t (kind, level, title, message) ON t.kind = w.kind
) worded
WHERE (worded.user_id, worded.notification_id) = (n.user_id, n.notification_id);
ALTER TABLE booking.notifications
    DROP COLUMN was_created_at,
    DROP COLUMN was_read_at,
    DROP COLUMN params,
    DROP COLUMN locale,
    DROP COLUMN time_zone,
    DROP COLUMN push,
    ALTER COLUMN title SET NOT NULL,
    ALTER COLUMN message SET NOT NULL,
    ALTER COLUMN created_at SET NOT NULL,
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ADD CONSTRAINT notification_level_known CHECK (level IN ('info', 'success', 'warning', 'error'));
CREATE INDEX unread_notifications ON booking.notifications (user_id, notification_id)
    WHERE read_at IS NULL AND user_id IS NOT NULL;
GRANT UPDATE (read_at) ON booking.notifications TO swapwire_booking;
