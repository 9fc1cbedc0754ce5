-- The outbox of the booking service: order changes become notifications, notifications become facts,
-- in the writer's own transaction, whoever the writer is.

CREATE TABLE booking.outbox (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id         bigint NOT NULL,
    notification_id bigint NOT NULL,
    occurred_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (user_id, notification_id) REFERENCES booking.notifications
);
COMMENT ON TABLE booking.outbox IS 'Notifications waiting to be published. A rider''s facts are in commit order, because the rider''s row is locked while they are written.';

-- Numbers a notification: per rider, gapless, in the order of the commits.
CREATE FUNCTION booking.number_notification() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO booking.riders AS r (user_id, last_notification_id) VALUES (NEW.user_id, 1)
    ON CONFLICT (user_id) DO UPDATE SET last_notification_id = r.last_notification_id + 1
    RETURNING last_notification_id INTO NEW.notification_id;
    RETURN NEW;
END $$;

CREATE TRIGGER number_notification BEFORE INSERT ON booking.notifications
    FOR EACH ROW EXECUTE FUNCTION booking.number_notification();

CREATE FUNCTION booking.append_notification_facts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO booking.outbox (user_id, notification_id)
    SELECT n.user_id, n.notification_id FROM new_rows n ORDER BY n.user_id, n.notification_id;
    RETURN NULL;
END $$;

CREATE TRIGGER append_facts_insert AFTER INSERT ON booking.notifications
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION booking.append_notification_facts();

-- What a rider reads when an order changes.
CREATE FUNCTION booking.notify_order(p_order booking.orders) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    INSERT INTO booking.notifications (user_id, notification_id, kind, order_id, title, message, level)
    SELECT p_order.user_id, 0, text.kind, p_order.id, text.title, text.message, text.level
    FROM (VALUES
        ('booked', 'booking_confirmed', 'Booking confirmed', 'success',
         format('A battery is yours at %s until %s UTC.', p_order.station_name,
                to_char(p_order.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'))),
        ('collected', 'booking_collected', 'Battery collected', 'success',
         format('You have collected your battery at %s.', p_order.station_name)),
        ('cancelled', 'booking_cancelled', 'Booking cancelled', 'info',
         format('Your booking at %s is cancelled.', p_order.station_name)),
        ('expired', 'booking_expired', 'Booking expired', 'warning',
         format('Your booking at %s has expired.', p_order.station_name))
    ) AS text(status, kind, title, level, message)
    WHERE text.status = p_order.status;
$$;

CREATE FUNCTION booking.append_order_notifications() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    -- In rider order: a statement over many orders locks riders as every other sweep does.
    IF TG_OP = 'INSERT' THEN
        PERFORM booking.notify_order(n) FROM (SELECT * FROM new_rows ORDER BY user_id, id) n;
    ELSE
        PERFORM booking.notify_order(n) FROM (
            SELECT n.* FROM new_rows n JOIN old_rows o USING (id)
            WHERE n.status <> o.status ORDER BY n.user_id, n.id) n;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER append_notifications_insert AFTER INSERT ON booking.orders
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION booking.append_order_notifications();
CREATE TRIGGER append_notifications_update AFTER UPDATE ON booking.orders
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION booking.append_order_notifications();

GRANT SELECT, DELETE ON booking.outbox TO swapwire_booking;
