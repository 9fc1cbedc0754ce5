-- The end of an order by its rider or an admin. p_owner_id is the rider whose order it must be, null for any;
-- p_actor_id ends it. An order past its time is still the rider's until the sweep has ended it.

CREATE FUNCTION booking.collect_order(p_order_id bigint, p_owner_id bigint DEFAULT NULL, p_actor_id bigint DEFAULT NULL)
    RETURNS booking.order_views
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    active booking.orders;
    collected booking.order_views;
BEGIN
    active := booking.lock_active_order(p_order_id, p_owner_id);
    SELECT * INTO collected FROM booking.order_views WHERE id = p_order_id;
    PERFORM inventory.collect_battery(active.battery_id, p_actor_id);
    UPDATE booking.orders
    SET status = 'collected', collected_at = now(), ended_by = p_actor_id,
        state_of_charge_percent = collected.state_of_charge_percent
    WHERE id = p_order_id;
    SELECT * INTO collected FROM booking.order_views WHERE id = p_order_id;
    RETURN collected;
END $$;

CREATE FUNCTION booking.cancel_order(p_order_id bigint, p_owner_id bigint DEFAULT NULL, p_actor_id bigint DEFAULT NULL)
    RETURNS booking.order_views
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    active booking.orders;
    cancelled booking.order_views;
BEGIN
    active := booking.lock_active_order(p_order_id, p_owner_id);
    SELECT * INTO cancelled FROM booking.order_views WHERE id = p_order_id;
    PERFORM inventory.release_battery(active.battery_id, 'cancelled', p_actor_id);
    UPDATE booking.orders
    SET status = 'cancelled', cancelled_at = now(), ended_by = p_actor_id,
        state_of_charge_percent = cancelled.state_of_charge_percent
    WHERE id = p_order_id;
    SELECT * INTO cancelled FROM booking.order_views WHERE id = p_order_id;
    RETURN cancelled;
END $$;

GRANT EXECUTE ON FUNCTION booking.collect_order, booking.cancel_order TO swapwire_booking;
