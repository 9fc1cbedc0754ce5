-- What the relays read of the outboxes beside the facts themselves.

-- The trace that the writer's request belongs to. The service sets it for the transaction, as it sets the actor.
ALTER TABLE inventory.outbox ADD COLUMN traceparent text
    DEFAULT nullif(current_setting('swapwire.traceparent', true), '');
COMMENT ON COLUMN inventory.outbox.traceparent IS 'W3C trace context of the request that the fact follows from. Null where nothing is traced.';
ALTER TABLE booking.outbox ADD COLUMN traceparent text
    DEFAULT nullif(current_setting('swapwire.traceparent', true), '');
COMMENT ON COLUMN booking.outbox.traceparent IS 'W3C trace context of the request that the fact follows from. Null where nothing is traced.';

-- Facts that only other services wait for are published apart from those of the screens. Their relay finds its few
-- without passing the others, however many of them wait.
CREATE INDEX outbox_for_services ON inventory.outbox (id) WHERE kind = 'battery_charged';
