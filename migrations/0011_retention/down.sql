COMMENT ON TABLE inventory.history IS
    'Append-only: nobody but the triggers writes, nobody changes or deletes. '
    'Readings of charge and health are measurements, not decisions, and are not kept.';
DROP TABLE inventory.history_begin;
DROP INDEX booking.orders_by_end, booking.notifications_of_order, booking.notifications_by_age;
