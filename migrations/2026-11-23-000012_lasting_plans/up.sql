-- Each index of active orders serves one question, and says so: a column that is never null is not null in its
-- predicate, so that only a question about that column may use it.
--
-- Plans are kept for as long as a connection lives. One that was made while no order was active took any of these
-- indexes, all of them empty, and went on to read it from end to end: a booking read 3,800 active orders to count those
-- of its rider (measured: 900 instead of 1,900 bookings a second).

DROP INDEX booking.one_active_order_per_battery, booking.orders_to_expire, booking.active_orders_of_rider;

CREATE UNIQUE INDEX one_active_order_per_battery ON booking.orders (battery_id)
    WHERE status = 'booked' AND battery_id IS NOT NULL;
CREATE INDEX orders_to_expire ON booking.orders (expires_at) WHERE status = 'booked' AND expires_at IS NOT NULL;
CREATE INDEX active_orders_of_rider ON booking.orders (user_id) WHERE status = 'booked' AND user_id IS NOT NULL;
