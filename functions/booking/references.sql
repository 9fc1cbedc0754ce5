-- What foreign keys would hold for riders, batteries, orders, notifications and the outbox. Five foreign keys would ask
-- at every booking for a row that the booking has just locked or written. These triggers ask where a reference can
-- break: at psql, when a row is deleted, gets another key or is written by hand.

CREATE FUNCTION booking.refuse_leaving_behind() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    left_behind text;
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'riders' THEN
            left_behind := CASE
                WHEN EXISTS (SELECT FROM booking.orders WHERE user_id = OLD.user_id) THEN 'orders'
                WHEN EXISTS (SELECT FROM booking.notifications WHERE user_id = OLD.user_id) THEN 'notifications' END;
        WHEN 'batteries' THEN
            left_behind := CASE WHEN EXISTS (SELECT FROM booking.orders WHERE battery_id = OLD.id) THEN 'orders' END;
        WHEN 'orders' THEN
            left_behind := CASE WHEN EXISTS (SELECT FROM booking.notifications WHERE order_id = OLD.id)
                           THEN 'notifications' END;
        WHEN 'notifications' THEN
            left_behind := CASE WHEN EXISTS (SELECT FROM booking.outbox
                                             WHERE (user_id, notification_id) = (OLD.user_id, OLD.notification_id))
                           THEN 'outbox' END;
    END CASE;
    IF left_behind IS NOT NULL THEN
        RAISE EXCEPTION 'booking.% still has rows that belong to this row of %', left_behind, TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = left_behind || '_belong_to_' || TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER refuse_leaving_behind BEFORE DELETE ON booking.riders
    FOR EACH ROW EXECUTE FUNCTION booking.refuse_leaving_behind();
CREATE TRIGGER refuse_leaving_behind BEFORE DELETE ON inventory.batteries
    FOR EACH ROW EXECUTE FUNCTION booking.refuse_leaving_behind();
CREATE TRIGGER refuse_leaving_behind BEFORE DELETE ON booking.orders
    FOR EACH ROW EXECUTE FUNCTION booking.refuse_leaving_behind();
CREATE TRIGGER refuse_leaving_behind BEFORE DELETE ON booking.notifications
    FOR EACH ROW EXECUTE FUNCTION booking.refuse_leaving_behind();

CREATE FUNCTION booking.refuse_renaming() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a row of % is about never changes', TG_TABLE_NAME
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_TABLE_NAME || '_keep_their_keys';
END $$;

CREATE TRIGGER refuse_renaming BEFORE UPDATE OF user_id ON booking.riders
    FOR EACH ROW WHEN (NEW.user_id <> OLD.user_id) EXECUTE FUNCTION booking.refuse_renaming();
CREATE TRIGGER refuse_renaming BEFORE UPDATE OF id ON inventory.batteries
    FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION booking.refuse_renaming();
-- An ended order may become nobody's (forget_rider), but not by the service.
CREATE TRIGGER refuse_renaming BEFORE UPDATE OF id, user_id, battery_id ON booking.orders
    FOR EACH ROW WHEN ((NEW.id, NEW.battery_id) <> (OLD.id, OLD.battery_id)
                       OR NEW.user_id <> OLD.user_id
                          AND (NEW.user_id <> 0 OR OLD.status = 'booked' OR current_user = 'swapwire_booking'))
    EXECUTE FUNCTION booking.refuse_renaming();
CREATE TRIGGER refuse_renaming BEFORE UPDATE OF user_id, notification_id, order_id ON booking.notifications
    FOR EACH ROW WHEN ((NEW.user_id, NEW.notification_id, NEW.order_id)
                       IS DISTINCT FROM (OLD.user_id, OLD.notification_id, OLD.order_id))
    EXECUTE FUNCTION booking.refuse_renaming();
CREATE TRIGGER refuse_renaming BEFORE UPDATE ON booking.outbox
    FOR EACH ROW EXECUTE FUNCTION booking.refuse_renaming();

-- A fact is written by the trigger of its notification. A fact that is written by hand needs a notification too: the
-- relay would look for it for ever. There is no WHEN clause, as in check_battery.
CREATE FUNCTION booking.require_notification() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    PERFORM FROM booking.notifications
    WHERE (user_id, notification_id) = (NEW.user_id, NEW.notification_id) FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'rider % has no notification %', NEW.user_id, NEW.notification_id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'outbox_belong_to_notifications';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER require_notification BEFORE INSERT ON booking.outbox
    FOR EACH ROW EXECUTE FUNCTION booking.require_notification();

-- TRUNCATE fires no row trigger.
CREATE FUNCTION booking.refuse_truncate() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'booking.% can''t be truncated: use DELETE, which keeps what belongs together', TG_TABLE_NAME;
END $$;

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON booking.riders
    FOR EACH STATEMENT EXECUTE FUNCTION booking.refuse_truncate();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON booking.orders
    FOR EACH STATEMENT EXECUTE FUNCTION booking.refuse_truncate();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON booking.notifications
    FOR EACH STATEMENT EXECUTE FUNCTION booking.refuse_truncate();
