-- Stations and batteries: what exists, where it is and in which state.

CREATE SCHEMA inventory;
COMMENT ON SCHEMA inventory IS 'Stations and batteries. Written by the inventory service; other services call its functions.';
GRANT USAGE ON SCHEMA inventory TO swapwire_inventory, swapwire_booking;

-- A location is a point on the unit sphere in three dimensions, where the straight line between two of them grows with
-- their great-circle distance: an index on it finds the nearest first, across the 180th meridian and at the poles too.
-- cube is one of Postgres' own extensions and trusted: the owner of the database may create it.
CREATE EXTENSION cube;

-- Here and not in functions/, because a stored column is computed by it: a change means computing that column anew.
CREATE FUNCTION inventory.place(p_latitude double precision, p_longitude double precision) RETURNS public.cube
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT public.cube(ARRAY[cos(phi) * cos(lambda), cos(phi) * sin(lambda), sin(phi)])
    -- Held within the range, so that the CHECK constraints of a station say what is wrong with infinity.
    FROM (SELECT radians(greatest(-90, least(90, p_latitude))), radians(greatest(-180, least(180, p_longitude))))
         AS angles(phi, lambda);
$$;
COMMENT ON FUNCTION inventory.place(double precision, double precision) IS 'Degrees north and east, WGS 84, as a point on the unit sphere.';
REVOKE EXECUTE ON FUNCTION inventory.place FROM PUBLIC;
GRANT EXECUTE ON FUNCTION inventory.place TO swapwire_inventory;

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
    place          public.cube NOT NULL GENERATED ALWAYS AS (inventory.place(latitude, longitude)) STORED,
    CONSTRAINT station_name_present CHECK (btrim(name) <> '' AND char_length(name) <= 200),
    CONSTRAINT station_status_message_short CHECK (char_length(status_message) <= 500),
    -- BETWEEN is false for NaN at the upper bound, so NaN and infinity are refused too.
    CONSTRAINT station_latitude_in_range CHECK (latitude BETWEEN -90 AND 90),
    CONSTRAINT station_longitude_in_range CHECK (longitude BETWEEN -180 AND 180),
    CONSTRAINT station_status_known CHECK (status IN ('online', 'offline', 'maintenance'))
);
COMMENT ON TABLE inventory.stations IS 'A place where batteries are swapped. Its counts are not stored: they are counted from its batteries.';
COMMENT ON COLUMN inventory.stations.owner_id IS 'The operator (JWT sub) who may change the station.';
COMMENT ON COLUMN inventory.stations.place IS 'Follows from latitude and longitude.';
COMMENT ON CONSTRAINT station_latitude_in_range ON inventory.stations IS 'Degrees north, WGS 84; NaN is refused.';
COMMENT ON CONSTRAINT station_longitude_in_range ON inventory.stations IS 'Degrees east, WGS 84; NaN is refused.';

-- Nearest first, and within a radius.
CREATE INDEX stations_by_place ON inventory.stations USING gist (place);
-- Within a box.
CREATE INDEX stations_by_latitude ON inventory.stations (latitude, longitude);
-- An operator's own.
CREATE INDEX stations_of_owner ON inventory.stations (owner_id, id);

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
    booked_at               timestamptz,
    CONSTRAINT battery_serial_number_unique UNIQUE (serial_number),
    CONSTRAINT battery_serial_number_present CHECK (btrim(serial_number) <> '' AND char_length(serial_number) <= 100),
    CONSTRAINT battery_model_present CHECK (btrim(model) <> '' AND char_length(model) <= 100),
    CONSTRAINT battery_charge_in_range CHECK (state_of_charge_percent BETWEEN 0 AND 100),
    CONSTRAINT battery_health_in_range CHECK (state_of_health_percent BETWEEN 0 AND 100),
    CONSTRAINT battery_state_known CHECK (state IN ('available', 'booked', 'charging', 'faulty', 'collected')),
    CONSTRAINT battery_booked_at_a_station CHECK (state <> 'booked' OR station_id IS NOT NULL),
    CONSTRAINT battery_collected_from_its_station CHECK (state <> 'collected' OR station_id IS NULL),
    CONSTRAINT battery_booked_since CHECK ((state = 'booked') = (booked_at IS NOT NULL))
);
COMMENT ON TABLE inventory.batteries IS 'A battery is at one station at most: the station is a column of it, not a list elsewhere.';
COMMENT ON COLUMN inventory.batteries.booked_at IS 'Since when it is held for a rider; null while it is not.';
COMMENT ON CONSTRAINT battery_booked_at_a_station ON inventory.batteries IS 'A rider can only hold a battery that stands somewhere.';
COMMENT ON CONSTRAINT battery_collected_from_its_station ON inventory.batteries IS 'A collected battery rides with its rider and counts at no station.';

-- Serves the counts of a station and, within it, the choice of the fullest available battery.
CREATE INDEX batteries_at_station ON inventory.batteries (station_id, state, state_of_charge_percent DESC, id);
CREATE INDEX batteries_of_owner ON inventory.batteries (owner_id, id);
-- Every battery that is held, for the network's statistics.
CREATE INDEX batteries_booked ON inventory.batteries (booked_at) WHERE state = 'booked';

GRANT SELECT, INSERT, UPDATE, DELETE ON inventory.stations, inventory.batteries TO swapwire_inventory;
