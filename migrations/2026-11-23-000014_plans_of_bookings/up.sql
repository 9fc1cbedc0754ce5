-- A booking finds everything by index, whatever was known of the tables when its plan was made.
--
-- Plans are kept for as long as a connection lives, and a table that was vacuumed while it was empty is believed to be
-- empty: what was planned then went on to read all orders from end to end (measured: 360 instead of 1,900 bookings a
-- second), until the statistics of the table were next renewed. For the functions alone, with all that they call and
-- set off: for every statement of the role a hundredth of the first bookings took 40 ms longer (measured too).
ALTER FUNCTION booking.place_order(bigint, bigint, bigint, interval, interval, bigint) SET enable_seqscan = off;
ALTER FUNCTION booking.place_order_once(text, interval, bigint, bigint, bigint, interval, interval, bigint)
    SET enable_seqscan = off;
ALTER FUNCTION booking.collect_order(bigint, bigint, bigint) SET enable_seqscan = off;
ALTER FUNCTION booking.cancel_order(bigint, bigint, bigint) SET enable_seqscan = off;
ALTER FUNCTION booking.expire_orders(bigint) SET enable_seqscan = off;
ALTER FUNCTION booking.remind_riders(bigint) SET enable_seqscan = off;
ALTER FUNCTION booking.tell_ready(bigint, timestamptz) SET enable_seqscan = off;

-- The fullest available battery is the first in the index of its station. Few batteries being held although they are
-- available, Postgres expects to pass over most of them, and would sort them all instead (measured: 1,500 instead of
-- 2,000 bookings a second at stations of 70 batteries).
ALTER FUNCTION inventory.reserve_battery(bigint, bigint, bigint) SET enable_bitmapscan = off;
