-- What removing old rows looks for (functions/*/retention.sql). Rows that are kept for ever cost these indexes, too: a
-- network decides later how long it keeps them, and an index on a large table is not made while it is in use. Each
-- repeats its key as IS NOT NULL, so that only queries on that key use it.

CREATE INDEX notifications_by_age ON booking.notifications (created_at) WHERE created_at IS NOT NULL;
-- Whether an order may go: what belongs to it goes first.
CREATE INDEX notifications_of_order ON booking.notifications (order_id) WHERE order_id IS NOT NULL;
-- An order enters it when it ends; a booking does not pay for it.
CREATE INDEX orders_by_end ON booking.orders ((coalesce(collected_at, cancelled_at, expired_at)))
    WHERE coalesce(collected_at, cancelled_at, expired_at) IS NOT NULL;

CREATE TABLE inventory.history_begin (
    at timestamptz
);
COMMENT ON TABLE inventory.history_begin IS
    'One row: what statistics may be asked of. Lines before it may have been removed.';
COMMENT ON COLUMN inventory.history_begin.at IS 'Every line since then is there. Null while none was removed.';
CREATE UNIQUE INDEX history_begins_once ON inventory.history_begin ((true));
INSERT INTO inventory.history_begin (at) VALUES (NULL);
GRANT SELECT ON inventory.history_begin TO swapwire_inventory;

COMMENT ON TABLE inventory.history IS
    'Append-only: nobody but the triggers writes, nobody changes a line. Retention removes the oldest. '
    'Readings of charge and health are measurements, not decisions, and are not kept.';
