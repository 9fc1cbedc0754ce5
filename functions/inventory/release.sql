-- The end of a hold. These functions set for whom they act and why, so that the triggers can write it down, and reset
-- it at their end: whatever else is done in the transaction was not done by that user.

CREATE FUNCTION inventory.collect_battery(p_battery_id bigint, p_actor_id bigint DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM set_config('swapwire.actor', coalesce(p_actor_id::text, ''), true);
    UPDATE inventory.batteries
    SET state = 'collected', station_id = NULL, reserved = false
    WHERE id = p_battery_id AND state = 'booked';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'battery % is not booked', p_battery_id
            USING ERRCODE = 'SW409', CONSTRAINT = 'battery-unavailable';
    END IF;
    PERFORM set_config('swapwire.actor', '', true);
END $$;

-- Gives booked batteries back, because of p_cause (cancelled, expired). One that is not booked stays as it is: an order
-- must end whatever became of its battery.
CREATE FUNCTION inventory.release_batteries(
        p_battery_ids bigint[], p_cause text DEFAULT NULL, p_actor_id bigint DEFAULT NULL)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    -- In id order, as every operation on several batteries.
    PERFORM FROM inventory.batteries WHERE id = ANY (p_battery_ids) ORDER BY id FOR UPDATE;
    PERFORM set_config('swapwire.cause', coalesce(p_cause, ''), true),
            set_config('swapwire.actor', coalesce(p_actor_id::text, ''), true);
    UPDATE inventory.batteries SET state = 'available', reserved = false
    WHERE id = ANY (p_battery_ids) AND state = 'booked';
    PERFORM set_config('swapwire.cause', '', true), set_config('swapwire.actor', '', true);
END $$;

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

GRANT EXECUTE ON FUNCTION
    inventory.collect_battery, inventory.release_batteries, inventory.release_battery, inventory.is_booked
    TO swapwire_booking;
