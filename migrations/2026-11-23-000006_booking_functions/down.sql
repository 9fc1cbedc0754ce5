DROP FUNCTION booking.send_notification(bigint, text, text, text);
DROP FUNCTION booking.cancel_order(bigint, bigint);
DROP FUNCTION booking.collect_order(bigint, bigint);
DROP FUNCTION booking.lock_active_order(bigint, bigint);
DROP FUNCTION booking.station_name(bigint);
DROP FUNCTION booking.place_order(bigint, bigint, bigint, interval);
DROP FUNCTION booking.lock_rider(bigint);
