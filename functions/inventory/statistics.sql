-- What was booked, collected, cancelled and expired, from the history: by the index of a station, or by the summary of
-- blocks over time.

-- Of some stations, or of all (null): one row for each bucket that overlaps [p_from, p_to). p_bucket is 'hour' or
-- 'day', in UTC. collection_seconds: from booking to collection, summed over the collections. booked_seconds: how long
-- batteries were held within the bucket, summed over the batteries; holds that go on count up to now.
CREATE FUNCTION inventory.statistics(
        p_station_ids bigint[], p_from timestamptz, p_to timestamptz, p_bucket text)
    RETURNS TABLE (start timestamptz, bookings bigint, collections bigint, cancellations bigint, expiries bigint,
                   collection_seconds double precision, booked_seconds double precision)
    LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    WITH happened AS MATERIALIZED (
        SELECT h.at, h.action, h.cause, h.held_since FROM inventory.history h
        WHERE h.station_id = ANY (p_station_ids) AND h.at >= p_from AND h.battery_id IS NOT NULL
        UNION ALL
        SELECT h.at, h.action, h.cause, h.held_since FROM inventory.history h
        WHERE p_station_ids IS NULL AND h.at >= p_from AND h.battery_id IS NOT NULL
    ), holds AS (
        -- A hold that ended after p_to was there before it.
        SELECT h.held_since AS since, h.at AS until FROM happened h WHERE h.held_since IS NOT NULL
        UNION ALL
        SELECT b.booked_at, clock_timestamp() FROM inventory.batteries b
        WHERE b.station_id = ANY (p_station_ids) AND b.state = 'booked'
        UNION ALL
        SELECT b.booked_at, clock_timestamp() FROM inventory.batteries b
        WHERE p_station_ids IS NULL AND b.state = 'booked'
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

-- What riders did at each of some stations, or of all (null), in [p_from, p_to), the least of it first or, descending,
-- the most. key is what they are ordered by, smallest first; a page goes on after (p_after_key, p_after_id). A station
-- without a value comes last in either order: there is no mean without collections and no occupancy without batteries.
CREATE FUNCTION inventory.station_statistics(
        p_station_ids bigint[], p_from timestamptz, p_to timestamptz, p_sort text, p_descending boolean,
        p_after_key double precision, p_after_id bigint, p_limit bigint)
    RETURNS TABLE (id bigint, name text, latitude double precision, longitude double precision, batteries bigint,
                   bookings bigint, collections bigint, cancellations bigint, expiries bigint,
                   collection_seconds double precision, booked_seconds double precision, key double precision)
    LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    WITH happened AS MATERIALIZED (
        SELECT h.station_id, h.at, h.action, h.cause, h.held_since FROM inventory.history h
        WHERE h.station_id = ANY (p_station_ids) AND h.at >= p_from AND h.battery_id IS NOT NULL
        UNION ALL
        SELECT h.station_id, h.at, h.action, h.cause, h.held_since FROM inventory.history h
        WHERE p_station_ids IS NULL AND h.station_id IS NOT NULL AND h.at >= p_from AND h.battery_id IS NOT NULL
    ), holds AS (
        SELECT h.station_id, h.held_since AS since, h.at AS until FROM happened h WHERE h.held_since IS NOT NULL
        UNION ALL
        SELECT b.station_id, b.booked_at, clock_timestamp() FROM inventory.batteries b
        WHERE b.state = 'booked' AND (p_station_ids IS NULL OR b.station_id = ANY (p_station_ids))
    ), held AS (
        SELECT w.station_id,
               sum(extract(epoch FROM least(w.until, p_to) - greatest(w.since, p_from))::double precision) AS seconds
        FROM holds w WHERE w.since < p_to AND w.until > p_from GROUP BY 1
    ), counted AS (
        SELECT h.station_id,
               count(*) FILTER (WHERE h.action = 'battery_booked')    AS bookings,
               count(*) FILTER (WHERE h.action = 'battery_collected') AS collections,
               count(*) FILTER (WHERE h.cause = 'cancelled')          AS cancellations,
               count(*) FILTER (WHERE h.cause = 'expired')            AS expiries,
               sum(extract(epoch FROM h.at - h.held_since)::double precision)
                   FILTER (WHERE h.action = 'battery_collected')      AS seconds
        FROM happened h WHERE h.at < p_to GROUP BY 1
    ), there AS (
        SELECT b.station_id, count(*) AS batteries FROM inventory.batteries b
        WHERE p_station_ids IS NULL OR b.station_id = ANY (p_station_ids) GROUP BY 1
    ), figures AS (
        SELECT s.id, s.name, s.latitude, s.longitude, coalesce(t.batteries, 0) AS batteries,
               coalesce(c.bookings, 0) AS bookings, coalesce(c.collections, 0) AS collections,
               coalesce(c.cancellations, 0) AS cancellations, coalesce(c.expiries, 0) AS expiries,
               coalesce(c.seconds, 0) AS collection_seconds, coalesce(d.seconds, 0) AS booked_seconds
        FROM inventory.stations s
        LEFT JOIN counted c ON c.station_id = s.id
        LEFT JOIN held d ON d.station_id = s.id
        LEFT JOIN there t ON t.station_id = s.id
        WHERE p_station_ids IS NULL OR s.id = ANY (p_station_ids)
    ), keyed AS (
        SELECT f.*, coalesce(CASE WHEN p_descending THEN -1 ELSE 1 END * CASE p_sort
                   WHEN 'bookings'           THEN f.bookings
                   WHEN 'collections'        THEN f.collections
                   WHEN 'cancellations'      THEN f.cancellations
                   WHEN 'expiries'           THEN f.expiries
                   WHEN 'occupancy'          THEN f.booked_seconds / nullif(f.batteries, 0)
                   WHEN 'time_to_collection' THEN f.collection_seconds / nullif(f.collections, 0)
               END, 'infinity') AS key
        FROM figures f
    )
    SELECT k.* FROM keyed k
    WHERE p_after_id IS NULL OR (k.key, k.id) > (p_after_key, p_after_id)
    ORDER BY k.key, k.id LIMIT p_limit;
$$;

GRANT EXECUTE ON FUNCTION inventory.statistics, inventory.station_statistics TO swapwire_inventory;
