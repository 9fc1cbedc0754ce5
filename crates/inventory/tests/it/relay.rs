//! From facts to events: what is published, in which order, once, and by which relay.

use outbox::{Drained, RelayError, RelaySettings};
use testbed::{Broker, Database, Log, Told, until};

use crate::app::HandRelay;

struct Bed {
    database: Database,
    broker: Broker,
    relay: HandRelay,
    log: Log,
}

impl Bed {
    /// Two stations with three batteries each, published already.
    async fn with_city() -> (Self, Vec<i64>) {
        let mut bed = Self::empty(RelaySettings::default()).await;
        let stations = bed.database.stations(&[3, 3]).await;
        bed.database.forget_facts().await;
        bed.relay.drain().await;
        (bed, stations)
    }

    async fn empty(settings: RelaySettings) -> Self {
        let (database, broker) = (Database::create().await, Broker::create().await);
        let relay = HandRelay::with_settings(&database, &broker, settings);
        let log = broker.log().await;
        Self { database, broker, relay, log }
    }

    /// Drains and reads what was published.
    async fn told(&mut self, count: usize) -> Vec<Told> {
        self.relay.drain().await;
        assert_eq!(self.database.backlog().await, 0, "every fact is deleted once it is told");
        self.log.events(count).await
    }
}

