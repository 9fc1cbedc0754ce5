-- What follows from a battery's state whoever sets it, and adding batteries to a station.

CREATE FUNCTION inventory.touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON inventory.batteries
    FOR EACH ROW EXECUTE FUNCTION inventory.touch_updated_at();

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
