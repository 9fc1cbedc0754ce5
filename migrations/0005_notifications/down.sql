DROP TABLE booking.push_queue, booking.push_subscriptions, booking.preferences, booking.outbox, booking.notifications;
