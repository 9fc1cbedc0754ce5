-- The use cases of the inventory that others call or that need several locks. A refusal is an exception:
-- SQLSTATE SW404 or SW409, the constraint name is the problem code that the HTTP API answers with.

-- Holds one battery of the station for a rider. Without p_battery_id the fullest available one.
-- Returns the battery as it was booked.
CREATE FUNCTION inventory.reserve_battery(p_station_id bigint, p_battery_id bigint DEFAULT NULL)
    RETURNS inventory.batteries
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    station_status text;
    battery inventory.batteries;
BEGIN
    -- FOR SHARE: closing or deleting the station waits for this booking, or this booking sees it.
    SELECT status INTO station_status FROM inventory.stations WHERE id = p_station_id FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'station % does not exist', p_station_id
            USING ERRCODE = 'SW404', CONSTRAINT = 'station-not-found';
    END IF;
    IF station_status <> 'online' THEN
        RAISE EXCEPTION 'station % is %', p_station_id, station_status
            USING ERRCODE = 'SW409', CONSTRAINT = 'station-closed';
    END IF;

    IF p_battery_id IS NOT NULL THEN
        SELECT * INTO battery FROM inventory.batteries WHERE id = p_battery_id FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'battery % does not exist', p_battery_id
                USING ERRCODE = 'SW404', CONSTRAINT = 'battery-not-found';
        END IF;
        IF battery.state <> 'available' OR battery.station_id IS DISTINCT FROM p_station_id THEN
            RAISE EXCEPTION 'battery % is not available at station %', p_battery_id, p_station_id
                USING ERRCODE = 'SW409', CONSTRAINT = 'battery-unavailable';
        END IF;
    ELSE
        -- Riders who arrive together take different batteries; only when every one is locked by
        -- somebody does it wait to see whether one comes free again.
        SELECT * INTO battery FROM inventory.batteries
        WHERE station_id = p_station_id AND state = 'available'
        ORDER BY state_of_charge_percent DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            SELECT * INTO battery FROM inventory.batteries
            WHERE station_id = p_station_id AND state = 'available'
            ORDER BY state_of_charge_percent DESC, id LIMIT 1 FOR UPDATE;
        END IF;
        IF battery.id IS NULL THEN
            RAISE EXCEPTION 'station % has no available battery', p_station_id
                USING ERRCODE = 'SW409', CONSTRAINT = 'station-empty';
        END IF;
    END IF;

    UPDATE inventory.batteries SET state = 'booked' WHERE id = battery.id RETURNING * INTO battery;
    RETURN battery;
END $$;

-- The rider takes a booked battery along.
CREATE FUNCTION inventory.collect_battery(p_battery_id bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE inventory.batteries SET state = 'collected', station_id = NULL
    WHERE id = p_battery_id AND state = 'booked';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'battery % is not booked', p_battery_id
            USING ERRCODE = 'SW409', CONSTRAINT = 'battery-unavailable';
    END IF;
END $$;

-- Gives a booked battery back. One that an operator has since taken out of service stays as it is:
-- a rider's cancellation must not fail because of it.
CREATE FUNCTION inventory.release_battery(p_battery_id bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    UPDATE inventory.batteries SET state = 'available' WHERE id = p_battery_id AND state = 'booked';
$$;

-- Adds batteries to a station, all or none, and is idempotent. p_owner_id NULL acts for an admin.
-- A collected battery comes back: available, or charging below p_ready_percent.
CREATE FUNCTION inventory.place_batteries(
        p_station_id bigint, p_battery_ids bigint[], p_owner_id bigint, p_ready_percent double precision,
        OUT added bigint[], OUT already_here bigint[])
    LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog AS $$
DECLARE
    offending bigint;
BEGIN
    PERFORM FROM inventory.stations WHERE id = p_station_id FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'station % does not exist', p_station_id
            USING ERRCODE = 'SW404', CONSTRAINT = 'station-not-found';
    END IF;

    -- In id order, so that two overlapping calls can't lock each other out.
    PERFORM FROM inventory.batteries WHERE id = ANY (p_battery_ids) ORDER BY id FOR UPDATE;

    SELECT min(wanted.id) INTO offending
    FROM unnest(p_battery_ids) wanted(id)
    WHERE NOT EXISTS (SELECT FROM inventory.batteries b
                      WHERE b.id = wanted.id AND (p_owner_id IS NULL OR b.owner_id = p_owner_id));
    IF offending IS NOT NULL THEN
        RAISE EXCEPTION 'battery % does not exist or belongs to somebody else', offending
            USING ERRCODE = 'SW404', CONSTRAINT = 'battery-not-found';
    END IF;

    SELECT min(id) INTO offending FROM inventory.batteries
    WHERE id = ANY (p_battery_ids) AND station_id IS NOT NULL AND station_id <> p_station_id;
    IF offending IS NOT NULL THEN
        RAISE EXCEPTION 'battery % is at another station', offending
            USING ERRCODE = 'SW409', CONSTRAINT = 'battery-elsewhere';
    END IF;

    SELECT coalesce(array_agg(id ORDER BY id), '{}') INTO already_here
    FROM inventory.batteries WHERE id = ANY (p_battery_ids) AND station_id = p_station_id;

    WITH placed AS (
        UPDATE inventory.batteries
        SET station_id = p_station_id,
            state = CASE WHEN state <> 'collected' THEN state
                         WHEN state_of_charge_percent < p_ready_percent THEN 'charging'
                         ELSE 'available' END
        WHERE id = ANY (p_battery_ids) AND station_id IS NULL
        RETURNING id
    )
    SELECT coalesce(array_agg(id ORDER BY id), '{}') INTO added FROM placed;
END $$;

-- Asks the relay to tell the state of these stations (all of them for NULL) once more, action "test".
-- Returns the stations asked for, so that a listener knows what must arrive.
CREATE FUNCTION inventory.announce_stations(p_station_ids bigint[] DEFAULT NULL) RETURNS SETOF bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    INSERT INTO inventory.outbox (kind, station_id)
    SELECT 'station_test', id FROM inventory.stations
    WHERE p_station_ids IS NULL OR id = ANY (p_station_ids)
    ORDER BY id
    RETURNING station_id;
$$;

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

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA inventory FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    inventory.reserve_battery(bigint, bigint),
    inventory.collect_battery(bigint),
    inventory.release_battery(bigint)
    TO swapwire_booking;
GRANT EXECUTE ON FUNCTION
    inventory.place_batteries(bigint, bigint[], bigint, double precision),
    inventory.announce_stations(bigint[]),
    inventory.distance_km(double precision, double precision, double precision, double precision)
    TO swapwire_inventory;
