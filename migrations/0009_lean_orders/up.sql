-- What an order costs: domains instead of CHECK constraints that are read anew in every statement, and no foreign key
-- where the row that it asks for was locked or written just before.

CREATE DOMAIN booking.order_status AS text
    CONSTRAINT order_status_known CHECK (VALUE IN ('booked', 'collected', 'cancelled', 'expired'));
CREATE DOMAIN booking.notification_kind AS text
    CONSTRAINT notification_kind_known CHECK (VALUE IN (
        'booking_confirmed', 'booking_ready', 'booking_collected', 'booking_cancelled',
        'booking_expired', 'booking_expiring', 'notification'));
CREATE DOMAIN booking.notification_kinds AS text[]
    CONSTRAINT notification_kinds_known CHECK (VALUE <@ ARRAY[
        'booking_confirmed', 'booking_ready', 'booking_collected', 'booking_cancelled',
        'booking_expired', 'booking_expiring', 'notification']);
CREATE DOMAIN booking.locale AS text
    CONSTRAINT locale_known CHECK (VALUE IN ('en', 'de', 'am'));
CREATE DOMAIN booking.time_zone AS text
    CONSTRAINT time_zone_short CHECK (char_length(VALUE) BETWEEN 1 AND 64);
CREATE DOMAIN booking.last_number AS bigint
    CONSTRAINT last_number_not_negative CHECK (VALUE >= 0);
COMMENT ON DOMAIN booking.order_status IS 'booked, and the three ends of an order.';
COMMENT ON DOMAIN booking.notification_kind IS 'What a rider is notified of.';
COMMENT ON DOMAIN booking.notification_kinds IS 'Any of booking.notification_kind.';
COMMENT ON DOMAIN booking.locale IS 'Languages that messages are written in.';
COMMENT ON DOMAIN booking.time_zone IS 'No name of a time zone is longer.';
COMMENT ON DOMAIN booking.last_number IS 'The last number that was drawn; 0 before the first.';

ALTER TABLE booking.riders
    DROP CONSTRAINT rider_notification_id_not_negative,
    DROP CONSTRAINT rider_locale_known,
    DROP CONSTRAINT rider_time_zone_short,
    DROP CONSTRAINT rider_push_kinds_known,
    ALTER COLUMN last_notification_id TYPE booking.last_number,
    ALTER COLUMN locale TYPE booking.locale,
    ALTER COLUMN claimed_locale TYPE booking.locale,
    ALTER COLUMN time_zone TYPE booking.time_zone,
    ALTER COLUMN push_off TYPE booking.notification_kinds;

ALTER TABLE booking.orders
    DROP CONSTRAINT order_status_known,
    DROP CONSTRAINT order_ends_once,
    DROP CONSTRAINT order_end_has_its_time,
    ALTER COLUMN status TYPE booking.order_status,
    ADD CONSTRAINT order_ends_once CHECK (
        (status = 'collected') = (collected_at IS NOT NULL) AND
        (status = 'cancelled') = (cancelled_at IS NOT NULL) AND
        (status = 'expired') = (expired_at IS NOT NULL)),
    ADD COLUMN confirmation_id bigint;
COMMENT ON CONSTRAINT order_ends_once ON booking.orders IS 'booked has no end, every other status exactly its own.';
COMMENT ON COLUMN booking.orders.confirmation_id IS
    'The notification_id that place_order drew for the confirmation when it locked the rider; null where an order was written by hand.';

-- Whether an order's notification can be worded is known where it is written; any other is checked by its trigger
-- (functions/booking/notify.sql).
ALTER TABLE booking.notifications
    DROP CONSTRAINT notification_kind_known,
    DROP CONSTRAINT notification_of_an_order,
    DROP CONSTRAINT notification_can_be_worded,
    ALTER COLUMN kind TYPE booking.notification_kind;

-- What they held is held by triggers (functions/booking/references.sql): at an insert by the rows that are locked or
-- written there, and otherwise when somebody deletes or renumbers a row, which no use case does.
ALTER TABLE booking.orders
    DROP CONSTRAINT orders_user_id_fkey,
    DROP CONSTRAINT orders_battery_id_fkey;
ALTER TABLE booking.notifications
    DROP CONSTRAINT notifications_user_id_fkey,
    DROP CONSTRAINT notifications_order_id_fkey;
ALTER TABLE booking.outbox DROP CONSTRAINT outbox_user_id_notification_id_fkey;
