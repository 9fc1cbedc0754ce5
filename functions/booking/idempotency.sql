-- A booking that is requested several times under one key is made once, however often, on whatever instance and however
-- quickly it is requested (draft-ietf-httpapi-idempotency-key-header-07).

-- booking.place_order under a key. The first answer is kept for p_keep, a refusal too, and repeated as it was. Raises
-- idempotency-key-in-flight while the first request is at work, idempotency-key-reused for another request.
CREATE FUNCTION booking.place_order_once(
        p_key text, p_keep interval,
        p_user_id bigint, p_station_id bigint, p_battery_id bigint,
        p_hold interval, p_remind_before interval, p_active_limit bigint,
        OUT placed booking.order_views, OUT refusal text, OUT detail text, OUT replayed boolean)
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    known booking.idempotency_keys;
    locked boolean;
BEGIN
    -- The first look is without the lock, so that all repetitions of an answered request are answered. The second is
    -- with the lock: the answer may have been given between the two.
    FOREACH locked IN ARRAY ARRAY[false, true] LOOP
        SELECT * INTO known FROM booking.idempotency_keys
        WHERE user_id = p_user_id AND key = p_key AND created_at > now() - p_keep;
        replayed := FOUND;
        IF replayed THEN
            IF (known.station_id, known.battery_id) IS DISTINCT FROM (p_station_id, p_battery_id) THEN
                RAISE EXCEPTION 'this key was used for another request'
                    USING ERRCODE = 'SW422', CONSTRAINT = 'idempotency-key-reused';
            END IF;
            placed := CASE WHEN known.placed IS NOT NULL
                           THEN jsonb_populate_record(NULL::booking.order_views, known.placed) END;
            refusal := known.refusal;
            detail := known.detail;
            RETURN;
        END IF;
        -- The lock is held until the commit; a crash frees it. The request of another key with the same hash is only
        -- asked to try again.
        IF NOT locked AND NOT pg_try_advisory_xact_lock(hashtextextended(p_key, p_user_id)) THEN
            RAISE EXCEPTION 'a request with this key is being handled'
                USING ERRCODE = 'SW409', CONSTRAINT = 'idempotency-key-in-flight';
        END IF;
    END LOOP;
    BEGIN
        placed := booking.place_order(p_user_id, p_station_id, p_battery_id, p_hold, p_remind_before, p_active_limit);
    EXCEPTION WHEN SQLSTATE 'SW404' OR SQLSTATE 'SW409' THEN
        GET STACKED DIAGNOSTICS refusal = CONSTRAINT_NAME, detail = MESSAGE_TEXT;
        placed := NULL;
    END;
    INSERT INTO booking.idempotency_keys AS k (user_id, key, station_id, battery_id, placed, refusal, detail)
    VALUES (p_user_id, p_key, p_station_id, p_battery_id, CASE WHEN refusal IS NULL THEN to_jsonb(placed) END, refusal,
            detail)
    -- A key older than p_keep that no sweep has deleted yet.
    ON CONFLICT (user_id, key) DO UPDATE
    SET created_at = now(), station_id = excluded.station_id, battery_id = excluded.battery_id,
        placed = excluded.placed, refusal = excluded.refusal, detail = excluded.detail;
END $$;

-- Deletes up to p_limit keys older than p_keep; returns how many.
CREATE FUNCTION booking.forget_idempotency_keys(p_keep interval, p_limit bigint DEFAULT 500) RETURNS bigint
    LANGUAGE sql SET search_path = pg_catalog AS $$
    WITH old AS (
        SELECT ctid FROM booking.idempotency_keys WHERE created_at <= now() - p_keep
        ORDER BY created_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    ), forgotten AS (
        DELETE FROM booking.idempotency_keys k USING old WHERE k.ctid = old.ctid RETURNING 1
    )
    SELECT count(*) FROM forgotten;
$$;

GRANT EXECUTE ON FUNCTION booking.place_order_once, booking.forget_idempotency_keys TO swapwire_booking;
