-- Who changed what and when, for stations and batteries: the same triggers that tell the screens write it down
-- for good, whoever the writer is. The statistics of a station are read from here.

CREATE TABLE inventory.history (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    action     text NOT NULL,
    station_id bigint,
    battery_id bigint,
    held_since timestamptz,
    cause      text DEFAULT nullif(current_setting('swapwire.cause', true), ''),
    detail     jsonb,
    actor_id   bigint DEFAULT nullif(current_setting('swapwire.actor', true), '')::bigint,
    session    text NOT NULL DEFAULT session_user,
    CONSTRAINT history_action_known CHECK (action IN (
        'station_created', 'station_changed', 'station_removed',
        'battery_added', 'battery_removed', 'battery_booked', 'battery_collected', 'battery_released',
        'battery_changed', 'battery_registered', 'battery_deleted')),
    CONSTRAINT history_cause_known CHECK (cause IN ('cancelled', 'expired')),
    CONSTRAINT history_is_of_something CHECK (num_nonnulls(station_id, battery_id) > 0)
);
COMMENT ON TABLE inventory.history IS 'Append-only: nobody but the triggers writes, nobody changes or deletes. Readings of charge and health are measurements, not decisions, and are not kept.';
COMMENT ON COLUMN inventory.history.held_since IS 'Where a hold ended: when it began.';
COMMENT ON COLUMN inventory.history.cause IS 'Why a hold was released: the rider gave it up, or its time ran out.';
COMMENT ON COLUMN inventory.history.detail IS 'What changed: {"field": [before, after]}.';
COMMENT ON COLUMN inventory.history.actor_id IS 'The user (JWT sub) who did it; null for what time or somebody at psql did.';
COMMENT ON COLUMN inventory.history.session IS 'The database role, for whoever investigates; never leaves the service.';

-- A station's history, newest first, and its statistics over a range of time.
CREATE INDEX history_of_station ON inventory.history (station_id, at, id);
-- The network's statistics over a range of time: rows arrive in the order of time, so a summary of blocks does.
CREATE INDEX history_in_time ON inventory.history USING brin (at) WITH (pages_per_range = 16);

ALTER TABLE inventory.batteries ADD COLUMN booked_at timestamptz;
COMMENT ON COLUMN inventory.batteries.booked_at IS 'Since when it is held for a rider; null while it is not.';
UPDATE inventory.batteries SET booked_at = updated_at WHERE state = 'booked';
ALTER TABLE inventory.batteries ADD CONSTRAINT battery_booked_since CHECK ((state = 'booked') = (booked_at IS NOT NULL));

-- The time of the hold follows from the state, whoever sets it.
CREATE FUNCTION inventory.touch_booked_at() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.state <> 'booked' THEN
        NEW.booked_at := NULL;
    ELSIF TG_OP = 'INSERT' OR OLD.state <> 'booked' THEN
        NEW.booked_at := now();
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER touch_booked_at BEFORE INSERT OR UPDATE OF state, booked_at ON inventory.batteries
    FOR EACH ROW EXECUTE FUNCTION inventory.touch_booked_at();

-- A held battery that was charged: the relay, which knows the ready mark, tells when it was crossed.
ALTER TABLE inventory.outbox DROP CONSTRAINT fact_kind_known;
ALTER TABLE inventory.outbox ADD CONSTRAINT fact_kind_known CHECK (kind IN (
    'station_created', 'station_changed', 'station_status', 'station_removed', 'station_test',
    'battery_added', 'battery_removed', 'battery_booked', 'battery_collected', 'battery_released',
    'battery_changed', 'battery_charged'));

