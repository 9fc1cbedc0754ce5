DROP TABLE booking.idempotency_keys, booking.orders, booking.riders;
DROP SCHEMA booking;
