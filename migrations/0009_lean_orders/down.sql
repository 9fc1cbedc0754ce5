ALTER TABLE booking.outbox ADD FOREIGN KEY (user_id, notification_id) REFERENCES booking.notifications;
ALTER TABLE booking.notifications
    ALTER COLUMN kind TYPE text,
    ADD CONSTRAINT notification_kind_known CHECK (kind IN (
        'booking_confirmed', 'booking_ready', 'booking_collected', 'booking_cancelled',
        'booking_expired', 'booking_expiring', 'notification')),
    ADD CONSTRAINT notification_of_an_order CHECK ((kind = 'notification') = (order_id IS NULL)),
    ADD CONSTRAINT notification_can_be_worded CHECK (
        CASE WHEN kind = 'notification'
             THEN params ?& ARRAY['title', 'message', 'level']
                  AND params ->> 'level' IN ('info', 'success', 'warning', 'error')
             ELSE params ? 'station' OR params ?& ARRAY['title', 'message'] END),
    ADD FOREIGN KEY (user_id) REFERENCES booking.riders (user_id),
    ADD FOREIGN KEY (order_id) REFERENCES booking.orders (id);
ALTER TABLE booking.orders
    DROP COLUMN confirmation_id,
    DROP CONSTRAINT order_ends_once,
    ALTER COLUMN status TYPE text,
    ADD FOREIGN KEY (user_id) REFERENCES booking.riders (user_id),
    ADD FOREIGN KEY (battery_id) REFERENCES inventory.batteries (id),
    ADD CONSTRAINT order_status_known CHECK (status IN ('booked', 'collected', 'cancelled', 'expired')),
    ADD CONSTRAINT order_ends_once CHECK (num_nonnulls(collected_at, cancelled_at, expired_at) =
                                          CASE WHEN status = 'booked' THEN 0 ELSE 1 END),
    ADD CONSTRAINT order_end_has_its_time CHECK (
        (status <> 'collected' OR collected_at IS NOT NULL) AND
        (status <> 'cancelled' OR cancelled_at IS NOT NULL) AND
        (status <> 'expired'   OR expired_at   IS NOT NULL));
COMMENT ON CONSTRAINT order_ends_once ON booking.orders IS 'booked has no end, every other status exactly one.';
COMMENT ON CONSTRAINT notification_can_be_worded ON booking.notifications IS
    'The network''s words are complete; an order''s notification has a station, or words from before this migration.';
ALTER TABLE booking.riders
    ALTER COLUMN last_notification_id TYPE bigint,
    ALTER COLUMN locale TYPE text,
    ALTER COLUMN claimed_locale TYPE text,
    ALTER COLUMN time_zone TYPE text,
    ALTER COLUMN push_off TYPE text[],
    ADD CONSTRAINT rider_notification_id_not_negative CHECK (last_notification_id >= 0),
    ADD CONSTRAINT rider_locale_known CHECK (
        locale IN ('en', 'de', 'am') AND claimed_locale IN ('en', 'de', 'am')),
    ADD CONSTRAINT rider_time_zone_short CHECK (char_length(time_zone) BETWEEN 1 AND 64),
    ADD CONSTRAINT rider_push_kinds_known CHECK (push_off <@ ARRAY[
        'booking_confirmed', 'booking_ready', 'booking_collected', 'booking_cancelled',
        'booking_expired', 'booking_expiring', 'notification']);
COMMENT ON CONSTRAINT rider_locale_known ON booking.riders IS 'Languages that messages are written in.';
COMMENT ON CONSTRAINT rider_time_zone_short ON booking.riders IS 'No name of a time zone is longer.';
COMMENT ON CONSTRAINT rider_push_kinds_known ON booking.riders IS 'The kinds that booking.notifications admits.';
DROP DOMAIN booking.last_number, booking.time_zone, booking.locale, booking.notification_kinds,
    booking.notification_kind, booking.order_status;
