-- Holding a battery for a rider. A refusal is an exception with SQLSTATE SW404 or SW409, whose constraint is the
-- problem code that the HTTP API answers with.

-- Holds one battery of the station for a rider: p_battery_id, or without it the fullest available one. No order holds
-- an available one: a reserved battery stays booked until its hold ends (refuse_ending_hold).
--
-- It runs with every booking. An expression is assigned instead of PERFORMed, because an assignment needs no executor.
CREATE FUNCTION inventory.reserve_battery(
        p_station_id bigint, p_battery_id bigint DEFAULT NULL, p_actor_id bigint DEFAULT NULL,
        OUT battery inventory.batteries, OUT station_name text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    station_status text;
    awaited bigint;
    done text;
BEGIN
    -- First the advisory lock: bookings and whoever closes the station get it in turn. Then the row: closing or
    -- deleting the station by hand waits for this booking, or this booking sees it.
    done := pg_advisory_xact_lock_shared(inventory.station_key(p_station_id));
    SELECT status, name INTO station_status, station_name FROM inventory.stations WHERE id = p_station_id FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'station % does not exist', p_station_id
            USING ERRCODE = 'SW404', CONSTRAINT = 'station-not-found';
    END IF;
    IF station_status <> 'online' THEN
        RAISE EXCEPTION 'station % is %', p_station_id, station_status
            USING ERRCODE = 'SW409', CONSTRAINT = 'station-closed';
    END IF;

    -- The user for whom this is done, so that the triggers can write it down. It is reset at the end: whatever else is
    -- done in the transaction was not done by that user.
    done := set_config('swapwire.actor', coalesce(p_actor_id::text, ''), true);
    IF p_battery_id IS NOT NULL THEN
        UPDATE inventory.batteries SET state = 'booked', reserved = true
        WHERE id = p_battery_id AND station_id = p_station_id AND state = 'available' RETURNING * INTO battery;
        IF NOT FOUND THEN
            IF NOT EXISTS (SELECT FROM inventory.batteries WHERE id = p_battery_id) THEN
                RAISE EXCEPTION 'battery % does not exist', p_battery_id
                    USING ERRCODE = 'SW404', CONSTRAINT = 'battery-not-found';
            END IF;
            RAISE EXCEPTION 'battery % is not available at station %', p_battery_id, p_station_id
                USING ERRCODE = 'SW409', CONSTRAINT = 'battery-unavailable';
        END IF;
    ELSE
        LOOP
            -- Riders who arrive together take different batteries.
            UPDATE inventory.batteries SET state = 'booked', reserved = true
            WHERE id = (SELECT id FROM inventory.batteries
                        WHERE station_id = p_station_id AND state = 'available'
                        ORDER BY state_of_charge_percent DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING * INTO battery;
            EXIT WHEN FOUND;

            -- Every available battery is locked by somebody who may leave it available: an operator who updates the
            -- charge of all, or a booking that fails. This waits for the fullest one and releases it before it looks
            -- again: sessions that wait for a second battery while they hold a first can deadlock (this was seen).
            SELECT id INTO awaited FROM inventory.batteries
            WHERE station_id = p_station_id AND state = 'available'
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
    done := set_config('swapwire.actor', '', true);
END $$;

-- Holds a battery that is booked already, for an order that is written by hand.
CREATE FUNCTION inventory.hold_booked_battery(p_battery_id bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE inventory.batteries SET reserved = true WHERE id = p_battery_id AND state = 'booked';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'battery % is not booked', p_battery_id
            USING ERRCODE = 'SW409', CONSTRAINT = 'battery-unavailable';
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION inventory.reserve_battery TO swapwire_booking;
