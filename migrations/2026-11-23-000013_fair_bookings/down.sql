CREATE OR REPLACE FUNCTION inventory.reserve_battery(
        p_station_id bigint, p_battery_id bigint DEFAULT NULL, p_actor_id bigint DEFAULT NULL,
        OUT battery inventory.batteries, OUT station_name text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    station record;
    awaited bigint;
BEGIN
    -- FOR SHARE: closing or deleting the station waits for this booking, or this booking sees it.
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
        IF battery.state <> 'available' OR battery.station_id IS DISTINCT FROM p_station_id THEN
            RAISE EXCEPTION 'battery % is not available at station %', p_battery_id, p_station_id
                USING ERRCODE = 'SW409', CONSTRAINT = 'battery-unavailable';
        END IF;
    ELSE
        LOOP
            -- Riders who arrive together take different batteries.
            SELECT * INTO battery FROM inventory.batteries
            WHERE station_id = p_station_id AND state = 'available'
            ORDER BY state_of_charge_percent DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED;
            EXIT WHEN FOUND;

            -- Every one is in somebody's hands, who may give it back: an operator who writes down the charge of all,
            -- a booking that fails. Waits for the fullest, one at a time, and lets go before it looks again: whoever
            -- waits for a second battery with the first in hand can lock up with others who do (seen).
            SELECT id INTO awaited FROM inventory.batteries
            WHERE station_id = p_station_id AND state = 'available'
            ORDER BY state_of_charge_percent DESC, id LIMIT 1;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'station % has no available battery', p_station_id
                    USING ERRCODE = 'SW409', CONSTRAINT = 'station-empty';
            END IF;
            BEGIN
                PERFORM FROM inventory.batteries WHERE id = awaited FOR SHARE;
                RAISE EXCEPTION 'let go' USING ERRCODE = 'SW000';
            EXCEPTION WHEN SQLSTATE 'SW000' THEN
            END;
        END LOOP;
    END IF;

    PERFORM set_config('swapwire.actor', coalesce(p_actor_id::text, ''), true);
    UPDATE inventory.batteries SET state = 'booked' WHERE id = battery.id RETURNING * INTO battery;
    PERFORM set_config('swapwire.actor', '', true);
END $$;

CREATE OR REPLACE FUNCTION booking.place_order_once(
        p_key text, p_keep interval,
        p_user_id bigint, p_station_id bigint, p_battery_id bigint,
        p_hold interval, p_remind_before interval, p_active_limit bigint,
        OUT placed booking.order_views, OUT refusal text, OUT detail text, OUT replayed boolean)
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    known booking.idempotency_keys;
BEGIN
    -- Held until the commit, and by nobody after a crash. Two keys that hash alike are told to try again, no more.
    IF NOT pg_try_advisory_xact_lock(hashtextextended(p_key, p_user_id)) THEN
        RAISE EXCEPTION 'a request with this key is being handled'
            USING ERRCODE = 'SW409', CONSTRAINT = 'idempotency-key-in-flight';
    END IF;
    SELECT * INTO known FROM booking.idempotency_keys
    WHERE user_id = p_user_id AND key = p_key AND created_at > now() - p_keep;
    replayed := FOUND;
    IF replayed THEN
        IF (known.station_id, known.battery_id) IS DISTINCT FROM (p_station_id, p_battery_id) THEN
            RAISE EXCEPTION 'this key was used for another request'
                USING ERRCODE = 'SW422', CONSTRAINT = 'idempotency-key-reused';
        END IF;
        placed := CASE WHEN known.placed IS NOT NULL
                       THEN jsonb_populate_record(NULL::booking.order_views, known.placed) END;
        refusal := known.refusal;
        detail := known.detail;
        RETURN;
    END IF;
    BEGIN
        placed := booking.place_order(p_user_id, p_station_id, p_battery_id, p_hold, p_remind_before, p_active_limit);
    EXCEPTION WHEN SQLSTATE 'SW404' OR SQLSTATE 'SW409' THEN
        GET STACKED DIAGNOSTICS refusal = CONSTRAINT_NAME, detail = MESSAGE_TEXT;
        placed := NULL;
    END;
    INSERT INTO booking.idempotency_keys AS k (user_id, key, station_id, battery_id, placed, refusal, detail)
    VALUES (p_user_id, p_key, p_station_id, p_battery_id, CASE WHEN refusal IS NULL THEN to_jsonb(placed) END, refusal, detail)
    -- One older than p_keep that no sweep has deleted yet.
    ON CONFLICT (user_id, key) DO UPDATE
    SET created_at = now(), station_id = excluded.station_id, battery_id = excluded.battery_id,
        placed = excluded.placed, refusal = excluded.refusal, detail = excluded.detail;
END $$;

DROP FUNCTION inventory.lock_station(bigint);
DROP FUNCTION inventory.station_key(bigint);
