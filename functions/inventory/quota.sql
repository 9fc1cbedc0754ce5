-- How much one operator may have.

-- Called before p_new stations or batteries (p_kind) are made. Refuses when their owner would have more than p_most.
-- Requests of one owner wait for each other, so that two at once don't both take the last place.
CREATE FUNCTION inventory.require_quota(p_owner_id bigint, p_kind text, p_new bigint, p_most bigint) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    owned bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashint8extended(p_owner_id, 2));
    IF p_kind = 'station' THEN
        SELECT count(*) INTO owned FROM inventory.stations WHERE owner_id = p_owner_id;
    ELSE
        SELECT count(*) INTO owned FROM inventory.batteries WHERE owner_id = p_owner_id;
    END IF;
    IF owned + p_new > p_most THEN
        RAISE EXCEPTION 'one operator has at most % of this kind: there are %', p_most, owned
            USING ERRCODE = 'SW409', CONSTRAINT = p_kind || '-quota-reached';
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION inventory.require_quota TO swapwire_inventory;
