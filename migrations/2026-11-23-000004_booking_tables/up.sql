-- Orders and what riders are told about them.

CREATE SCHEMA booking;
COMMENT ON SCHEMA booking IS 'Orders and notifications. Written by the booking service, which changes batteries only through functions of the inventory.';

CREATE TABLE booking.riders (
    user_id              bigint PRIMARY KEY,
    last_notification_id bigint NOT NULL DEFAULT 0,
    CONSTRAINT rider_notification_id_not_negative CHECK (last_notification_id >= 0)
);
COMMENT ON TABLE booking.riders IS 'A rider''s row orders a rider''s world: every transaction that writes for a rider locks it first.';
COMMENT ON COLUMN booking.riders.last_notification_id IS 'The last notification_id handed out, per rider and without gaps, because the row is locked until commit.';

CREATE TABLE booking.orders (
    id                      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id                 bigint NOT NULL REFERENCES booking.riders (user_id),
    station_id              bigint NOT NULL,
    station_name            text NOT NULL,
    battery_id              bigint NOT NULL REFERENCES inventory.batteries (id),
    status                  text NOT NULL DEFAULT 'booked',
    state_of_charge_percent double precision NOT NULL,
    booked_at               timestamptz NOT NULL DEFAULT now(),
    expires_at              timestamptz NOT NULL,
    collected_at            timestamptz,
    cancelled_at            timestamptz,
    expired_at              timestamptz,
    CONSTRAINT order_status_known CHECK (status IN ('booked', 'collected', 'cancelled', 'expired')),
    CONSTRAINT order_expires_after_booking CHECK (expires_at > booked_at),
    CONSTRAINT order_ends_once CHECK (num_nonnulls(collected_at, cancelled_at, expired_at) =
                                      CASE WHEN status = 'booked' THEN 0 ELSE 1 END),
    CONSTRAINT order_end_has_its_time CHECK (
        (status <> 'collected' OR collected_at IS NOT NULL) AND
        (status <> 'cancelled' OR cancelled_at IS NOT NULL) AND
        (status <> 'expired'   OR expired_at   IS NOT NULL))
);
COMMENT ON TABLE booking.orders IS 'A rider''s hold on one battery. The station''s name is kept: a station may be renamed or deleted after the order has ended.';
COMMENT ON CONSTRAINT order_ends_once ON booking.orders IS 'booked has no end, every other status exactly one.';

-- Makes a double booking impossible, whatever the code does.
CREATE UNIQUE INDEX one_active_order_per_battery ON booking.orders (battery_id) WHERE status = 'booked';
-- The history of a battery; also what deleting a battery is checked against.
CREATE INDEX orders_of_battery ON booking.orders (battery_id, id DESC);
CREATE INDEX orders_of_rider ON booking.orders (user_id, id DESC);

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

-- An order as the API and the messages read it.
CREATE VIEW booking.order_views AS
SELECT o.id, o.user_id, o.status, o.station_id, coalesce(s.name, o.station_name) AS station_name,
       o.battery_id, b.serial_number, b.model,
       CASE WHEN o.status = 'booked' THEN b.state_of_charge_percent ELSE o.state_of_charge_percent END
           AS state_of_charge_percent,
       o.booked_at, o.expires_at, o.collected_at, o.cancelled_at
FROM booking.orders o
JOIN inventory.batteries b ON b.id = o.battery_id
LEFT JOIN inventory.stations s ON s.id = o.station_id;
COMMENT ON VIEW booking.order_views IS 'The charge is the battery''s present one while it is held, the one at the end of the hold afterwards.';

GRANT USAGE ON SCHEMA booking TO swapwire_booking;
GRANT SELECT, INSERT, UPDATE ON booking.riders, booking.orders TO swapwire_booking;
GRANT SELECT, INSERT ON booking.notifications TO swapwire_booking;
GRANT UPDATE (read_at) ON booking.notifications TO swapwire_booking;
GRANT SELECT ON booking.order_views TO swapwire_booking;
