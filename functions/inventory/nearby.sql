-- Stations by distance.

-- Stations around a location, nearest first, p_reach away at most (a straight line through the unit sphere, at most 2),
-- after the station p_after_id at p_after_chord. A condition that is null does not count. chord is the straight line.
-- One scan of the index finds them in order within the box around the location and ends with the last one wanted. With
-- the page costs of deploy/postgres/postgresql.conf that is what the planner takes; with Postgres' own it would sort.
CREATE FUNCTION inventory.stations_near(
        p_latitude double precision, p_longitude double precision, p_reach double precision,
        p_after_chord double precision, p_after_id bigint, p_limit bigint,
        p_status text, p_available boolean,
        p_west double precision, p_south double precision, p_east double precision, p_north double precision,
        p_owner_id bigint)
    RETURNS TABLE (id bigint, owner_id bigint, name text, latitude double precision, longitude double precision,
                   status text, status_message text, available_batteries bigint, booked_batteries bigint,
                   unavailable_batteries bigint, total_batteries bigint, updated_at timestamptz, chord double precision)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog AS $$
DECLARE
    center CONSTANT public.cube := inventory.location(p_latitude, p_longitude);
    around CONSTANT public.cube := public.cube_enlarge(center, p_reach, 3);
BEGIN
    RETURN QUERY
    SELECT n.* FROM (
        SELECT s.id, s.owner_id, s.name, s.latitude, s.longitude, s.status, s.status_message, s.available_batteries,
               s.booked_batteries, s.unavailable_batteries, s.total_batteries, s.updated_at,
               s.location OPERATOR(public.<->) center AS chord
        FROM inventory.station_states s
        WHERE s.location OPERATOR(public.<@) around
          AND s.location OPERATOR(public.<->) center <= p_reach
          AND (p_after_chord IS NULL OR s.location OPERATOR(public.<->) center > p_after_chord
               OR (s.location OPERATOR(public.<->) center = p_after_chord AND s.id > p_after_id))
          AND (p_owner_id IS NULL OR s.owner_id = p_owner_id)
          AND (p_status IS NULL OR s.status = p_status)
          AND (p_available IS NULL OR (s.available_batteries > 0) = p_available)
          AND (p_west IS NULL OR (s.latitude BETWEEN p_south AND p_north AND CASE WHEN p_west <= p_east
               THEN s.longitude BETWEEN p_west AND p_east ELSE s.longitude >= p_west OR s.longitude <= p_east END))
        ORDER BY s.location OPERATOR(public.<->) center
        -- Several may share one location: all of them, so that their ids decide who is on this page.
        FETCH FIRST (p_limit) ROWS WITH TIES
    ) n ORDER BY n.chord, n.id LIMIT p_limit;
END $$;

GRANT EXECUTE ON FUNCTION inventory.stations_near TO swapwire_inventory;
