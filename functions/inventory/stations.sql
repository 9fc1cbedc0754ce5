-- Stations as every reader sees them, and what holds for them whoever writes.

CREATE VIEW inventory.station_states AS
SELECT s.id, s.owner_id, s.name, s.latitude, s.longitude, s.status, s.status_message,
       c.available_batteries, c.booked_batteries, c.unavailable_batteries, c.total_batteries,
       s.updated_at, s.location
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

-- Before the write a generated column is empty in NEW, which would make every row look changed.
CREATE FUNCTION inventory.touch_station() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    NEW.location := OLD.location;
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON inventory.stations
    FOR EACH ROW EXECUTE FUNCTION inventory.touch_station();

-- A deleted station leaves its batteries behind, at no station; the departure is published before the removal.
CREATE FUNCTION inventory.empty_removed_station() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM FROM inventory.batteries WHERE station_id = OLD.id ORDER BY id FOR UPDATE;
    IF EXISTS (SELECT FROM inventory.batteries WHERE station_id = OLD.id AND state = 'booked') THEN
        RAISE EXCEPTION 'station % holds booked batteries', OLD.id
            USING ERRCODE = 'SW409', CONSTRAINT = 'battery-booked';
    END IF;
    UPDATE inventory.batteries SET station_id = NULL WHERE station_id = OLD.id;
    RETURN OLD;
END $$;

CREATE TRIGGER empty_removed_station BEFORE DELETE ON inventory.stations
    FOR EACH ROW EXECUTE FUNCTION inventory.empty_removed_station();

-- TRUNCATE would change inventory without a fact: the screens would never learn of it.
CREATE FUNCTION inventory.refuse_truncate() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION '% can''t be truncated: use DELETE, which tells the screens', TG_TABLE_NAME;
END $$;

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON inventory.stations
    FOR EACH STATEMENT EXECUTE FUNCTION inventory.refuse_truncate();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON inventory.batteries
    FOR EACH STATEMENT EXECUTE FUNCTION inventory.refuse_truncate();

-- The key of a station's advisory lock, which is granted in the order of the requests. Postgres lets one FOR SHARE join
-- another although somebody waits to change the row: at a busy station, where bookings always overlap, closing it would
-- wait for a gap.
CREATE FUNCTION inventory.station_key(p_station_id bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN hashint8extended(p_station_id, 1);

-- Before a station is changed or deleted: waits for the bookings that are being made there and goes before later ones.
CREATE FUNCTION inventory.lock_station(p_station_id bigint) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog
    AS 'SELECT pg_advisory_xact_lock(inventory.station_key(p_station_id))';

GRANT SELECT ON inventory.station_states TO swapwire_inventory;
GRANT EXECUTE ON FUNCTION inventory.station_key, inventory.lock_station TO swapwire_inventory;
