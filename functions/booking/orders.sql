-- Orders as others read them, and the locks that every use case takes first.

-- An order as the API and the messages read it.
CREATE VIEW booking.order_views AS
SELECT o.id, o.user_id, o.status, o.station_id, coalesce(s.name, o.station_name) AS station_name,
       o.battery_id, b.serial_number, b.model,
       CASE WHEN o.status = 'booked' THEN b.state_of_charge_percent ELSE o.state_of_charge_percent END
           AS state_of_charge_percent,
       o.booked_at, o.expires_at, o.collected_at, o.cancelled_at
FROM booking.orders o
JOIN inventory.batteries b ON b.id = o.battery_id
LEFT JOIN inventory.stations s ON s.id = o.station_id;
COMMENT ON VIEW booking.order_views IS
    'The charge is the battery''s present one while it is held, the one at the end of the hold afterwards.';

-- Holds as whoever runs the stations sees them. An operator's are found by the stations (stations_of_owner) and the
-- held batteries, everybody's in the order of their ends (orders_to_expire).
CREATE VIEW booking.holds AS
SELECT s.owner_id, b.station_id, b.id AS battery_id, o.booked_at, o.expires_at
FROM inventory.stations s
JOIN inventory.batteries b ON b.station_id = s.id AND b.state = 'booked'
JOIN booking.orders o ON o.battery_id = b.id AND o.status = 'booked';
COMMENT ON VIEW booking.holds IS 'Batteries that are held for a rider at a station. Who the rider is stays out of it.';

-- The first lock of everything that is written for a rider.
CREATE FUNCTION booking.lock_rider(p_user_id bigint) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    PERFORM FROM booking.riders WHERE user_id = p_user_id FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO booking.riders (user_id) VALUES (p_user_id) ON CONFLICT DO NOTHING;
        PERFORM FROM booking.riders WHERE user_id = p_user_id FOR UPDATE;
    END IF;
END $$;

-- Locks the rider and keeps the language that the rider's token names, if it names one. Returns the rider, so that a
-- service calls it in the statement of a booking: place_order(remember_locale(rider, locale), ...). An upsert, as its
-- plan is the same for every size of the table.
CREATE FUNCTION booking.remember_locale(p_user_id bigint, p_locale text) RETURNS bigint
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF p_locale IS NOT NULL THEN
        INSERT INTO booking.riders AS r (user_id, claimed_locale) VALUES (p_user_id, p_locale)
        ON CONFLICT (user_id) DO UPDATE SET claimed_locale = excluded.claimed_locale
        WHERE r.claimed_locale IS DISTINCT FROM excluded.claimed_locale;
    END IF;
    RETURN p_user_id;
END $$;

-- Locks the rider, then the order, and refuses one that is not active. p_user_id NULL acts for an admin.
CREATE FUNCTION booking.lock_active_order(p_order_id bigint, p_user_id bigint) RETURNS booking.orders
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    found_order booking.orders;
BEGIN
    SELECT * INTO found_order FROM booking.orders
    WHERE id = p_order_id AND (p_user_id IS NULL OR user_id = p_user_id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'order % does not exist', p_order_id
            USING ERRCODE = 'SW404', CONSTRAINT = 'order-not-found';
    END IF;
    PERFORM booking.lock_rider(found_order.user_id);
    SELECT * INTO found_order FROM booking.orders WHERE id = p_order_id FOR UPDATE;
    IF found_order.status <> 'booked' THEN
        RAISE EXCEPTION 'order % is %', p_order_id, found_order.status
            USING ERRCODE = 'SW409', CONSTRAINT = 'order-not-active';
    END IF;
    RETURN found_order;
END $$;

GRANT SELECT ON booking.order_views, booking.holds TO swapwire_booking;
GRANT EXECUTE ON FUNCTION booking.lock_rider, booking.remember_locale, booking.lock_active_order
    TO swapwire_booking;
