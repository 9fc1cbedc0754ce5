-- What happened at stations and to batteries: triggers append it to the outbox and to the history, in the writer's own
-- transaction, whoever the writer is. The relay reads the outbox, publishes and deletes.

CREATE FUNCTION inventory.append_station_facts() RETURNS trigger
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

-- One trigger per operation: Postgres refuses transition tables on a trigger for several.
CREATE TRIGGER append_facts_insert AFTER INSERT ON inventory.stations
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION inventory.append_station_facts();
CREATE TRIGGER append_facts_update AFTER UPDATE ON inventory.stations
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION inventory.append_station_facts();
CREATE TRIGGER append_facts_delete AFTER DELETE ON inventory.stations
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION inventory.append_station_facts();

-- One fact per station and kind of change in a statement, one line of history per battery.
CREATE FUNCTION inventory.append_battery_facts() RETURNS trigger
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
    ELSE
        INSERT INTO inventory.outbox (kind, station_id, battery_ids)
        SELECT 'battery_removed', o.station_id, array_agg(o.id ORDER BY o.id)
        FROM old_rows o
        WHERE o.station_id IS NOT NULL
        GROUP BY o.station_id ORDER BY o.station_id;

        INSERT INTO inventory.history (action, station_id, battery_id, held_since)
        SELECT 'battery_deleted', o.station_id, o.id, o.booked_at FROM old_rows o ORDER BY o.id;
    END IF;
    RETURN NULL;
END $$;

-- The same for changed batteries. A statement that changes the state of one battery, as every booking does, is a case
-- of its own: it needs no join of all that changed.
CREATE FUNCTION inventory.append_battery_changes() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    WITH change AS MATERIALIZED (
        SELECT CASE n.state WHEN 'booked' THEN 'battery_booked' ELSE 'battery_released' END AS kind,
               n.station_id, n.id, o.booked_at AS held_since
        FROM old_rows o, new_rows n
        WHERE (SELECT count(*) FROM new_rows) = 1 AND n.station_id IS NOT DISTINCT FROM o.station_id
              AND n.state <> o.state AND 'booked' IN (n.state, o.state)
    ), appended AS (
        INSERT INTO inventory.outbox (kind, station_id, battery_ids)
        SELECT c.kind, c.station_id, ARRAY[c.id] FROM change c
    )
    INSERT INTO inventory.history (action, station_id, battery_id, held_since)
    SELECT c.kind, c.station_id, c.id, c.held_since FROM change c;
    IF FOUND THEN
        RETURN NULL;
    END IF;

    WITH changes AS MATERIALIZED (
        SELECT o.id, o.station_id, o.booked_at AS held_since,
               inventory.difference(to_jsonb(o), to_jsonb(n)) AS detail,
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
    ), appended AS (
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
    RETURN NULL;
END $$;

CREATE TRIGGER append_facts_insert AFTER INSERT ON inventory.batteries
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION inventory.append_battery_facts();
CREATE TRIGGER append_facts_update AFTER UPDATE ON inventory.batteries
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION inventory.append_battery_changes();
CREATE TRIGGER append_facts_delete AFTER DELETE ON inventory.batteries
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION inventory.append_battery_facts();

-- Asks the relay to publish the state of these stations (all of them for NULL) once more, action "test". Returns the
-- stations asked for, so that a listener knows what must arrive.
CREATE FUNCTION inventory.announce_stations(p_station_ids bigint[] DEFAULT NULL) RETURNS SETOF bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    INSERT INTO inventory.outbox (kind, station_id)
    SELECT 'station_test', id FROM inventory.stations
    WHERE p_station_ids IS NULL OR id = ANY (p_station_ids)
    ORDER BY id
    RETURNING station_id;
$$;

GRANT EXECUTE ON FUNCTION inventory.announce_stations TO swapwire_inventory;
