DROP INDEX booking.unread_notifications;
DROP TABLE booking.preferences;
