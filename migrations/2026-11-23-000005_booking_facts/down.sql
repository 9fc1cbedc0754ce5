DROP TRIGGER append_notifications_update ON booking.orders;
DROP TRIGGER append_notifications_insert ON booking.orders;
DROP FUNCTION booking.append_order_notifications();
DROP FUNCTION booking.notify_order(booking.orders);
DROP TRIGGER append_facts_insert ON booking.notifications;
DROP FUNCTION booking.append_notification_facts();
DROP TRIGGER number_notification ON booking.notifications;
DROP FUNCTION booking.number_notification();
DROP TABLE booking.outbox;
