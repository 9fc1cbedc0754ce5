-- Who changed what and when: what a row of the history says, and that nobody changes it.

-- What of a row changed, as {"field": [before, after]}, without what follows from other columns.
CREATE FUNCTION inventory.difference(p_before jsonb, p_after jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT coalesce(jsonb_object_agg(a.key, jsonb_build_array(p_before -> a.key, a.value)), '{}')
    FROM jsonb_each(p_after) a
    WHERE a.value IS DISTINCT FROM p_before -> a.key
      AND a.key NOT IN ('updated_at', 'booked_at', 'reserved', 'location',
                        'state_of_charge_percent', 'state_of_health_percent');
$$;

-- History is not rewritten; an entry can lose the name of its person (forget_actor), and old lines go
-- (remove_old_history).
CREATE FUNCTION inventory.refuse_rewriting() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('swapwire.forgetting', true) = 'on'
       OR TG_OP = 'DELETE' AND current_setting('swapwire.removing', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'history is append-only';
END $$;

CREATE TRIGGER refuse_rewriting BEFORE UPDATE OR DELETE OR TRUNCATE ON inventory.history
    FOR EACH STATEMENT EXECUTE FUNCTION inventory.refuse_rewriting();

-- Removes a person from the history: the entries stay, without the name. Reads the whole history. Returns how many
-- entries named the person.
CREATE FUNCTION inventory.forget_actor(p_actor_id bigint) RETURNS bigint
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    entries bigint;
BEGIN
    PERFORM set_config('swapwire.forgetting', 'on', true);
    UPDATE inventory.history SET actor_id = NULL WHERE actor_id = p_actor_id;
    GET DIAGNOSTICS entries = ROW_COUNT;
    PERFORM set_config('swapwire.forgetting', '', true);
    RETURN entries;
END $$;