CREATE OR REPLACE FUNCTION inventory.append_station_facts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO inventory.outbox (kind, station_id)
        SELECT 'station_created', n.id FROM new_rows n ORDER BY n.id;

        INSERT INTO inventory.history (action, station_id)
        SELECT 'station_created', n.id FROM new_rows n ORDER BY n.id;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO inventory.outbox (kind, station_id)
        SELECT 'station_changed', n.id
        FROM new_rows n JOIN old_rows o USING (id)
        WHERE (n.name, n.latitude, n.longitude) IS DISTINCT FROM (o.name, o.latitude, o.longitude)
        ORDER BY n.id;

        INSERT INTO inventory.outbox (kind, station_id, detail)
        SELECT 'station_status', n.id,
               jsonb_build_object('status', n.status, 'message', n.status_message)
        FROM new_rows n JOIN old_rows o USING (id)
        WHERE (n.status, n.status_message) IS DISTINCT FROM (o.status, o.status_message)
        ORDER BY n.id;

        INSERT INTO inventory.history (action, station_id, detail)
        SELECT 'station_changed', c.id, c.detail
        FROM (
            SELECT n.id, inventory.difference(to_jsonb(o), to_jsonb(n)) AS detail
            FROM new_rows n JOIN old_rows o USING (id)
        ) c
        WHERE c.detail <> '{}'
        ORDER BY c.id;
    ELSE
        INSERT INTO inventory.outbox (kind, station_id, detail)
        SELECT 'station_removed', o.id,
               jsonb_build_object('name', o.name, 'latitude', o.latitude, 'longitude', o.longitude)
        FROM old_rows o ORDER BY o.id;

        INSERT INTO inventory.history (action, station_id)
        SELECT 'station_removed', o.id FROM old_rows o ORDER BY o.id;
    END IF;
    RETURN NULL;
END $$;

