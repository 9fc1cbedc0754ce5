DROP INDEX booking.one_active_order_per_battery, booking.orders_to_expire, booking.active_orders_of_rider;

CREATE UNIQUE INDEX one_active_order_per_battery ON booking.orders (battery_id) WHERE status = 'booked';
CREATE INDEX orders_to_expire ON booking.orders (expires_at) WHERE status = 'booked';
CREATE INDEX active_orders_of_rider ON booking.orders (user_id) WHERE status = 'booked';
