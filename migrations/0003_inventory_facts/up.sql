-- What happened at stations and to batteries: once for the relay, which publishes and deletes it, and once for good.
-- Triggers write both (functions/inventory/facts.sql).

CREATE TABLE inventory.outbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id    uuid NOT NULL DEFAULT gen_random_uuid(),
    kind        text NOT NULL,
    station_id  bigint NOT NULL,
    battery_ids bigint[] NOT NULL DEFAULT '{}',
    detail      jsonb,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT fact_kind_known CHECK (kind IN (
        'station_created', 'station_changed', 'station_status', 'station_removed', 'station_test',
        'battery_added', 'battery_removed', 'battery_booked', 'battery_collected', 'battery_released',
        'battery_changed', 'battery_charged'))
);
COMMENT ON TABLE inventory.outbox IS 'Facts waiting to be published. Append-only for writers; ids are drawn before commit, so a reader takes what is there and never assumes that the ids are dense.';
COMMENT ON COLUMN inventory.outbox.event_id IS 'Becomes the id of the published event, so that sending it again repeats the id.';
COMMENT ON COLUMN inventory.outbox.battery_ids IS 'The batteries that one statement changed at this station.';
COMMENT ON COLUMN inventory.outbox.detail IS 'What a later read can no longer tell: the status that was set, or the station that was deleted.';
GRANT SELECT, DELETE ON inventory.outbox TO swapwire_inventory;

-- Drawn once per read that becomes a message; a screen ignores a revision not above the one it shows.
CREATE SEQUENCE inventory.revision;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE inventory.revision TO swapwire_inventory;

CREATE TABLE inventory.history (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    action     text NOT NULL,
    station_id bigint,
    battery_id bigint,
    held_since timestamptz,
    cause      text DEFAULT nullif(current_setting('swapwire.cause', true), ''),
    detail     jsonb,
    actor_id   bigint DEFAULT nullif(current_setting('swapwire.actor', true), '')::bigint,
    session    text NOT NULL DEFAULT session_user,
    CONSTRAINT history_action_known CHECK (action IN (
        'station_created', 'station_changed', 'station_removed',
        'battery_added', 'battery_removed', 'battery_booked', 'battery_collected', 'battery_released',
        'battery_changed', 'battery_registered', 'battery_deleted')),
    CONSTRAINT history_cause_known CHECK (cause IN ('cancelled', 'expired')),
    CONSTRAINT history_is_of_something CHECK (num_nonnulls(station_id, battery_id) > 0)
);
COMMENT ON TABLE inventory.history IS 'Append-only: nobody but the triggers writes, nobody changes or deletes. Readings of charge and health are measurements, not decisions, and are not kept.';
COMMENT ON COLUMN inventory.history.held_since IS 'Where a hold ended: when it began.';
COMMENT ON COLUMN inventory.history.cause IS 'Why a hold was released: the rider gave it up, or its time ran out.';
COMMENT ON COLUMN inventory.history.detail IS 'What changed: {"field": [before, after]}.';
COMMENT ON COLUMN inventory.history.actor_id IS 'The user (JWT sub) who did it; null for what time or somebody at psql did.';
COMMENT ON COLUMN inventory.history.session IS 'The database role, for whoever investigates; never leaves the service.';

-- A station's history, newest first, and its statistics over a range of time.
CREATE INDEX history_of_station ON inventory.history (station_id, at, id);
-- The network's statistics over a range of time: rows arrive in the order of time, so a summary of blocks does.
CREATE INDEX history_in_time ON inventory.history USING brin (at) WITH (pages_per_range = 16);

GRANT SELECT ON inventory.history TO swapwire_inventory;
