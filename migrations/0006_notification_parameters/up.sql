-- A notification keeps what its sentence is made from, not the sentence: the service writes it in the rider's language.

ALTER TABLE booking.notifications
    ADD COLUMN params    jsonb,
    ADD COLUMN locale    text NOT NULL DEFAULT 'en',
    ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC',
    ADD COLUMN push      boolean NOT NULL DEFAULT true;
-- What was written before keeps its words.
UPDATE booking.notifications
SET params = jsonb_build_object('title', title, 'message', message)
             || CASE WHEN kind = 'notification' THEN jsonb_build_object('level', level) ELSE '{}' END;
ALTER TABLE booking.notifications
    ALTER COLUMN params SET NOT NULL,
    DROP COLUMN title,
    DROP COLUMN message,
    DROP COLUMN level,
    ADD CONSTRAINT notification_can_be_worded CHECK (
        CASE WHEN kind = 'notification'
             THEN params ?& ARRAY['title', 'message', 'level']
                  AND params ->> 'level' IN ('info', 'success', 'warning', 'error')
             ELSE params ? 'station' OR params ?& ARRAY['title', 'message'] END);
COMMENT ON COLUMN booking.notifications.params IS
    'What the sentence names: station and until for a notification of an order; title, message and level are words that are kept as they are.';
COMMENT ON COLUMN booking.notifications.locale IS 'The rider''s language when it was written. A service without it falls back to English.';
COMMENT ON COLUMN booking.notifications.time_zone IS 'The rider''s time zone when it was written. A service that does not know it falls back to UTC.';
COMMENT ON COLUMN booking.notifications.push IS 'Whether the rider wanted this kind pushed to browsers when it was written.';
COMMENT ON CONSTRAINT notification_can_be_worded ON booking.notifications IS
    'The network''s words are complete; an order''s notification has a station, or words from before this migration.';

-- How a user wants to be told things stands in the rider's row: whoever writes a notification has it in hand.
ALTER TABLE booking.riders
    ADD COLUMN locale         text,
    ADD COLUMN claimed_locale text,
    ADD COLUMN time_zone      text NOT NULL DEFAULT 'UTC',
    ADD COLUMN push_off       text[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT rider_locale_known CHECK (
        locale IN ('en', 'de', 'am') AND claimed_locale IN ('en', 'de', 'am')),
    ADD CONSTRAINT rider_time_zone_short CHECK (char_length(time_zone) BETWEEN 1 AND 64),
    ADD CONSTRAINT rider_push_kinds_known CHECK (push_off <@ ARRAY[
        'booking_confirmed', 'booking_ready', 'booking_collected', 'booking_cancelled',
        'booking_expired', 'booking_expiring', 'notification']);
COMMENT ON COLUMN booking.riders.locale IS 'The language that the rider chose for messages. Null: claimed_locale, else English.';
COMMENT ON COLUMN booking.riders.claimed_locale IS
    'The language that the rider''s token named last. Neither psql nor a sweep has a token to ask.';
COMMENT ON COLUMN booking.riders.time_zone IS 'A name of pg_timezone_names. The service checks it; a name may disappear with a newer Postgres.';
COMMENT ON COLUMN booking.riders.push_off IS 'The kinds of notifications that are not pushed to browsers. They are in the inbox all the same.';
COMMENT ON CONSTRAINT rider_locale_known ON booking.riders IS 'Languages that messages are written in.';
COMMENT ON CONSTRAINT rider_time_zone_short ON booking.riders IS 'No name of a time zone is longer.';
COMMENT ON CONSTRAINT rider_push_kinds_known ON booking.riders IS 'The kinds that booking.notifications admits.';
INSERT INTO booking.riders (user_id, locale, time_zone, push_off)
SELECT user_id, locale, time_zone, push_off FROM booking.preferences
ON CONFLICT (user_id) DO UPDATE
SET locale = excluded.locale, time_zone = excluded.time_zone, push_off = excluded.push_off;
DROP TABLE booking.preferences;
