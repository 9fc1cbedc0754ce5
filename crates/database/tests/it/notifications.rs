//! Migration 6: what riders were told before it keeps its words, and what was written after it can be read without it.

use database::{migrate, revert};
use testbed::Database;

/// As `kind|title|message|level` or the parameters, in the order of the inbox.
async fn inbox(database: &Database, columns: &str) -> Vec<String> {
    let sql = format!(
        "SELECT array_agg(concat_ws('|', kind, {columns}) ORDER BY notification_id) \
         FROM booking.notifications WHERE user_id = 42"
    );
    database.row(&sql).await.get(0)
}

async fn preferences(database: &Database, table: &str) -> String {
    let sql =
        format!("SELECT concat_ws('|', locale, time_zone, push_off) FROM booking.{table} WHERE user_id = 42");
    database.row(&sql).await.get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_and_preferences_outlive_migration_six_and_the_way_back() {
    let database = Database::create().await;
    let station = database.stations(&[3]).await[0];
    database
        .run(&format!(
            "UPDATE inventory.stations SET name = 'Mitte'; \
             SELECT booking.place_order(42, {station}), booking.send_notification(42, 'Storm', 'Stay in', 'error'); \
             SELECT booking.cancel_order(id) FROM booking.orders; \
             UPDATE booking.riders SET locale = 'de', time_zone = 'Europe/Berlin', push_off = '{{notification}}', \
                 claimed_locale = 'am'"
        ))
        .await;
    let until: String = database
        .row("SELECT to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM booking.orders")
        .await
        .get(0);

    let steps = std::fs::read_dir(testbed::migrations()).unwrap().count();
    revert(&database.migrator_url(), steps - 5).await.unwrap();
    let before = inbox(&database, "title, message, level").await;
    assert_eq!(
        before,
        [
            format!(
                "booking_confirmed|Booking confirmed|A battery is yours at Mitte until {until} UTC.|success"
            ),
            "notification|Storm|Stay in|error".into(),
            "booking_cancelled|Booking cancelled|Your booking at Mitte is cancelled.|info".into(),
        ]
    );
    assert_eq!(preferences(&database, "preferences").await, "de|Europe/Berlin|{notification}");

    migrate(&database.migrator_url()).await.unwrap();
    let words = "params ->> 'title', params ->> 'message', params ->> 'level'";
    let level_of_orders =
        |row: &String| row.trim_end_matches("|success").trim_end_matches("|info").to_owned();
    assert_eq!(inbox(&database, words).await, before.iter().map(level_of_orders).collect::<Vec<_>>());
    assert_eq!(preferences(&database, "riders").await, "de|Europe/Berlin|{notification}");

    revert(&database.migrator_url(), steps - 5).await.unwrap();
    let again = inbox(&database, "title, message").await;
    let words_only = |row: &String| row.rsplit_once('|').unwrap().0.to_owned();
    assert_eq!(again, before.iter().map(words_only).collect::<Vec<_>>());
    migrate(&database.migrator_url()).await.unwrap();
    database.run(&format!("SELECT booking.place_order(42, {station})")).await;
    assert_eq!(
        inbox(&database, "locale, time_zone, push").await.last().unwrap(),
        "booking_confirmed|de|Europe/Berlin|t"
    );
}
