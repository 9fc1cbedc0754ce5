-- Stations and batteries: what exists, where it is and in which state.
-- Roles are made by the bootstrap (deploy/postgres/roles.sql); migrations only grant.

CREATE SCHEMA inventory;
COMMENT ON SCHEMA inventory IS 'Stations and batteries. Written by the inventory service; other services call its functions.';

CREATE TABLE inventory.stations (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_id       bigint NOT NULL,
    name           text NOT NULL,
    latitude       double precision NOT NULL,
    longitude      double precision NOT NULL,
    status         text NOT NULL DEFAULT 'online',
    status_message text NOT NULL DEFAULT '',
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT station_name_present CHECK (btrim(name) <> '' AND char_length(name) <= 200),
    CONSTRAINT station_status_message_short CHECK (char_length(status_message) <= 500),
    -- BETWEEN is false for NaN at the upper bound, so NaN and infinity are refused too.
    CONSTRAINT station_latitude_in_range CHECK (latitude BETWEEN -90 AND 90),
    CONSTRAINT station_longitude_in_range CHECK (longitude BETWEEN -180 AND 180),
    CONSTRAINT station_status_known CHECK (status IN ('online', 'offline', 'maintenance'))
);
COMMENT ON TABLE inventory.stations IS 'A place where batteries are swapped. Its counts are not stored: they are counted from its batteries.';
COMMENT ON COLUMN inventory.stations.owner_id IS 'The operator (JWT sub) who may change the station.';
COMMENT ON CONSTRAINT station_latitude_in_range ON inventory.stations IS 'Degrees north, WGS 84; NaN is refused.';
COMMENT ON CONSTRAINT station_longitude_in_range ON inventory.stations IS 'Degrees east, WGS 84; NaN is refused.';

CREATE TABLE inventory.batteries (
    id                      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_id                bigint NOT NULL,
    serial_number           text NOT NULL,
    model                   text NOT NULL,
    state                   text NOT NULL DEFAULT 'available',
    station_id              bigint REFERENCES inventory.stations (id),
    state_of_charge_percent double precision NOT NULL DEFAULT 100,
    state_of_health_percent double precision NOT NULL DEFAULT 100,
    created_at              timestamptz NOT NULL DEFAULT now(),
    updated_at              timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT battery_serial_number_unique UNIQUE (serial_number),
    CONSTRAINT battery_serial_number_present CHECK (btrim(serial_number) <> '' AND char_length(serial_number) <= 100),
    CONSTRAINT battery_model_present CHECK (btrim(model) <> '' AND char_length(model) <= 100),
    CONSTRAINT battery_charge_in_range CHECK (state_of_charge_percent BETWEEN 0 AND 100),
    CONSTRAINT battery_health_in_range CHECK (state_of_health_percent BETWEEN 0 AND 100),
    CONSTRAINT battery_state_known CHECK (state IN ('available', 'booked', 'charging', 'faulty', 'collected')),
    CONSTRAINT battery_booked_at_a_station CHECK (state <> 'booked' OR station_id IS NOT NULL),
    CONSTRAINT battery_collected_from_its_station CHECK (state <> 'collected' OR station_id IS NULL)
);
COMMENT ON TABLE inventory.batteries IS 'A battery is at one station at most: the station is a column of it, not a list elsewhere.';
COMMENT ON CONSTRAINT battery_booked_at_a_station ON inventory.batteries IS 'A rider can only hold a battery that stands somewhere.';
COMMENT ON CONSTRAINT battery_collected_from_its_station ON inventory.batteries IS 'A collected battery rides with its rider and counts at no station.';

-- Serves the counts of a station and, within it, the choice of the fullest available battery.
CREATE INDEX batteries_at_station ON inventory.batteries (station_id, state, state_of_charge_percent DESC, id);
CREATE INDEX batteries_of_owner ON inventory.batteries (owner_id, id);

-- Drawn once per read that becomes a message; a screen ignores a revision not above the one it shows.
CREATE SEQUENCE inventory.revision;

CREATE FUNCTION inventory.touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON inventory.stations
    FOR EACH ROW EXECUTE FUNCTION inventory.touch_updated_at();
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON inventory.batteries
    FOR EACH ROW EXECUTE FUNCTION inventory.touch_updated_at();

-- A station's state as every reader means it: the row and the counts of the same instant.
CREATE VIEW inventory.station_states AS
SELECT s.id, s.owner_id, s.name, s.latitude, s.longitude, s.status, s.status_message,
       c.available_batteries, c.booked_batteries, c.unavailable_batteries, c.total_batteries,
       s.updated_at
FROM inventory.stations s
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE b.state = 'available')              AS available_batteries,
           count(*) FILTER (WHERE b.state = 'booked')                 AS booked_batteries,
           count(*) FILTER (WHERE b.state IN ('charging', 'faulty'))  AS unavailable_batteries,
           count(*)                                                   AS total_batteries
    FROM inventory.batteries b
    WHERE b.station_id = s.id
) c;
COMMENT ON VIEW inventory.station_states IS 'total = available + booked + unavailable (charging, faulty).';

GRANT USAGE ON SCHEMA inventory TO swapwire_inventory, swapwire_booking;
GRANT SELECT, INSERT, UPDATE, DELETE ON inventory.stations, inventory.batteries TO swapwire_inventory;
GRANT SELECT ON inventory.station_states TO swapwire_inventory;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE inventory.revision TO swapwire_inventory;
