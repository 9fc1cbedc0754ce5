//! The tables and views as diesel sees them. A test compares them with the migrated database.

use diesel::query_builder::AsQuery;
use diesel::sql_types::{BigInt, Binary, Interval, Nullable, Record, Text, Timestamptz};

diesel::table! {
    booking.notifications (user_id, notification_id) {
        user_id -> BigInt,
        notification_id -> BigInt,
        event_id -> Uuid,
        kind -> Text,
        order_id -> Nullable<BigInt>,
        created_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
        params -> Jsonb,
        locale -> Text,
        time_zone -> Text,
        push -> Bool,
    }
}

diesel::table! {
    /// An order as the API and the messages read it.
    booking.order_views (id) {
        id -> BigInt,
        user_id -> BigInt,
        status -> Text,
        station_id -> BigInt,
        station_name -> Text,
        battery_id -> BigInt,
        serial_number -> Text,
        model -> Text,
        state_of_charge_percent -> Double,
        booked_at -> Timestamptz,
        expires_at -> Timestamptz,
        collected_at -> Nullable<Timestamptz>,
        cancelled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// A hold as an operator sees it: without the rider.
    booking.holds (battery_id) {
        owner_id -> BigInt,
        station_id -> BigInt,
        battery_id -> BigInt,
        booked_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

/// The columns of `booking.order_views`.
pub(crate) type OrderColumns = <order_views::table as AsQuery>::SqlType;
/// A row of `booking.order_views` as a function returns it.
pub(crate) type OrderRecord = Record<OrderColumns>;

/// The columns of `booking.notifications`.
pub(crate) type NotificationColumns = <notifications::table as AsQuery>::SqlType;
/// A row of `booking.notifications` as a function returns it.
pub(crate) type NotificationRecord = Record<NotificationColumns>;

diesel::define_sql_function! {
    /// Keeps the language that the rider's token names; returns the rider.
    #[sql_name = "booking.remember_locale"]
    fn remember_locale(user_id: BigInt, locale: Nullable<Text>) -> BigInt;
}

diesel::define_sql_function! {
    /// Books a battery: the named one, or the fullest available one.
    #[sql_name = "booking.place_order"]
    fn place_order(
        user_id: BigInt,
        station_id: BigInt,
        battery_id: Nullable<BigInt>,
        hold: Interval,
        remind_before: Interval,
        active_limit: BigInt,
    ) -> OrderRecord;
}

diesel::define_sql_function! {
    /// The same under an idempotency key: (the order, or the code and text of the refusal; whether it was repeated).
    #[sql_name = "booking.place_order_once"]
    #[allow(clippy::too_many_arguments, reason = "one for each of the function in the database")]
    fn place_order_once(
        key: Text,
        keep: Interval,
        user_id: BigInt,
        station_id: BigInt,
        battery_id: Nullable<BigInt>,
        hold: Interval,
        remind_before: Interval,
        active_limit: BigInt,
    ) -> Record<(Nullable<OrderRecord>, Nullable<Text>, Nullable<Text>, Bool)>;
}

diesel::define_sql_function! {
    /// Ends orders whose time is over; returns how many.
    #[sql_name = "booking.expire_orders"]
    fn expire_orders(limit: BigInt) -> BigInt;
}

diesel::define_sql_function! {
    /// Reminds riders that their hold ends soon; returns how many.
    #[sql_name = "booking.remind_riders"]
    fn remind_riders(limit: BigInt) -> BigInt;
}

diesel::define_sql_function! {
    /// Deletes old idempotency keys; returns how many.
    #[sql_name = "booking.forget_idempotency_keys"]
    fn forget_idempotency_keys(keep: Interval, limit: BigInt) -> BigInt;
}

diesel::define_sql_function! {
    /// Notifies the rider that the held battery is ready; returns the outcome.
    #[sql_name = "booking.tell_ready"]
    fn tell_ready(battery_id: BigInt, at: Timestamptz) -> Text;
}

diesel::define_sql_function! {
    /// Ends an order by collection. Without an owner it acts for an admin.
    #[sql_name = "booking.collect_order"]
    fn collect_order(order_id: BigInt, owner_id: Nullable<BigInt>, actor_id: BigInt) -> OrderRecord;
}

diesel::define_sql_function! {
    /// Ends an order and gives its battery back. Without an owner it acts for an admin.
    #[sql_name = "booking.cancel_order"]
    fn cancel_order(order_id: BigInt, owner_id: Nullable<BigInt>, actor_id: BigInt) -> OrderRecord;
}

diesel::define_sql_function! {
    /// Writes a general notification into a user's inbox.
    #[sql_name = "booking.send_notification"]
    fn send_notification(user_id: BigInt, title: Text, message: Text, level: Text) -> NotificationRecord;
}

diesel::define_sql_function! {
    /// Keeps a browser's push subscription.
    #[sql_name = "booking.subscribe_push"]
    fn subscribe_push(user_id: BigInt, endpoint: Text, p256dh: Binary, auth: Binary, most: BigInt);
}
