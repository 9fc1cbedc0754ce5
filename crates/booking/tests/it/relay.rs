//! From a rider's notifications to the messages on that rider's channel.

use booking::RiderFacts;
use outbox::{Drained, Relay, RelaySettings};
use testbed::{Broker, Database, Log, Role, Told};

struct Bed {
    database: Database,
    relay: Relay<RiderFacts>,
    log: Log,
    // Deleted with the bed.
    _broker: Broker,
}

impl Bed {
    async fn new() -> (Self, i64) {
        let (database, broker) = (Database::create().await, Broker::create().await);
        let station = database.stations(&[3]).await[0];
        let settings = broker.settings(Role::Booking);
        let relay = Relay::new(RelaySettings::default(), (), database.booking_url(), settings);
        let log = broker.log().await;
        (Self { database, relay, log, _broker: broker }, station)
    }

    async fn told(&mut self, count: usize) -> Vec<Told> {
        while self.relay.drain_once().await.expect("a round") != Drained::Nothing {}
        assert_eq!(self.database.number("SELECT count(*) FROM booking.outbox").await, 0);
        self.log.events(count).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_told_to_its_rider_with_all_that_is_needed_to_find_the_battery() {
    let (mut bed, station) = Bed::new().await;
    let order = bed.database.number(&format!("SELECT (booking.place_order(42, {station})).id")).await;
    let told = bed.told(1).await;
    let message = &told[0];
    assert_eq!(message.routing_key, "user.42.booking_confirmed");
    assert_eq!(message.event_type, "swap.booking_confirmed.v1");
    let body = &message.body;
    assert_eq!(
        (&body["type"], &body["booking_id"], &body["station_id"], &body["station_name"]),
        (&"booking_confirmed".into(), &order.into(), &station.into(), &"Station 1".into())
    );
    assert_eq!(body["notification_id"], 1);
    assert_eq!(body["battery_info"]["state_of_charge_percent"], 99.0);
    for field in ["message", "expires_at", "timestamp", "id"] {
        assert!(body[field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
    }
    assert!(body.get("user_id").is_none(), "the channel says whose it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_riders_messages_are_told_in_the_order_of_the_inbox() {
    let (mut bed, station) = Bed::new().await;
    for rider in [42, 43] {
        let order =
            bed.database.number(&format!("SELECT (booking.place_order({rider}, {station})).id")).await;
        bed.database.run(&format!("SELECT booking.cancel_order({order})")).await;
        let order =
            bed.database.number(&format!("SELECT (booking.place_order({rider}, {station})).id")).await;
        bed.database.run(&format!("SELECT booking.collect_order({order})")).await;
        bed.database
            .run(&format!("SELECT booking.send_notification({rider}, 'Hi', 'There', 'success')"))
            .await;
    }
    let told = bed.told(10).await;
    for rider in [42, 43] {
        let seen: Vec<(i64, &str)> = told
            .iter()
            .filter(|told| told.routing_key.starts_with(&format!("user.{rider}.")))
            .map(|told| (told.body["notification_id"].as_i64().unwrap(), told.body["type"].as_str().unwrap()))
            .collect();
        assert_eq!(
            seen,
            [
                (1, "booking_confirmed"),
                (2, "booking_cancelled"),
                (3, "booking_confirmed"),
                (4, "booking_collected"),
                (5, "notification")
            ]
        );
    }
    assert_eq!(told[4].body["level"], "success");
}

/// A leader keeps its plans for as long as it leads.
#[tokio::test(flavor = "multi_thread")]
async fn plans_made_for_empty_tables_serve_large_ones() {
    let (mut bed, station) = Bed::new().await;
    bed.database.run("VACUUM ANALYZE").await;
    bed.database.run(&format!("SELECT booking.place_order(42, {station})")).await;
    bed.told(1).await;

    bed.database
        .run(
            "SET stats_fetch_consistency = none; \
             ALTER TABLE booking.orders SET (autovacuum_enabled = off); \
             ALTER TABLE booking.notifications SET (autovacuum_enabled = off); \
             BEGIN; SET LOCAL session_replication_role = replica; \
             INSERT INTO booking.riders (user_id, last_notification_id) SELECT 100 + n, 1 FROM generate_series(1, 5000) n; \
             INSERT INTO inventory.batteries (id, owner_id, serial_number, model, state) OVERRIDING SYSTEM VALUE \
             SELECT 100 + n, 7, 'P' || n, 'M', 'collected' FROM generate_series(1, 5000) n; \
             INSERT INTO booking.orders (id, user_id, station_id, station_name, battery_id, status, \
                 state_of_charge_percent, booked_at, expires_at, collected_at) OVERRIDING SYSTEM VALUE \
             SELECT 100 + n, 100 + n, 1, 'S', 100 + n, 'collected', 90, now() - interval '2 days', \
                 now() - interval '1 day', now() - interval '1 day' FROM generate_series(1, 5000) n; \
             INSERT INTO booking.notifications (user_id, notification_id, kind, order_id, params) \
             SELECT 100 + n, 1, 'booking_collected', 100 + n, '{\"station\": \"S\"}' FROM generate_series(1, 5000) n; \
             INSERT INTO booking.outbox (user_id, notification_id) SELECT 100 + n, 1 FROM generate_series(1, 5) n; \
             COMMIT; SELECT pg_stat_force_next_flush()",
        )
        .await;
    bed.database.run("SELECT pg_stat_reset()").await;
    bed.told(5).await;
    // The relay's session ends, and it publishes what it has read.
    drop(bed.relay);
    let read = "SELECT coalesce(sum(seq_tup_read), 0)::bigint, coalesce(sum(idx_tup_fetch), 0)::bigint \
        FROM pg_stat_user_tables WHERE relname IN ('orders', 'notifications', 'batteries')";
    testbed::until("the reads are counted", async || bed.database.row(read).await.get::<_, i64>(1) > 0).await;
    assert_eq!(bed.database.row(read).await.get::<_, i64>(0), 0, "rows read from end to end");
}
