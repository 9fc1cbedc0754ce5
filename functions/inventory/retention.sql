-- Removing lines of the history that are older than the network keeps them, a batch at a time.

-- Looks at the p_limit oldest lines by their ids, which grow with the time: that needs no index beside the primary key.
-- Returns the removed lines, so that whoever calls it can put them into an archive before the commit. Nothing younger
-- than a day is removed. history_begin says since when all is there, as statistics would be wrong before it.
CREATE FUNCTION inventory.remove_old_history(p_keep interval, p_limit bigint DEFAULT 500) RETURNS SETOF jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM set_config('swapwire.removing', 'on', true);
    RETURN QUERY
    WITH oldest AS MATERIALIZED (
        SELECT h.id FROM inventory.history h ORDER BY h.id LIMIT p_limit
    ), old AS (
        SELECT h.id FROM inventory.history h JOIN oldest USING (id)
        WHERE h.at <= now() - greatest(p_keep, '1 day')
        ORDER BY h.id FOR UPDATE OF h SKIP LOCKED
    ), removed AS (
        DELETE FROM inventory.history h USING old WHERE h.id = old.id RETURNING h.*
    ), moved AS (
        UPDATE inventory.history_begin b SET at = greatest(b.at, last.at + interval '1 microsecond')
        FROM (SELECT max(at) AS at FROM removed) last WHERE last.at IS NOT NULL
    )
    SELECT to_jsonb(removed) FROM removed;
    PERFORM set_config('swapwire.removing', '', true);
END $$;

GRANT EXECUTE ON FUNCTION inventory.remove_old_history TO swapwire_inventory;
