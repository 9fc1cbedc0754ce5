-- Holding a battery for a rider. A refusal is an exception with SQLSTATE SW404 or SW409, whose constraint is the
-- problem code that the HTTP API answers with.

-- Holds one battery of the station for a rider: p_battery_id, or without it the fullest available one. Never one that
-- an order holds already, whatever the battery's own row says: somebody at psql may have freed it, or its owner after
-- somebody took it out of service.
--
-- The fullest available battery is the first in the index of its station. Few batteries being held although they are
-- available, Postgres expects to pass over most of them and would sort them all instead (measured: 1,500 instead of
-- 2,000 bookings a second at stations of 70 batteries): hence enable_bitmapscan.
CREATE FUNCTION inventory.reserve_battery(
        p_station_id bigint, p_battery_id bigint DEFAULT NULL, p_actor_id bigint DEFAULT NULL,
        OUT battery inventory.batteries, OUT station_name text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET enable_bitmapscan = off AS $$
DECLARE
    station record;
    awaited bigint;
BEGIN
    -- In turn with whoever closes the station; then its row, so that closing or deleting it by hand waits for this
    -- booking too, or this booking sees it.
    PERFORM pg_advisory_xact_lock_shared(inventory.station_key(p_station_id));
    SELECT status, name INTO station FROM inventory.stations WHERE id = p_station_id FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'station % does not exist', p_station_id
            USING ERRCODE = 'SW404', CONSTRAINT = 'station-not-found';
    END IF;
    station_name := station.name;
    IF station.status <> 'online' THEN
        RAISE EXCEPTION 'station % is %', p_station_id, station.status
            USING ERRCODE = 'SW409', CONSTRAINT = 'station-closed';
    END IF;

    IF p_battery_id IS NOT NULL THEN
        SELECT * INTO battery FROM inventory.batteries WHERE id = p_battery_id FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'battery % does not exist', p_battery_id
                USING ERRCODE = 'SW404', CONSTRAINT = 'battery-not-found';
        END IF;
        IF battery.state <> 'available' OR battery.station_id IS DISTINCT FROM p_station_id
           OR EXISTS (SELECT FROM booking.orders WHERE battery_id = p_battery_id AND status = 'booked') THEN
            RAISE EXCEPTION 'battery % is not available at station %', p_battery_id, p_station_id
                USING ERRCODE = 'SW409', CONSTRAINT = 'battery-unavailable';
        END IF;
    ELSE
        LOOP
            -- Riders who arrive together take different batteries. (IS NULL, because NOT EXISTS is planned as a join,
            -- over all active orders if they seem few.)
            SELECT * INTO battery FROM inventory.batteries b
            WHERE station_id = p_station_id AND state = 'available'
              AND (SELECT o.id FROM booking.orders o WHERE o.battery_id = b.id AND o.status = 'booked') IS NULL
            ORDER BY state_of_charge_percent DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED;
            EXIT WHEN FOUND;

            -- Every one is in somebody's hands, who may give it back: an operator who writes down the charge of all,
            -- a booking that fails. Waits for the fullest, one at a time, and lets go before it looks again: whoever
            -- waits for a second battery with the first in hand can lock up with others who do (seen).
            SELECT id INTO awaited FROM inventory.batteries b
            WHERE station_id = p_station_id AND state = 'available'
              AND (SELECT o.id FROM booking.orders o WHERE o.battery_id = b.id AND o.status = 'booked') IS NULL
            ORDER BY state_of_charge_percent DESC, id LIMIT 1;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'station % has no available battery', p_station_id
                    USING ERRCODE = 'SW409', CONSTRAINT = 'station-empty';
            END IF;
            BEGIN
                PERFORM FROM inventory.batteries WHERE id = awaited FOR UPDATE;
                RAISE EXCEPTION 'let go' USING ERRCODE = 'SW000';
            EXCEPTION WHEN SQLSTATE 'SW000' THEN
            END;
        END LOOP;
    END IF;

    PERFORM set_config('swapwire.actor', coalesce(p_actor_id::text, ''), true);
    UPDATE inventory.batteries SET state = 'booked' WHERE id = battery.id RETURNING * INTO battery;
    PERFORM set_config('swapwire.actor', '', true);
END $$;

GRANT EXECUTE ON FUNCTION inventory.reserve_battery TO swapwire_booking;
