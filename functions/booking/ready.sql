-- A held battery is charged.

-- A held battery has reached the ready charge at p_at: notifies its rider, once for an order. Returns the outcome:
-- told; repeated (the rider was notified before); ended (that hold is over); unknown (there is no order of that hold).
CREATE FUNCTION booking.tell_ready(p_battery_id bigint, p_at timestamptz) RETURNS text
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    held booking.orders;
BEGIN
    SELECT * INTO held FROM booking.orders WHERE battery_id = p_battery_id AND status = 'booked';
    IF NOT FOUND THEN
        RETURN CASE WHEN inventory.is_booked(p_battery_id) THEN 'unknown' ELSE 'ended' END;
    END IF;
    PERFORM booking.lock_rider(held.user_id);
    SELECT * INTO held FROM booking.orders WHERE id = held.id FOR UPDATE;
    IF held.status <> 'booked' OR held.booked_at > p_at THEN
        RETURN 'ended';
    ELSIF held.ready_at IS NOT NULL THEN
        RETURN 'repeated';
    END IF;
    UPDATE booking.orders SET ready_at = p_at WHERE id = held.id RETURNING * INTO held;
    PERFORM booking.notify_order(held, 'booking_ready');
    RETURN 'told';
END $$;

GRANT EXECUTE ON FUNCTION booking.tell_ready TO swapwire_booking;
