-- Who changed what and when: what a row of the history says, and that nobody changes it.

-- What of a row changed, as {"field": [before, after]}, without what follows from other columns.
CREATE FUNCTION inventory.difference(p_before jsonb, p_after jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT coalesce(jsonb_object_agg(a.key, jsonb_build_array(p_before -> a.key, a.value)), '{}')
    FROM jsonb_each(p_after) a
    WHERE a.value IS DISTINCT FROM p_before -> a.key
      AND a.key NOT IN ('updated_at', 'booked_at', 'reserved', 'place', 'state_of_charge_percent', 'state_of_health_percent');
$$;

-- History is not rewritten.
CREATE FUNCTION inventory.refuse_rewriting() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'history is append-only';
END $$;

CREATE TRIGGER refuse_rewriting BEFORE UPDATE OR DELETE OR TRUNCATE ON inventory.history
    FOR EACH STATEMENT EXECUTE FUNCTION inventory.refuse_rewriting();