-- What of a row changed, as {"field": [before, after]}, without what follows from other columns.
CREATE FUNCTION inventory.difference(p_before jsonb, p_after jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT coalesce(jsonb_object_agg(a.key, jsonb_build_array(p_before -> a.key, a.value)), '{}')
    FROM jsonb_each(p_after) a
    WHERE a.value IS DISTINCT FROM p_before -> a.key
      AND a.key NOT IN ('updated_at', 'booked_at', 'place', 'state_of_charge_percent', 'state_of_health_percent');
$$;

-- One fact per station and kind of change in a statement, one line of history per battery.
CREATE OR REPLACE FUNCTION inventory.append_battery_facts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO inventory.outbox (kind, station_id, battery_ids)
        SELECT 'battery_added', n.station_id, array_agg(n.id ORDER BY n.id)
        FROM new_rows n
        WHERE n.station_id IS NOT NULL
        GROUP BY n.station_id ORDER BY n.station_id;

        INSERT INTO inventory.history (action, station_id, battery_id)
        SELECT CASE WHEN n.station_id IS NULL THEN 'battery_registered' ELSE 'battery_added' END, n.station_id, n.id
        FROM new_rows n ORDER BY n.id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO inventory.outbox (kind, station_id, battery_ids)
        SELECT 'battery_removed', o.station_id, array_agg(o.id ORDER BY o.id)
        FROM old_rows o
        WHERE o.station_id IS NOT NULL
        GROUP BY o.station_id ORDER BY o.station_id;

        INSERT INTO inventory.history (action, station_id, battery_id, held_since)
        SELECT 'battery_deleted', o.station_id, o.id, o.booked_at FROM old_rows o ORDER BY o.id;
    ELSE
        WITH changes AS MATERIALIZED (
            SELECT o.id, o.station_id, o.booked_at AS held_since, inventory.difference(to_jsonb(o), to_jsonb(n)) AS detail,
                   CASE WHEN n.state = 'collected' THEN 'battery_collected' ELSE 'battery_removed' END AS kind
            FROM old_rows o JOIN new_rows n USING (id)
            WHERE o.station_id IS NOT NULL AND o.station_id IS DISTINCT FROM n.station_id
            UNION ALL
            SELECT n.id, n.station_id, NULL, NULL, 'battery_added'
            FROM old_rows o JOIN new_rows n USING (id)
            WHERE n.station_id IS NOT NULL AND o.station_id IS DISTINCT FROM n.station_id
            UNION ALL
            SELECT n.id, n.station_id, o.booked_at,
                   CASE WHEN 'booked' IN (n.state, o.state) THEN NULL
                        ELSE inventory.difference(to_jsonb(o), to_jsonb(n)) END,
                   CASE WHEN n.state = 'booked' THEN 'battery_booked'
                        WHEN o.state = 'booked' THEN 'battery_released'
                        ELSE 'battery_changed' END
            FROM old_rows o JOIN new_rows n USING (id)
            WHERE n.station_id IS NOT DISTINCT FROM o.station_id AND n.state <> o.state
        ), told AS (
            INSERT INTO inventory.outbox (kind, station_id, battery_ids)
            SELECT c.kind, c.station_id, array_agg(c.id ORDER BY c.id)
            FROM changes c
            WHERE c.station_id IS NOT NULL
            GROUP BY c.station_id, c.kind ORDER BY c.station_id, c.kind
        )
        INSERT INTO inventory.history (action, station_id, battery_id, held_since, detail)
        SELECT c.kind, c.station_id, c.id, c.held_since, c.detail FROM changes c ORDER BY c.id, c.kind DESC;

        INSERT INTO inventory.outbox (kind, station_id, battery_ids, detail)
        SELECT 'battery_charged', n.station_id, ARRAY[n.id],
               jsonb_build_object('from', o.state_of_charge_percent, 'to', n.state_of_charge_percent)
        FROM old_rows o JOIN new_rows n USING (id)
        WHERE o.state = 'booked' AND n.state = 'booked' AND n.state_of_charge_percent > o.state_of_charge_percent
        ORDER BY n.id;
    END IF;
    RETURN NULL;
END $$;

-- History is not rewritten.
CREATE FUNCTION inventory.refuse_rewriting() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'history is append-only';
END $$;

CREATE TRIGGER refuse_rewriting BEFORE UPDATE OR DELETE OR TRUNCATE ON inventory.history
    FOR EACH STATEMENT EXECUTE FUNCTION inventory.refuse_rewriting();

-- Holds one battery of the station for a rider, as before; tells the station's name beside it.
-- The functions that act for a user say for whom, so that the triggers can write it down. What they say is taken
-- back at their end: whatever else is done in the transaction was not done by that user.
DROP FUNCTION inventory.reserve_battery(bigint, bigint);
CREATE FUNCTION inventory.reserve_battery(
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

DROP FUNCTION inventory.collect_battery(bigint);
CREATE FUNCTION inventory.collect_battery(p_battery_id bigint, p_actor_id bigint DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM set_config('swapwire.actor', coalesce(p_actor_id::text, ''), true);
    UPDATE inventory.batteries SET state = 'collected', station_id = NULL
    WHERE id = p_battery_id AND state = 'booked';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'battery % is not booked', p_battery_id
            USING ERRCODE = 'SW409', CONSTRAINT = 'battery-unavailable';
    END IF;
    PERFORM set_config('swapwire.actor', '', true);
END $$;

-- Gives booked batteries back, because of p_cause (cancelled, expired). One that an operator has since taken out
-- of service stays as it is: a rider's cancellation must not fail because of it.
CREATE FUNCTION inventory.release_batteries(
        p_battery_ids bigint[], p_cause text DEFAULT NULL, p_actor_id bigint DEFAULT NULL)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    -- In id order, as every operation on several batteries.
    PERFORM FROM inventory.batteries WHERE id = ANY (p_battery_ids) ORDER BY id FOR UPDATE;
    PERFORM set_config('swapwire.cause', coalesce(p_cause, ''), true),
            set_config('swapwire.actor', coalesce(p_actor_id::text, ''), true);
    UPDATE inventory.batteries SET state = 'available' WHERE id = ANY (p_battery_ids) AND state = 'booked';
    PERFORM set_config('swapwire.cause', '', true), set_config('swapwire.actor', '', true);
END $$;

DROP FUNCTION inventory.release_battery(bigint);
CREATE FUNCTION inventory.release_battery(
        p_battery_id bigint, p_cause text DEFAULT NULL, p_actor_id bigint DEFAULT NULL)
    RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT inventory.release_batteries(ARRAY[p_battery_id], p_cause, p_actor_id);
$$;

-- Whether a rider holds it: for the booking service, which reads no battery.
CREATE FUNCTION inventory.is_booked(p_battery_id bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT EXISTS (SELECT FROM inventory.batteries WHERE id = p_battery_id AND state = 'booked');
$$;

GRANT SELECT ON inventory.history TO swapwire_inventory;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA inventory FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    inventory.reserve_battery(bigint, bigint, bigint),
    inventory.collect_battery(bigint, bigint),
    inventory.release_battery(bigint, text, bigint),
    inventory.release_batteries(bigint[], text, bigint),
    inventory.is_booked(bigint)
    TO swapwire_booking;
