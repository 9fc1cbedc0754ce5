DROP FUNCTION inventory.stations_near(
    double precision, double precision, double precision, double precision, bigint, bigint,
    text, boolean, double precision, double precision, double precision, double precision);

-- Great-circle distance by the haversine formula, on a sphere of the mean Earth radius (IUGG: 6371.0088 km).
-- least(): rounding may push the argument of asin a hair above 1 for antipodes.
CREATE FUNCTION inventory.distance_km(
        latitude1 double precision, longitude1 double precision,
        latitude2 double precision, longitude2 double precision)
    RETURNS double precision
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN 2 * 6371.0088 * asin(least(1, sqrt(
        power(sin(radians(latitude2 - latitude1) / 2), 2) +
        cos(radians(latitude1)) * cos(radians(latitude2)) * power(sin(radians(longitude2 - longitude1) / 2), 2))));

REVOKE EXECUTE ON FUNCTION
    inventory.distance_km(double precision, double precision, double precision, double precision) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    inventory.distance_km(double precision, double precision, double precision, double precision) TO swapwire_inventory;

-- A view can't lose a column by being replaced.
DROP VIEW inventory.station_states;
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
GRANT SELECT ON inventory.station_states TO swapwire_inventory;

DROP TRIGGER touch_updated_at ON inventory.stations;
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON inventory.stations
    FOR EACH ROW EXECUTE FUNCTION inventory.touch_updated_at();
DROP FUNCTION inventory.touch_station();
ALTER TABLE inventory.stations DROP COLUMN place;
DROP INDEX inventory.stations_by_latitude;
DROP FUNCTION inventory.place(double precision, double precision);
DROP EXTENSION cube;
