-- Finding stations by place without reading all of them.

-- A place is a point on the unit sphere in three dimensions, where the straight line between two places grows with
-- their great-circle distance: an index on it finds the nearest first, across the 180th meridian and at the poles too.
-- cube is one of Postgres' own extensions and trusted: the owner of the database may create it.
CREATE EXTENSION cube;

CREATE FUNCTION inventory.place(p_latitude double precision, p_longitude double precision) RETURNS public.cube
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT public.cube(ARRAY[cos(phi) * cos(lambda), cos(phi) * sin(lambda), sin(phi)])
    -- Held within the range, so that the CHECK constraints of a station say what is wrong with infinity.
    FROM (SELECT radians(greatest(-90, least(90, p_latitude))), radians(greatest(-180, least(180, p_longitude))))
         AS angles(phi, lambda);
$$;
COMMENT ON FUNCTION inventory.place(double precision, double precision) IS 'Degrees north and east, WGS 84, as a point on the unit sphere.';

ALTER TABLE inventory.stations
    ADD COLUMN place public.cube NOT NULL GENERATED ALWAYS AS (inventory.place(latitude, longitude)) STORED;
COMMENT ON COLUMN inventory.stations.place IS 'Follows from latitude and longitude.';

-- Before the write a generated column is empty in NEW, which would make every row look changed.
CREATE FUNCTION inventory.touch_station() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    NEW.place := OLD.place;
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER touch_updated_at ON inventory.stations;
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON inventory.stations
    FOR EACH ROW EXECUTE FUNCTION inventory.touch_station();

-- Nearest first, and within a radius.
CREATE INDEX stations_by_place ON inventory.stations USING gist (place);
-- Within a box.
CREATE INDEX stations_by_latitude ON inventory.stations (latitude, longitude);

CREATE OR REPLACE VIEW inventory.station_states AS
SELECT s.id, s.owner_id, s.name, s.latitude, s.longitude, s.status, s.status_message,
       c.available_batteries, c.booked_batteries, c.unavailable_batteries, c.total_batteries,
       s.updated_at, s.place
FROM inventory.stations s
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE b.state = 'available')              AS available_batteries,
           count(*) FILTER (WHERE b.state = 'booked')                 AS booked_batteries,
           count(*) FILTER (WHERE b.state IN ('charging', 'faulty'))  AS unavailable_batteries,
           count(*)                                                   AS total_batteries
    FROM inventory.batteries b
    WHERE b.station_id = s.id
) c;

DROP FUNCTION inventory.distance_km(double precision, double precision, double precision, double precision);

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA inventory FROM PUBLIC;
GRANT EXECUTE ON FUNCTION inventory.place(double precision, double precision) TO swapwire_inventory;
