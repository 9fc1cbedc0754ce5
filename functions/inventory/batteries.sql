-- What holds for a battery and follows from its state, whoever writes; and adding batteries to a station.

-- One function and no WHEN clauses: Postgres parses each of those anew in every statement, which costs more than the
-- call (measured).
CREATE FUNCTION inventory.check_battery() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'booked' THEN
        -- A battery that an order holds stays booked and at its station until a function of the inventory ends the
        -- hold, also for somebody at psql. A battery that somebody at psql booked by hand can be freed by hand, never
        -- by the service.
        IF (NEW.state <> 'booked' OR NEW.station_id IS DISTINCT FROM OLD.station_id)
           AND (NEW.reserved OR current_user = 'swapwire_inventory') THEN
            RAISE EXCEPTION 'battery % is booked', OLD.id
                USING ERRCODE = 'SW409', CONSTRAINT = 'battery-booked',
                      HINT = 'inventory.release_battery ends a hold; whoever ends its order calls it.';
        END IF;
    ELSIF OLD.state = 'collected' AND NEW.state <> 'collected' AND NEW.station_id IS NULL THEN
        RAISE EXCEPTION 'battery % is with a rider; add it to a station to take it back', OLD.id
            USING ERRCODE = 'SW409', CONSTRAINT = 'battery-collected';
    END IF;
    -- The time of the hold follows from the state, whoever sets it.
    IF NEW.state <> OLD.state THEN
        NEW.booked_at := CASE WHEN NEW.state = 'booked' THEN now() END;
    END IF;
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER check_battery BEFORE UPDATE ON inventory.batteries
    FOR EACH ROW EXECUTE FUNCTION inventory.check_battery();

CREATE FUNCTION inventory.touch_new_battery() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    NEW.booked_at := CASE WHEN NEW.state = 'booked' THEN now() END;
    RETURN NEW;
END $$;

CREATE TRIGGER touch_new_battery BEFORE INSERT ON inventory.batteries
    FOR EACH ROW EXECUTE FUNCTION inventory.touch_new_battery();

CREATE FUNCTION inventory.refuse_deleting_held() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'battery % is booked', OLD.id USING ERRCODE = 'SW409', CONSTRAINT = 'battery-booked';
END $$;

CREATE TRIGGER refuse_deleting_held BEFORE DELETE ON inventory.batteries
    FOR EACH ROW WHEN (OLD.reserved) EXECUTE FUNCTION inventory.refuse_deleting_held();

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

GRANT EXECUTE ON FUNCTION inventory.place_batteries TO swapwire_inventory;
