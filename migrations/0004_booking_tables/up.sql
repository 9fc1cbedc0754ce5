-- Riders and their orders.

CREATE SCHEMA booking;
COMMENT ON SCHEMA booking IS 'Orders and notifications. Written by the booking service, which changes batteries only through functions of the inventory.';
GRANT USAGE ON SCHEMA booking TO swapwire_booking;

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
    remind_at               timestamptz,
    ready_at                timestamptz,
    ended_by                bigint,
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
COMMENT ON COLUMN booking.orders.remind_at IS 'When the rider is to be told that the hold ends soon; null once told, or for a hold too short to remind of.';
COMMENT ON COLUMN booking.orders.ready_at IS 'When the rider was told that the battery has reached the ready charge; at most once for an order.';
COMMENT ON COLUMN booking.orders.ended_by IS 'The user (JWT sub) who collected or cancelled, the rider or an admin; null for what time or somebody at psql ended.';
COMMENT ON CONSTRAINT order_ends_once ON booking.orders IS 'booked has no end, every other status exactly one.';

-- An order leaves the indexes of active orders when it ends. Each of them repeats its key as IS NOT NULL, so that only
-- queries on that key use it: plans are kept for as long as a connection lives, and one that was made while no order
-- was active took any of these empty indexes and went on to read it from end to end.
--
-- Makes a double booking impossible, whatever the code does.
CREATE UNIQUE INDEX one_active_order_per_battery ON booking.orders (battery_id)
    WHERE status = 'booked' AND battery_id IS NOT NULL;
-- Counted for the limit at every booking.
CREATE INDEX active_orders_of_rider ON booking.orders (user_id) WHERE status = 'booked' AND user_id IS NOT NULL;
-- What the sweeps look for.
CREATE INDEX orders_to_expire ON booking.orders (expires_at) WHERE status = 'booked' AND expires_at IS NOT NULL;
CREATE INDEX orders_to_remind ON booking.orders (remind_at) WHERE status = 'booked' AND remind_at IS NOT NULL;
-- The history of a battery; also what deleting a battery is checked against.
CREATE INDEX orders_of_battery ON booking.orders (battery_id, id DESC);
CREATE INDEX orders_of_rider ON booking.orders (user_id, id DESC);

GRANT SELECT, INSERT, UPDATE ON booking.riders, booking.orders TO swapwire_booking;

CREATE TABLE booking.idempotency_keys (
    user_id    bigint NOT NULL,
    key        text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    station_id bigint NOT NULL,
    battery_id bigint,
    placed     jsonb,
    refusal    text,
    detail     text,
    PRIMARY KEY (user_id, key),
    CONSTRAINT idempotency_key_short CHECK (char_length(key) BETWEEN 1 AND 255),
    CONSTRAINT idempotency_answer_is_one CHECK (num_nonnulls(placed, refusal) = 1)
);
COMMENT ON TABLE booking.idempotency_keys IS 'The first answer to a request with a key. Written in the transaction of the booking: a crash leaves both or none.';
COMMENT ON COLUMN booking.idempotency_keys.station_id IS 'With battery_id, what was asked for: the same key for something else is an error of the client.';
COMMENT ON COLUMN booking.idempotency_keys.placed IS 'The order as it was answered, a row of booking.order_views.';
COMMENT ON COLUMN booking.idempotency_keys.refusal IS 'The problem code that was answered instead.';

-- For forgetting them.
CREATE INDEX idempotency_keys_by_age ON booking.idempotency_keys (created_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON booking.idempotency_keys TO swapwire_booking;
