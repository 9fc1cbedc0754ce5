DROP VIEW booking.order_views;
DROP TABLE booking.notifications;
DROP TABLE booking.orders;
DROP TABLE booking.riders;
DROP SCHEMA booking;
