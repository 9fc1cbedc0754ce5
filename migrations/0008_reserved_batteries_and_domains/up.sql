-- The inventory knows by itself which batteries riders hold: it reads no order.

ALTER TABLE inventory.batteries
    ADD COLUMN reserved boolean NOT NULL DEFAULT false;
UPDATE inventory.batteries b SET reserved = true
FROM booking.orders o WHERE o.battery_id = b.id AND o.status = 'booked' AND b.state = 'booked';
ALTER TABLE inventory.batteries
    ADD CONSTRAINT battery_reserved_is_booked CHECK (NOT reserved OR state = 'booked');
COMMENT ON COLUMN inventory.batteries.reserved IS
    'Whether an order holds it. Set and taken back by functions of the inventory (reserve_battery, release_batteries, collect_battery) and by nobody else; until then it stays booked, at its station.';
COMMENT ON CONSTRAINT battery_reserved_is_booked ON inventory.batteries IS 'A rider holds what is booked.';

-- The service writes what an operator decides or reads off. Whether a battery is reserved is not among it.
REVOKE INSERT, UPDATE ON inventory.batteries FROM swapwire_inventory;
GRANT INSERT (owner_id, serial_number, model, state_of_charge_percent, state_of_health_percent),
      UPDATE (state, station_id, state_of_charge_percent, state_of_health_percent)
    ON inventory.batteries TO swapwire_inventory;

-- What a value may be, as domains. Postgres keeps a domain's check ready for use; it reads a table's CHECK constraint
-- anew in every statement that writes to the table, which took a sixth of a booking.
CREATE DOMAIN inventory.battery_state AS text
    CONSTRAINT battery_state_known CHECK (VALUE IN ('available', 'booked', 'charging', 'faulty', 'collected'));
CREATE DOMAIN inventory.percent AS double precision
    -- BETWEEN is false for NaN at the upper bound.
    CONSTRAINT percent_in_range CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN inventory.label AS text
    CONSTRAINT label_present CHECK (btrim(VALUE) <> '' AND char_length(VALUE) <= 100);
CREATE DOMAIN inventory.fact_kind AS text
    CONSTRAINT fact_kind_known CHECK (VALUE IN (
        'station_created', 'station_changed', 'station_status', 'station_removed', 'station_test',
        'battery_added', 'battery_removed', 'battery_booked', 'battery_collected', 'battery_released',
        'battery_changed', 'battery_charged'));
CREATE DOMAIN inventory.history_action AS text
    CONSTRAINT history_action_known CHECK (VALUE IN (
        'station_created', 'station_changed', 'station_removed',
        'battery_added', 'battery_removed', 'battery_booked', 'battery_collected', 'battery_released',
        'battery_changed', 'battery_registered', 'battery_deleted'));
CREATE DOMAIN inventory.history_cause AS text
    CONSTRAINT history_cause_known CHECK (VALUE IN ('cancelled', 'expired'));
COMMENT ON DOMAIN inventory.battery_state IS 'Where a battery is in its round: at a station, held for a rider, or with a rider.';
COMMENT ON DOMAIN inventory.percent IS '0 to 100; NaN and infinity are refused.';
COMMENT ON DOMAIN inventory.label IS 'What is printed on a battery.';
COMMENT ON DOMAIN inventory.fact_kind IS 'What the relay publishes.';
COMMENT ON DOMAIN inventory.history_action IS 'What somebody or something did.';
COMMENT ON DOMAIN inventory.history_cause IS 'Why a hold was released.';

ALTER TABLE inventory.batteries
    DROP CONSTRAINT battery_serial_number_present,
    DROP CONSTRAINT battery_model_present,
    DROP CONSTRAINT battery_charge_in_range,
    DROP CONSTRAINT battery_health_in_range,
    DROP CONSTRAINT battery_state_known,
    ALTER COLUMN serial_number TYPE inventory.label,
    ALTER COLUMN model TYPE inventory.label,
    ALTER COLUMN state TYPE inventory.battery_state,
    ALTER COLUMN state_of_charge_percent TYPE inventory.percent,
    ALTER COLUMN state_of_health_percent TYPE inventory.percent;
ALTER TABLE inventory.outbox
    DROP CONSTRAINT fact_kind_known,
    ALTER COLUMN kind TYPE inventory.fact_kind;
ALTER TABLE inventory.history
    DROP CONSTRAINT history_action_known,
    DROP CONSTRAINT history_cause_known,
    ALTER COLUMN action TYPE inventory.history_action,
    ALTER COLUMN cause TYPE inventory.history_cause;
