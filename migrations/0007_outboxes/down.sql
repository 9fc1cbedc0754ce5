DROP INDEX inventory.outbox_for_services;
ALTER TABLE booking.outbox DROP COLUMN traceparent;
ALTER TABLE inventory.outbox DROP COLUMN traceparent;
