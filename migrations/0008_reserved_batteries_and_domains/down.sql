ALTER TABLE inventory.history
    ALTER COLUMN action TYPE text,
    ALTER COLUMN cause TYPE text,
    ADD CONSTRAINT history_action_known CHECK (action IN (
        'station_created', 'station_changed', 'station_removed',
        'battery_added', 'battery_removed', 'battery_booked', 'battery_collected', 'battery_released',
        'battery_changed', 'battery_registered', 'battery_deleted')),
    ADD CONSTRAINT history_cause_known CHECK (cause IN ('cancelled', 'expired'));
ALTER TABLE inventory.outbox
    ALTER COLUMN kind TYPE text,
    ADD CONSTRAINT fact_kind_known CHECK (kind IN (
        'station_created', 'station_changed', 'station_status', 'station_removed', 'station_test',
        'battery_added', 'battery_removed', 'battery_booked', 'battery_collected', 'battery_released',
        'battery_changed', 'battery_charged'));
ALTER TABLE inventory.batteries
    ALTER COLUMN serial_number TYPE text,
    ALTER COLUMN model TYPE text,
    ALTER COLUMN state TYPE text,
    ALTER COLUMN state_of_charge_percent TYPE double precision,
    ALTER COLUMN state_of_health_percent TYPE double precision,
    ADD CONSTRAINT battery_serial_number_present CHECK (btrim(serial_number) <> '' AND char_length(serial_number) <= 100),
    ADD CONSTRAINT battery_model_present CHECK (btrim(model) <> '' AND char_length(model) <= 100),
    ADD CONSTRAINT battery_charge_in_range CHECK (state_of_charge_percent BETWEEN 0 AND 100),
    ADD CONSTRAINT battery_health_in_range CHECK (state_of_health_percent BETWEEN 0 AND 100),
    ADD CONSTRAINT battery_state_known CHECK (state IN ('available', 'booked', 'charging', 'faulty', 'collected'));
DROP DOMAIN inventory.history_cause, inventory.history_action, inventory.fact_kind, inventory.label, inventory.percent,
    inventory.battery_state;

REVOKE INSERT (owner_id, serial_number, model, state_of_charge_percent, state_of_health_percent),
       UPDATE (state, station_id, state_of_charge_percent, state_of_health_percent)
    ON inventory.batteries FROM swapwire_inventory;
GRANT INSERT, UPDATE ON inventory.batteries TO swapwire_inventory;
ALTER TABLE inventory.batteries DROP COLUMN reserved;
