ALTER FUNCTION booking.place_order(bigint, bigint, bigint, interval, interval, bigint) RESET enable_seqscan;
ALTER FUNCTION booking.place_order_once(text, interval, bigint, bigint, bigint, interval, interval, bigint)
    RESET enable_seqscan;
ALTER FUNCTION booking.collect_order(bigint, bigint, bigint) RESET enable_seqscan;
ALTER FUNCTION booking.cancel_order(bigint, bigint, bigint) RESET enable_seqscan;
ALTER FUNCTION booking.expire_orders(bigint) RESET enable_seqscan;
ALTER FUNCTION booking.remind_riders(bigint) RESET enable_seqscan;
ALTER FUNCTION booking.tell_ready(bigint, timestamptz) RESET enable_seqscan;
ALTER FUNCTION inventory.reserve_battery(bigint, bigint, bigint) RESET enable_bitmapscan;
