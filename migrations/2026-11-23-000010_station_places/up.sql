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

-- Stations around a place, nearest first, p_reach away at most (a straight line through the unit sphere, at most 2),
-- after the station p_after_id at p_after_chord. What is null does not matter. chord is the straight line.
-- One scan of the index finds them in order within the box around the place and ends with the last one wanted. The
-- planner would rather sort: for boxes it has no statistics and takes a thousandth of the stations for granted.
CREATE FUNCTION inventory.stations_near(
        p_latitude double precision, p_longitude double precision, p_reach double precision,
        p_after_chord double precision, p_after_id bigint, p_limit bigint,
        p_status text, p_available boolean,
        p_west double precision, p_south double precision, p_east double precision, p_north double precision)
    RETURNS TABLE (id bigint, owner_id bigint, name text, latitude double precision, longitude double precision,
                   status text, status_message text, available_batteries bigint, booked_batteries bigint,
                   unavailable_batteries bigint, total_batteries bigint, updated_at timestamptz, chord double precision)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog SET enable_sort = off SET enable_bitmapscan = off SET enable_seqscan = off AS $$
DECLARE
    center CONSTANT public.cube := inventory.place(p_latitude, p_longitude);
    around CONSTANT public.cube := public.cube_enlarge(center, p_reach, 3);
BEGIN
    RETURN QUERY
    SELECT n.* FROM (
        SELECT s.id, s.owner_id, s.name, s.latitude, s.longitude, s.status, s.status_message, s.available_batteries,
               s.booked_batteries, s.unavailable_batteries, s.total_batteries, s.updated_at,
               s.place OPERATOR(public.<->) center AS chord
        FROM inventory.station_states s
        WHERE s.place OPERATOR(public.<@) around
          AND s.place OPERATOR(public.<->) center <= p_reach
          AND (p_after_chord IS NULL OR s.place OPERATOR(public.<->) center > p_after_chord
               OR (s.place OPERATOR(public.<->) center = p_after_chord AND s.id > p_after_id))
          AND (p_status IS NULL OR s.status = p_status)
          AND (p_available IS NULL OR (s.available_batteries > 0) = p_available)
          AND (p_west IS NULL OR (s.latitude BETWEEN p_south AND p_north AND CASE WHEN p_west <= p_east
               THEN s.longitude BETWEEN p_west AND p_east ELSE s.longitude >= p_west OR s.longitude <= p_east END))
        ORDER BY s.place OPERATOR(public.<->) center
        -- Several may stand in one place: all of them, so that their ids decide who is on this page.
        FETCH FIRST (p_limit) ROWS WITH TIES
    ) n ORDER BY n.chord, n.id LIMIT p_limit;
END $$;

DROP FUNCTION inventory.distance_km(double precision, double precision, double precision, double precision);

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA inventory FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    inventory.place(double precision, double precision),
    inventory.stations_near(double precision, double precision, double precision, double precision, bigint, bigint,
                            text, boolean, double precision, double precision, double precision, double precision)
    TO swapwire_inventory;
