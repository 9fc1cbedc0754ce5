-- Forgetting a person, for whoever runs the network (swapctl forget-rider).

-- Removes what the services keep of a rider: messages, preferences, push subscriptions, stored answers, the name in the
-- history. Ended orders stay, as orders of user 0, who is nobody: statistics count them. The row of the rider stays
-- with the number of the last message alone, so that a rider who comes back gets no number twice. A user without such a
-- row may still have a push subscription, a stored answer or a name in the history. A rider who holds a battery is
-- refused (SW409), and a user who is unknown everywhere (SW404). Reads all orders and the whole history.
CREATE FUNCTION booking.forget_rider(
        p_user_id bigint, OUT orders bigint, OUT notifications bigint, OUT subscriptions bigint,
        OUT history_entries bigint)
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    known boolean;
BEGIN
    PERFORM FROM booking.riders WHERE user_id = p_user_id FOR UPDATE;
    known := FOUND;
    IF EXISTS (SELECT FROM booking.orders o WHERE o.user_id = p_user_id AND o.status = 'booked') THEN
        RAISE EXCEPTION 'rider % holds a battery: the order has to end first', p_user_id
            USING ERRCODE = 'SW409', CONSTRAINT = 'rider-holds-battery';
    END IF;
    DELETE FROM booking.push_subscriptions s WHERE s.user_id = p_user_id;
    GET DIAGNOSTICS subscriptions = ROW_COUNT;
    DELETE FROM booking.push_queue q WHERE q.user_id = p_user_id;
    DELETE FROM booking.idempotency_keys k WHERE k.user_id = p_user_id;
    known := known OR FOUND;
    -- Pushes that still wait are not sent.
    DELETE FROM booking.outbox f WHERE f.user_id = p_user_id;
    DELETE FROM booking.notifications n WHERE n.user_id = p_user_id;
    GET DIAGNOSTICS notifications = ROW_COUNT;
    UPDATE booking.orders o SET user_id = 0, ended_by = nullif(o.ended_by, p_user_id) WHERE o.user_id = p_user_id;
    GET DIAGNOSTICS orders = ROW_COUNT;
    -- Orders of others that this person ended, as an admin.
    UPDATE booking.orders o SET ended_by = NULL WHERE o.ended_by = p_user_id;
    known := known OR FOUND;
    UPDATE booking.riders SET locale = DEFAULT, claimed_locale = DEFAULT, time_zone = DEFAULT, push_off = DEFAULT
    WHERE user_id = p_user_id;
    history_entries := inventory.forget_actor(p_user_id);
    IF NOT known AND subscriptions + history_entries = 0 THEN
        RAISE EXCEPTION 'nothing is known of rider %', p_user_id
            USING ERRCODE = 'SW404', CONSTRAINT = 'rider-not-found';
    END IF;
END $$;
