DROP FUNCTION inventory.is_booked(bigint);
DROP FUNCTION inventory.release_battery(bigint, text, bigint);
DROP FUNCTION inventory.release_batteries(bigint[], text, bigint);
DROP FUNCTION inventory.collect_battery(bigint, bigint);
DROP FUNCTION inventory.reserve_battery(bigint, bigint, bigint);

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

CREATE FUNCTION inventory.release_battery(p_battery_id bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    UPDATE inventory.batteries SET state = 'available' WHERE id = p_battery_id AND state = 'booked';
$$;

REVOKE EXECUTE ON FUNCTION
    inventory.reserve_battery(bigint, bigint), inventory.collect_battery(bigint), inventory.release_battery(bigint)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    inventory.reserve_battery(bigint, bigint), inventory.collect_battery(bigint), inventory.release_battery(bigint)
    TO swapwire_booking;

CREATE OR REPLACE FUNCTION inventory.append_station_facts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO inventory.outbox (kind, station_id)
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
    ELSE
        INSERT INTO inventory.outbox (kind, station_id, detail)
        SELECT 'station_removed', o.id,
               jsonb_build_object('name', o.name, 'latitude', o.latitude, 'longitude', o.longitude)
        FROM old_rows o ORDER BY o.id;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION inventory.append_battery_facts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO inventory.outbox (kind, station_id, battery_ids)
        SELECT 'battery_added', n.station_id, array_agg(n.id ORDER BY n.id)
        FROM new_rows n
        WHERE n.station_id IS NOT NULL
        GROUP BY n.station_id ORDER BY n.station_id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO inventory.outbox (kind, station_id, battery_ids)
        SELECT 'battery_removed', o.station_id, array_agg(o.id ORDER BY o.id)
        FROM old_rows o
        WHERE o.station_id IS NOT NULL
        GROUP BY o.station_id ORDER BY o.station_id;
    ELSE
        INSERT INTO inventory.outbox (kind, station_id, battery_ids)
        SELECT c.kind, c.station_id, array_agg(c.id ORDER BY c.id)
        FROM (
            SELECT o.id, o.station_id,
                   CASE WHEN n.state = 'collected' THEN 'battery_collected' ELSE 'battery_removed' END AS kind
            FROM old_rows o JOIN new_rows n USING (id)
            WHERE o.station_id IS NOT NULL AND o.station_id IS DISTINCT FROM n.station_id
            UNION ALL
            SELECT n.id, n.station_id, 'battery_added'
            FROM old_rows o JOIN new_rows n USING (id)
            WHERE n.station_id IS NOT NULL AND o.station_id IS DISTINCT FROM n.station_id
            UNION ALL
            SELECT n.id, n.station_id,
                   CASE WHEN n.state = 'booked' THEN 'battery_booked'
                        WHEN o.state = 'booked' THEN 'battery_released'
                        ELSE 'battery_changed' END
            FROM old_rows o JOIN new_rows n USING (id)
            WHERE n.station_id = o.station_id AND n.state <> o.state
        ) c
        GROUP BY c.station_id, c.kind ORDER BY c.station_id, c.kind;
    END IF;
    RETURN NULL;
END $$;

DROP FUNCTION inventory.difference(jsonb, jsonb);

DELETE FROM inventory.outbox WHERE kind = 'battery_charged';
ALTER TABLE inventory.outbox DROP CONSTRAINT fact_kind_known;
ALTER TABLE inventory.outbox ADD CONSTRAINT fact_kind_known CHECK (kind IN (
    'station_created', 'station_changed', 'station_status', 'station_removed', 'station_test',
    'battery_added', 'battery_removed', 'battery_booked', 'battery_collected', 'battery_released',
    'battery_changed'));

DROP TRIGGER touch_booked_at ON inventory.batteries;
DROP FUNCTION inventory.touch_booked_at();
ALTER TABLE inventory.batteries DROP COLUMN booked_at;

DROP TRIGGER refuse_rewriting ON inventory.history;
DROP FUNCTION inventory.refuse_rewriting();
DROP TABLE inventory.history;