fn types(told: &[Told]) -> Vec<&str> {
    told.iter().map(|told| told.body["type"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_tells_the_state_of_its_station_and_then_what_happened() {
    let (mut bed, stations) = Bed::with_city().await;
    bed.database.run(&format!("SELECT booking.place_order(42, {})", stations[0])).await;
    bed.database.run("DELETE FROM booking.outbox").await;
    let told = bed.told(2).await;
    assert_eq!(types(&told), ["inventory_update", "battery_booked"]);
    let (update, booked) = (&told[0], &told[1]);
    assert_eq!(update.routing_key, format!("station.{}.inventory_update", stations[0]));
    assert_eq!(update.event_type, "swap.inventory_update.v1");
    assert_eq!(update.body["action"], "book");
    assert_eq!(update.body["id"], update.id.as_str());
    for message in [update, booked] {
        assert_eq!(message.body["available_batteries"], 2);
        assert_eq!(message.body["booked_batteries"], 1);
        assert_eq!(message.body["total_batteries"], 3);
        assert_eq!(message.body["revision"], update.body["revision"]);
    }
    assert!(booked.body["battery_id"].is_i64());
    assert!(booked.body.get("user_id").is_none(), "a station channel never says who");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_wait_together_become_one_update_per_station_and_keep_their_events() {
    let (mut bed, stations) = Bed::with_city().await;
    for station in [stations[0], stations[1], stations[0]] {
        bed.database.run(&format!("SELECT inventory.reserve_battery({station})")).await;
    }
    bed.database.run(&format!("UPDATE inventory.stations SET name = 'New' WHERE id = {}", stations[1])).await;
    let told = bed.told(5).await;
    assert_eq!(
        types(&told),
        ["inventory_update", "battery_booked", "battery_booked", "inventory_update", "battery_booked"]
    );
    assert_eq!(told[0].body["action"], "book");
    assert_eq!(told[0].body["booked_batteries"], 2);
    assert_eq!(told[3].body["action"], "update", "booking and renaming have no common cause");
    assert_eq!(told[3].body["station_name"], "New");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_batteries_of_one_statement_are_one_event() {
    let (mut bed, stations) = Bed::with_city().await;
    let sql = format!(
        "UPDATE inventory.batteries SET station_id = {} WHERE station_id = {}",
        stations[1], stations[0]
    );
    bed.database.run(&sql).await;
    let told = bed.told(4).await;
    assert_eq!(types(&told), ["inventory_update", "battery_removed", "inventory_update", "battery_added"]);
    assert_eq!(told[1].body["battery_ids"].as_array().unwrap().len(), 3);
    assert!(told[1].body.get("battery_id").is_none());
    assert_eq!(told[3].body["total_batteries"], 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_station_is_told_as_removed_after_its_batteries_have_left() {
    let (mut bed, stations) = Bed::with_city().await;
    bed.database.run(&format!("DELETE FROM inventory.stations WHERE id = {}", stations[0])).await;
    let told = bed.told(3).await;
    assert_eq!(types(&told), ["inventory_update", "battery_removed", "station_status"]);
    assert_eq!(told[0].body["status"], "removed");
    assert_eq!(told[0].body["total_batteries"], 0);
    assert_eq!(told[2].body["status"], "removed");
    assert_eq!(told[2].body["station_name"], "Station 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_one_battery_is_told_in_the_order_in_which_it_happened() {
    let (mut bed, stations) = Bed::with_city().await;
    let mut expected = Vec::new();
    for _ in 0..10 {
        bed.database.run(&format!("SELECT inventory.reserve_battery({}, 1)", stations[0])).await;
        bed.database.run("SELECT inventory.release_battery(1)").await;
        expected.extend(["battery_booked", "battery_released"]);
    }
    let told = bed.told(21).await;
    assert_eq!(types(&told)[1..], expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_larger_than_a_round_is_told_whole_and_in_order() {
    let settings = RelaySettings { batch: 7, ..RelaySettings::default() };
    let mut bed = Bed::empty(settings).await;
    bed.database
        .run(
            "INSERT INTO inventory.stations (owner_id, name, latitude, longitude) \
             SELECT 7, 'S' || n, 0, 0 FROM generate_series(1, 100) n",
        )
        .await;
    let told = bed.told(100).await;
    let ids: Vec<i64> = told.iter().map(|told| told.body["station_id"].as_i64().unwrap()).collect();
    assert_eq!(ids, (1..=100).collect::<Vec<_>>());
    let revisions: Vec<i64> = told.iter().map(|told| told.body["revision"].as_i64().unwrap()).collect();
    assert!(revisions.is_sorted());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_no_queue_takes_is_kept_and_told_under_the_same_id_later() {
    let (mut bed, stations) = Bed::with_city().await;
    bed.broker.unbind_stream().await;
    bed.database.run(&format!("SELECT inventory.reserve_battery({})", stations[0])).await;
    let event_id: uuid::Uuid = bed.database.row("SELECT event_id FROM inventory.outbox").await.get(0);
    for _ in 0..2 {
        let error = bed.relay.once().await.unwrap_err();
        assert!(matches!(error, RelayError::Publish(_)), "{error}");
        assert_eq!(bed.database.backlog().await, 1, "an unconfirmed fact stays");
    }
    bed.broker.bind_stream("#").await;
    let told = bed.told(2).await;
    assert_eq!(types(&told), ["inventory_update", "battery_booked"]);
    assert_eq!(told[1].id, event_id.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_leader_tells_what_the_last_one_left_under_the_same_ids() {
    let (mut bed, stations) = Bed::with_city().await;
    bed.database.run(&format!("SELECT inventory.reserve_battery({})", stations[0])).await;
    // A crash between the confirm and the deletion: the fact is published and still there.
    bed.database.run("CREATE TABLE kept AS SELECT * FROM inventory.outbox").await;
    let before = bed.told(2).await;
    bed.database.run("INSERT INTO inventory.outbox OVERRIDING SYSTEM VALUE SELECT * FROM kept").await;
    bed.relay = HandRelay::new(&bed.database, &bed.broker);
    until("the old session ends", async || bed.relay.once().await.unwrap() != Drained::Standby).await;
    let after = bed.told(2).await;
    assert_eq!(before[1].id, after[1].id);
    assert_eq!(before[0].id, after[0].id);
    assert!(after[0].body["revision"].as_i64() > before[0].body["revision"].as_i64());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_one_relay_leads_and_another_takes_over_when_it_is_gone() {
    let (mut bed, stations) = Bed::with_city().await;
    let mut second = HandRelay::new(&bed.database, &bed.broker);
    assert_eq!(second.once().await.unwrap(), Drained::Standby);
    bed.database.run(&format!("SELECT inventory.reserve_battery({})", stations[0])).await;
    assert_eq!(second.once().await.unwrap(), Drained::Standby);
    assert_eq!(bed.database.backlog().await, 1, "a relay on standby tells nothing");
    bed.relay = second;
    until("the second leads", async || bed.relay.once().await.unwrap() != Drained::Standby).await;
    assert_eq!(types(&bed.told(2).await), ["inventory_update", "battery_booked"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_falls_silent_loses_its_lock() {
    let settings = RelaySettings { session_timeout_s: 1, ..RelaySettings::default() };
    let mut bed = Bed::empty(settings).await;
    bed.relay.drain().await;
    let mut second = HandRelay::new(&bed.database, &bed.broker);
    // The first is not driven any more, as if its process were frozen.
    until("Postgres ends the silent session", async || second.once().await.unwrap() != Drained::Standby)
        .await;
    assert!(
        matches!(bed.relay.once().await, Err(RelayError::Database(_))),
        "it learns that it leads no more"
    );
    assert_eq!(bed.relay.once().await.unwrap(), Drained::Standby);
}

#[tokio::test(flavor = "multi_thread")]
async fn revisions_grow_over_a_change_of_leader_also_when_the_sequence_was_turned_back() {
    let (mut bed, stations) = Bed::with_city().await;
    let announce = format!("SELECT inventory.announce_stations(ARRAY[{}])", stations[0]);
    bed.database.run(&announce).await;
    let before = bed.told(1).await[0].body["revision"].as_i64();
    // A restored backup, or a crash that took unlogged sequence values with it.
    bed.database.run(&format!("SELECT setval('inventory.revision', 1); {announce}")).await;
    bed.relay = HandRelay::new(&bed.database, &bed.broker);
    until("the new relay leads", async || bed.relay.once().await.unwrap() != Drained::Standby).await;
    let after = bed.told(1).await[0].body["revision"].as_i64();
    assert!(after > before, "{after:?} > {before:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_starts_with_a_snapshot_of_what_its_updates_have_told() {
    let mut bed = Bed::empty(RelaySettings::default()).await;
    let stations = bed.database.stations(&[3, 1]).await;
    bed.relay.drain().await;
    let mut last_of = std::collections::HashMap::new();
    let snapshot = loop {
        let told = bed.log.next().await;
        if told.routing_key == "inventory.snapshot" {
            break told.body;
        }
        last_of.insert(told.body["station_id"].as_i64().unwrap(), told.body);
    };
    assert_eq!((&snapshot["chunk"], &snapshot["chunks"]), (&0.into(), &1.into()));
    let items = snapshot["stations"].as_array().unwrap();
    assert_eq!(items.iter().map(|item| item["station_id"].as_i64().unwrap()).collect::<Vec<_>>(), stations);
    for item in items {
        let update = &last_of[&item["station_id"].as_i64().unwrap()];
        for field in ["station_name", "available_batteries", "total_batteries", "revision"] {
            assert_eq!(item[field], update[field], "{field}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_network_is_told_in_chunks_of_five_hundred() {
    let mut bed = Bed::empty(RelaySettings::default()).await;
    bed.database
        .run(
            "INSERT INTO inventory.stations (owner_id, name, latitude, longitude) \
             SELECT 7, 'S' || n, 0, 0 FROM generate_series(1, 2600) n; DELETE FROM inventory.outbox",
        )
        .await;
    for _ in 0..2 {
        bed.relay.once().await.unwrap();
    }
    let mut sizes = Vec::new();
    for chunk in 0..6 {
        let told = bed.log.next().await;
        assert_eq!(told.body["chunk"], chunk);
        assert_eq!(told.body["chunks"], 6);
        sizes.push(told.body["stations"].as_array().unwrap().len());
    }
    assert_eq!(sizes, [500, 500, 500, 500, 500, 100]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_is_due_is_told_in_the_middle_of_a_backlog() {
    let settings = RelaySettings { batch: 7, snapshot_interval_s: 0, ..RelaySettings::default() };
    let mut bed = Bed::empty(settings).await;
    bed.database
        .run(
            "INSERT INTO inventory.stations (owner_id, name, latitude, longitude) \
             SELECT 7, 'S' || n, 0, 0 FROM generate_series(1, 50) n",
        )
        .await;
    let mut rounds = 0;
    while bed.relay.once().await.unwrap() != Drained::Nothing {
        rounds += 1;
    }
    assert_eq!(rounds, 8);
    let mut updates = 0;
    for round in 1..=rounds {
        let ahead = round < rounds;
        let snapshot = loop {
            let told = bed.log.next().await;
            if told.routing_key == "inventory.snapshot" {
                break told.body;
            }
            updates += 1;
        };
        assert_eq!(updates, 50.min(round * 7), "a snapshot in each round, after its updates");
        assert_eq!(snapshot["stations"].as_array().unwrap().len(), 50);
        assert_eq!(snapshot["ahead"].as_bool().unwrap_or_default(), ahead, "whether facts are still waiting");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_battery_that_crosses_the_ready_mark_is_told_to_the_services_and_to_no_screen() {
    let (mut bed, stations) = Bed::with_city().await;
    bed.database.run("UPDATE inventory.batteries SET state_of_charge_percent = 50").await;
    bed.database.run(&format!("SELECT booking.place_order(42, {}, 1)", stations[0])).await;
    bed.database.run("DELETE FROM booking.outbox").await;
    assert_eq!(types(&bed.told(2).await), ["inventory_update", "battery_booked"]);
    let charge = |percent: f64| {
        format!("UPDATE inventory.batteries SET state_of_charge_percent = {percent} WHERE id IN (1, 2)")
    };
    // Below the mark, falling, and one that nobody holds: no word.
    for percent in [60.0, 89.9, 89.0] {
        bed.database.run(&charge(percent)).await;
    }
    bed.told(0).await;
    bed.database.run(&charge(90.0)).await;
    let told = bed.told(1).await;
    assert_eq!(told[0].routing_key, format!("station.{}.battery_ready", stations[0]));
    assert_eq!(told[0].event_type, "swap.battery_ready.v1");
    let body = &told[0].body;
    assert_eq!((&body["battery_id"], &body["state_of_charge_percent"]), (&1.into(), &90.0.into()));
    bed.database.run(&charge(95.0)).await;
    bed.database.run(&format!("SELECT inventory.announce_stations(ARRAY[{}])", stations[0])).await;
    assert_eq!(
        types(&bed.told(1).await),
        ["inventory_update"],
        "ready once, not at every charge above the mark"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_that_was_drawn_early_and_committed_late_is_told() {
    let mut bed = Bed::empty(RelaySettings { position_ms: 0, ..Default::default() }).await;
    let stations = bed.database.stations(&[1, 1, 1]).await;
    bed.database.forget_facts().await;
    let rename = |index: usize, name: &str| {
        format!("UPDATE inventory.stations SET name = '{name}' WHERE id = {}", stations[index])
    };
    let late = bed.database.connect_as(&bed.database.superuser_url()).await;
    late.batch_execute(&format!("BEGIN; {}", rename(0, "Late"))).await.unwrap();
    // The relay passes on as far as it may, again and again.
    for round in 0..10 {
        bed.database.run(&rename(1, &format!("Round {round}"))).await;
        assert_eq!(bed.told(1).await[0].body["station_name"], format!("Round {round}"));
    }
    late.batch_execute("COMMIT").await.unwrap();
    assert_eq!(bed.told(1).await[0].body["station_name"], "Late");
    for round in 0..10 {
        bed.database.run(&rename(2, &format!("Round {round}"))).await;
        assert_eq!(bed.told(1).await[0].body["station_name"], format!("Round {round}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_million_facts_are_told_while_a_dump_holds_what_was_deleted() {
    const FACTS: i64 = 1_000_000;
    let mut bed = Bed::empty(RelaySettings { batch: 20_000, ..Default::default() }).await;
    let station = bed.database.stations(&[1]).await[0];
    bed.database
        .run(&format!(
            "INSERT INTO inventory.outbox (kind, station_id) \
             SELECT 'station_test', {station} FROM generate_series(1, {FACTS})"
        ))
        .await;
    let dump = bed.database.connect_as(&bed.database.superuser_url()).await;
    dump.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM inventory.stations")
        .await
        .unwrap();
    bed.relay.drain().await;
    assert_eq!(bed.database.backlog().await, 0);
    // The next read passes none of the million that are still in the index. The relay gets there as soon as all
    // transactions of that time have ended, those of other tests too.
    until("it reads on behind what was told", async || {
        bed.relay.drain().await;
        bed.relay.position() >= FACTS
    })
    .await;
    bed.database.run(&format!("UPDATE inventory.stations SET name = 'New' WHERE id = {station}")).await;
    let newest = bed.database.number("SELECT max(id) FROM inventory.outbox").await;
    assert!(bed.relay.position() < newest, "what comes next is not passed over");
    bed.relay.drain().await;
    let last = loop {
        let told = bed.log.next_event().await;
        if told.body["station_name"] == "New" {
            break told;
        }
    };
    assert_eq!(last.body["type"], "inventory_update");
}
