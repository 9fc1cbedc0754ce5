DROP FUNCTION inventory.station_statistics(
    bigint[], timestamptz, timestamptz, text, boolean, double precision, bigint, bigint);
DROP FUNCTION inventory.statistics(bigint[], timestamptz, timestamptz, text);

-- One row for each bucket that overlaps [p_from, p_to). p_bucket is 'hour' or 'day', in UTC.
-- collection_seconds: from booking to collection, summed over the collections. booked_seconds: how long batteries were
-- held within the bucket, summed over the batteries; holds that go on count up to now.
CREATE FUNCTION inventory.statistics(
        p_station_id bigint, p_from timestamptz, p_to timestamptz, p_bucket text)
    RETURNS TABLE (start timestamptz, bookings bigint, collections bigint, cancellations bigint, expiries bigint,
                   collection_seconds double precision, booked_seconds double precision)
    LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    WITH happened AS MATERIALIZED (
        SELECT h.at, h.action, h.cause, h.held_since FROM inventory.history h
        WHERE h.station_id = p_station_id AND h.at >= p_from AND h.battery_id IS NOT NULL
        UNION ALL
        SELECT h.at, h.action, h.cause, h.held_since FROM inventory.history h
        WHERE p_station_id IS NULL AND h.at >= p_from AND h.battery_id IS NOT NULL
    ), holds AS (
        -- A hold that ended after p_to was there before it.
        SELECT h.held_since AS since, h.at AS until FROM happened h WHERE h.held_since IS NOT NULL
        UNION ALL
        SELECT b.booked_at, clock_timestamp() FROM inventory.batteries b
        WHERE b.station_id = p_station_id AND b.state = 'booked'
        UNION ALL
        SELECT b.booked_at, clock_timestamp() FROM inventory.batteries b
        WHERE p_station_id IS NULL AND b.state = 'booked'
    ), held AS (
        SELECT piece.start, sum(extract(epoch FROM least(w.until, p_to, piece.start + ('1 ' || p_bucket)::interval)
                                                 - greatest(w.since, p_from, piece.start))::double precision) AS seconds
        FROM holds w
        CROSS JOIN LATERAL generate_series(date_trunc(p_bucket, greatest(w.since, p_from), 'UTC'),
                                           least(w.until, p_to) - interval '1 microsecond',
                                           ('1 ' || p_bucket)::interval) AS piece(start)
        WHERE w.since < p_to AND w.until > p_from
        GROUP BY piece.start
    ), counted AS (
        SELECT date_trunc(p_bucket, h.at, 'UTC') AS start,
               count(*) FILTER (WHERE h.action = 'battery_booked')    AS bookings,
               count(*) FILTER (WHERE h.action = 'battery_collected') AS collections,
               count(*) FILTER (WHERE h.cause = 'cancelled')          AS cancellations,
               count(*) FILTER (WHERE h.cause = 'expired')            AS expiries,
               sum(extract(epoch FROM h.at - h.held_since)::double precision)
                   FILTER (WHERE h.action = 'battery_collected')      AS seconds
        FROM happened h WHERE h.at < p_to GROUP BY 1
    )
    SELECT b.start, coalesce(c.bookings, 0), coalesce(c.collections, 0), coalesce(c.cancellations, 0),
           coalesce(c.expiries, 0), coalesce(c.seconds, 0), coalesce(d.seconds, 0)
    FROM generate_series(date_trunc(p_bucket, p_from, 'UTC'), p_to - interval '1 microsecond',
                         ('1 ' || p_bucket)::interval) AS b(start)
    LEFT JOIN counted c ON c.start = b.start
    LEFT JOIN held d ON d.start = b.start
    ORDER BY b.start;
$$;

REVOKE EXECUTE ON FUNCTION inventory.statistics(bigint, timestamptz, timestamptz, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION inventory.statistics(bigint, timestamptz, timestamptz, text) TO swapwire_inventory;
