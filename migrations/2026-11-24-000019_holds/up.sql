-- Holds as whoever runs the stations sees them: which batteries are held until when, and never for whom.
-- An operator's are found by the stations (stations_of_owner) and the held batteries, everybody's in the order of their
-- ends (orders_to_expire): both ways had their indexes before.
CREATE VIEW booking.holds AS
SELECT s.owner_id, b.station_id, b.id AS battery_id, o.booked_at, o.expires_at
FROM inventory.stations s
JOIN inventory.batteries b ON b.station_id = s.id AND b.state = 'booked'
JOIN booking.orders o ON o.battery_id = b.id AND o.status = 'booked';
COMMENT ON VIEW booking.holds IS 'Batteries that are held for a rider at a station. Who the rider is stays out of it.';

GRANT SELECT ON booking.holds TO swapwire_booking;
