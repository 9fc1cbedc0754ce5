DROP FUNCTION booking.claim_pushes(bigint, double precision);
DROP FUNCTION booking.subscribe_push(bigint, text, bytea, bytea, bigint);
DROP TRIGGER append_pushes_insert ON booking.notifications;
DROP FUNCTION booking.append_pushes();
DROP TABLE booking.push_queue;
DROP TABLE booking.push_subscriptions;
