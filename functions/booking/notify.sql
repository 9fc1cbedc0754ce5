-- Notifications of riders. Triggers make a notification of each change of an order, and of each notification a fact for
-- the relay, in the transaction of the writer, whoever that is. A notification keeps its parameters and the rider's
-- language and time zone; crates/booking/src/texts makes the sentence.

-- Numbers a notification: per rider, gapless, in the order of the commits. Keeps the rider's preferences as they are
-- now. place_order has drawn the number when it locked the rider, and notify_new_order has read the preferences.
-- Whoever else writes a notification gets the next number. A notification that the triggers of orders write belongs to
-- that order and has what its text needs. Every other one is checked here.
CREATE FUNCTION booking.number_notification() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 THEN
        PERFORM booking.check_notification(NEW);
    ELSIF NEW.notification_id > 0 THEN
        RETURN NEW;
    END IF;
    INSERT INTO booking.riders AS r (user_id, last_notification_id) VALUES (NEW.user_id, 1)
    ON CONFLICT (user_id) DO UPDATE SET last_notification_id = r.last_notification_id + 1
    RETURNING last_notification_id, coalesce(locale, claimed_locale, 'en'), time_zone, NEW.kind <> ALL (push_off)
    INTO NEW.notification_id, NEW.locale, NEW.time_zone, NEW.push;
    RETURN NEW;
END $$;

-- A notification belongs to an order of its rider, and its parameters are a station, or the text itself where it was
-- written before there were parameters. A general one belongs to no order and has title, message and level.
CREATE FUNCTION booking.check_notification(p_notification booking.notifications) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    n CONSTANT booking.notifications := p_notification;
BEGIN
    IF (n.kind = 'notification') <> (n.order_id IS NULL) THEN
        RAISE EXCEPTION 'a notification of kind % and order %', n.kind, n.order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'notification_of_an_order';
    END IF;
    IF (CASE WHEN n.kind = 'notification'
             THEN NOT n.params ?& ARRAY['title', 'message', 'level']
                  OR n.params ->> 'level' NOT IN ('info', 'success', 'warning', 'error')
             ELSE NOT (n.params ? 'station' OR n.params ?& ARRAY['title', 'message']) END) THEN
        RAISE EXCEPTION 'a notification of kind % can''t be worded from %', n.kind, n.params
            USING ERRCODE = 'check_violation', CONSTRAINT = 'notification_can_be_worded';
    END IF;
    IF n.order_id IS NOT NULL THEN
        PERFORM FROM booking.orders WHERE id = n.order_id AND user_id = n.user_id FOR KEY SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'rider % has no order %', n.user_id, n.order_id
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'notifications_belong_to_orders';
        END IF;
    END IF;
END $$;

CREATE TRIGGER number_notification BEFORE INSERT ON booking.notifications
    FOR EACH ROW EXECUTE FUNCTION booking.number_notification();

CREATE FUNCTION booking.check_changed_notification() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM booking.check_notification(NEW);
    RETURN NEW;
END $$;

CREATE TRIGGER check_changed_notification BEFORE UPDATE OF kind, params ON booking.notifications
    FOR EACH ROW EXECUTE FUNCTION booking.check_changed_notification();

-- A notification goes to open screens through the relay, and to closed browsers through the push queue.
CREATE FUNCTION booking.append_notification_facts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO booking.outbox (user_id, notification_id) VALUES (NEW.user_id, NEW.notification_id);
    IF NEW.push AND EXISTS (SELECT FROM booking.push_subscriptions WHERE user_id = NEW.user_id) THEN
        INSERT INTO booking.push_queue (subscription_id, user_id, notification_id)
        SELECT id, NEW.user_id, NEW.notification_id FROM booking.push_subscriptions WHERE user_id = NEW.user_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER append_facts AFTER INSERT ON booking.notifications
    FOR EACH ROW EXECUTE FUNCTION booking.append_notification_facts();

