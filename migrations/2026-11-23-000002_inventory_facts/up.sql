-- The outbox of the inventory: triggers append what happened in the writer's own transaction, whoever
-- the writer is; the relay reads, publishes and deletes. Nothing else touches it.

CREATE TABLE inventory.outbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id    uuid NOT NULL DEFAULT gen_random_uuid(),
    kind        text NOT NULL,
    station_id  bigint NOT NULL,
    battery_ids bigint[] NOT NULL DEFAULT '{}',
    detail      jsonb,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT fact_kind_known CHECK (kind IN (
        'station_created', 'station_changed', 'station_status', 'station_removed', 'station_test',
        'battery_added', 'battery_removed', 'battery_booked', 'battery_collected', 'battery_released',
        'battery_changed'))
);
COMMENT ON TABLE inventory.outbox IS 'Facts waiting to be published. Append-only for writers; ids are drawn before commit, so a reader takes what is there and never assumes that the ids are dense.';
COMMENT ON COLUMN inventory.outbox.event_id IS 'Becomes the id of the published event, so that sending it again repeats the id.';
COMMENT ON COLUMN inventory.outbox.battery_ids IS 'The batteries that one statement changed at this station.';
COMMENT ON COLUMN inventory.outbox.detail IS 'What a later read can no longer tell: the status that was set, or the station that was deleted.';

CREATE FUNCTION inventory.append_station_facts() RETURNS trigger
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

-- Arrivals, departures and changes of state, one fact per station and kind of change in a statement.
CREATE FUNCTION inventory.append_battery_facts() RETURNS trigger
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

CREATE TRIGGER append_facts_insert AFTER INSERT ON inventory.batteries
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION inventory.append_battery_facts();
CREATE TRIGGER append_facts_update AFTER UPDATE ON inventory.batteries
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION inventory.append_battery_facts();
CREATE TRIGGER append_facts_delete AFTER DELETE ON inventory.batteries
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION inventory.append_battery_facts();

-- A deleted station leaves its batteries behind, at no station; the departure is told before the removal.
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

GRANT SELECT, DELETE ON inventory.outbox TO swapwire_inventory;
