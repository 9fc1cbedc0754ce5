DROP FUNCTION booking.forget_idempotency_keys(interval, bigint);
DROP FUNCTION booking.place_order_once(text, interval, bigint, bigint, bigint, interval, interval, bigint);
DROP TABLE booking.idempotency_keys;