-- Notifies the rider of an order. It is plpgsql, as everything that runs with every booking: plpgsql keeps its plans,
-- and an SQL function makes them anew at every call (measured: 130 of 750 microseconds of a booking).
CREATE FUNCTION booking.notify_order(p_order booking.orders, p_kind text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO booking.notifications (user_id, notification_id, kind, order_id, params)
    VALUES (p_order.user_id, 0, p_kind, p_order.id,
            jsonb_build_object('station', p_order.station_name, 'until', p_order.expires_at));
END $$;

-- A new order is confirmed to its rider; one that is inserted as ended is announced as ended. place_order holds the
-- battery before it writes the order, and has drawn the number of the confirmation. For an order that is written by
-- hand this trigger does both.
CREATE FUNCTION booking.notify_new_order() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    told CONSTANT text := CASE NEW.status WHEN 'booked' THEN 'booking_confirmed' ELSE 'booking_' || NEW.status END;
BEGIN
    IF NEW.confirmation_id IS NULL THEN
        PERFORM booking.check_order_by_hand(NEW.battery_id, NEW.status);
        PERFORM booking.notify_order(NEW, told);
        RETURN NULL;
    END IF;
    INSERT INTO booking.notifications (user_id, notification_id, kind, order_id, params, locale, time_zone, push)
    SELECT NEW.user_id, NEW.confirmation_id, told, NEW.id,
           jsonb_build_object('station', NEW.station_name, 'until', NEW.expires_at),
           coalesce(r.locale, r.claimed_locale, 'en'), r.time_zone, told <> ALL (r.push_off)
    FROM booking.riders r WHERE r.user_id = NEW.user_id AND r.last_notification_id = NEW.confirmation_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'notification % of rider % was not drawn', NEW.confirmation_id, NEW.user_id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'order_confirmation_is_drawn';
    END IF;
    RETURN NULL;
END $$;

-- An order that is written by hand needs a battery that exists. An active one needs a booked battery, and holds it.
CREATE FUNCTION booking.check_order_by_hand(p_battery_id bigint, p_status text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM FROM inventory.batteries WHERE id = p_battery_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'battery % does not exist', p_battery_id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'orders_belong_to_batteries';
    END IF;
    IF p_status = 'booked' THEN
        PERFORM inventory.hold_booked_battery(p_battery_id);
    END IF;
END $$;

CREATE TRIGGER notify_new_order AFTER INSERT ON booking.orders
    FOR EACH ROW EXECUTE FUNCTION booking.notify_new_order();

-- In the order of the riders: a statement over many orders then locks riders as every sweep does.
CREATE FUNCTION booking.notify_ended_orders() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO booking.notifications (user_id, notification_id, kind, order_id, params)
    SELECT n.user_id, 0, 'booking_' || n.status, n.id,
           jsonb_build_object('station', n.station_name, 'until', n.expires_at)
    FROM new_rows n JOIN old_rows o USING (id) WHERE n.status <> o.status ORDER BY n.user_id, n.id;
    RETURN NULL;
END $$;

CREATE TRIGGER notify_ended_orders AFTER UPDATE ON booking.orders
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION booking.notify_ended_orders();

-- An order that has ended never becomes active again: somebody else may hold its battery.
CREATE FUNCTION booking.refuse_revival() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'order % is %', OLD.id, OLD.status USING ERRCODE = 'SW409', CONSTRAINT = 'order-not-active';
END $$;

CREATE TRIGGER refuse_revival BEFORE UPDATE OF status ON booking.orders
    FOR EACH ROW WHEN (OLD.status <> 'booked' AND NEW.status <> OLD.status)
    EXECUTE FUNCTION booking.refuse_revival();

-- A general notification from the network to one user, in the network's own words.
CREATE FUNCTION booking.send_notification(p_user_id bigint, p_title text, p_message text, p_level text)
    RETURNS booking.notifications
    LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT booking.lock_rider(p_user_id);
    INSERT INTO booking.notifications (user_id, notification_id, kind, params)
    VALUES (p_user_id, 0, 'notification',
            jsonb_build_object('title', p_title, 'message', p_message, 'level', p_level))
    RETURNING *;
$$;

GRANT EXECUTE ON FUNCTION
    booking.notify_order, booking.send_notification, booking.check_notification, booking.check_order_by_hand
    TO swapwire_booking;
