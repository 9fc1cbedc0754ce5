//! A rider's messages over time: reminders and expiry come by themselves, and a phone that was away gets each once.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use service::auth::Role;
use testbed::{Api, Screen, token, token_in};

use crate::city::City;
use crate::instance::{api, base};

#[tokio::test(flavor = "multi_thread")]
async fn a_held_battery_that_is_charged_to_the_mark_is_told_to_its_rider() {
    let mut city = City::open().await;
    let battery = city.batteries[1];
    let path = format!("/batteries/{battery}/");
    city.operator.patch(&path, json!({"state_of_charge_percent": 60})).await.ok();
    let order =
        city.rider.post("/user/orders/", json!({"station": city.station, "battery": battery})).await.ok();
    city.expect("booked", &["inventory_update", "battery_booked"], &["booking_confirmed"]).await;
    city.operator.patch(&path, json!({"state_of_charge_percent": 89})).await.ok();
    city.expect("below the mark", &[], &[]).await;
    city.operator.patch(&path, json!({"state_of_charge_percent": 90})).await.ok();
    let (_, told) = city.expect("at the mark", &[], &["booking_ready"]).await;
    assert_eq!((&told[0]["booking_id"], &told[0]["station_id"]), (&order["id"], &json!(city.station)));
    let charge = format!(
        "UPDATE inventory.batteries SET state_of_charge_percent = 50 WHERE id = {battery}; \
         UPDATE inventory.batteries SET state_of_charge_percent = 100 WHERE id = {battery}"
    );
    city.database.run(&charge).await;
    city.rider.post(&format!("/user/orders/{}/collect/", order["id"]), Value::Null).await.ok();
    // Once for an order: between the charge at psql and the collection there is no second one.
    let collected = ["inventory_update", "battery_collected"];
    city.expect("collected", &collected, &["booking_collected"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_reminded_of_and_expires_by_itself() {
    let mut city = City::open().await;
    let order = city.rider.post("/user/orders/", json!({"station": city.station})).await.ok();
    city.expect("booked", &["inventory_update", "battery_booked"], &["booking_confirmed"]).await;
    let later = |interval: &str| {
        format!(
            "UPDATE booking.orders SET booked_at = booked_at - interval '{interval}', \
             expires_at = expires_at - interval '{interval}', remind_at = remind_at - interval '{interval}' \
             WHERE id = {}",
            order["id"]
        )
    };
    city.database.run(&later("23 hours")).await;
    city.expect("an hour before the end", &[], &["booking_expiring"]).await;
    city.database.run(&later("1 hour")).await;
    city.expect("at the end", &["inventory_update", "battery_released"], &["booking_expired"]).await;
    let ended = city.rider.get(&format!("/user/orders/{}/", order["id"])).await.ok();
    assert_eq!(ended["status"], "expired");
}

/// A phone that merges its inbox and the live messages by their ids.
#[derive(Default)]
struct Phone {
    shown: BTreeMap<i64, String>,
}

impl Phone {
    fn show(&mut self, id: &Value, kind: &Value) {
        let (id, kind) = (id.as_i64().unwrap(), kind.as_str().unwrap().to_owned());
        // The same id is the same message, wherever it was read.
        let before = self.shown.insert(id, kind.clone());
        assert!(before.is_none_or(|before| before == kind), "{id}");
    }

    async fn read_inbox(&mut self, api: &Api) {
        loop {
            let last = self.shown.keys().next_back().copied().unwrap_or(0);
            let page = api.get(&format!("/user/notifications/?limit=2&after={last}")).await.ok();
            for item in page["items"].as_array().unwrap() {
                self.show(&item["id"], &item["type"]);
            }
            if page["next"].is_null() {
                return;
            }
        }
    }

    async fn watch(&mut self, screen: &mut Screen, until: i64) {
        while !self.shown.contains_key(&until) {
            let message = screen.message().await;
            self.show(&message["notification_id"], &message["type"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_in_berlin_reads_german_and_one_in_addis_ababa_amharic_each_by_the_own_clock() {
    let city = City::open().await;
    for (locale, time_zone, sentence) in [
        (
            "de-DE",
            "Europe/Berlin",
            r#""An der Station Busy ist bis zum "DD.MM.YYYY" um "HH24:MI" Uhr ein Akku für Sie reserviert.""#,
        ),
        ("am", "Africa/Addis_Ababa", r#""በBusy ጣቢያ እስከ "DD/MM/YYYY HH24:MI" ድረስ ባትሪ ተይዞልዎታል።""#),
    ] {
        let rider = city.database.number("SELECT 100000 + (random() * 1000000000)::bigint").await;
        let token = token_in(rider, locale);
        let api = api().with_token(token.clone());
        let mut screen = Screen::of_rider(&base(), &token).await;
        screen.greeting().await;
        api.patch("/user/preferences/", json!({"time_zone": time_zone})).await.ok();
        let order = api.post("/user/orders/", json!({"station": city.station})).await.ok();
        let sql = format!(
            "SELECT to_char(expires_at AT TIME ZONE '{time_zone}', '{sentence}') FROM booking.orders WHERE id = {}",
            order["id"]
        );
        let expected: String = city.database.row(&sql).await.get(0);
        let live = screen.message().await;
        assert_eq!((&live["type"], &live["message"]), (&json!("booking_confirmed"), &json!(expected)));
        // By nobody who has a token.
        city.database.run(&format!("SELECT booking.cancel_order({})", order["id"])).await;
        let cancelled = screen.message().await;
        let inbox = api.get("/user/notifications/").await.ok();
        assert_eq!(inbox["items"][0]["message"], live["message"]);
        assert_eq!(inbox["items"][1]["message"], cancelled["message"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inbox_and_live_messages_merge_by_their_ids_without_holes_or_doubles() {
    let city = City::open().await;
    let rider = city.database.number("SELECT 100000 + (random() * 1000000000)::bigint").await;
    let (api, token) = (api().rider(rider), token(rider, Role::Rider));
    let mut phone = Phone::default();
    let step = async |what: &str| {
        let sql = format!("SELECT booking.send_notification({rider}, 'T', '{what}', 'info')");
        city.database.run(&sql).await;
    };
    for round in 0..3_i64 {
        let first = round * 6;
        // Away while three things happen.
        let order = api.post("/user/orders/", json!({"station": city.station})).await.ok();
        step("while away").await;
        api.post(&format!("/user/orders/{}/cancel/", order["id"]), Value::Null).await.ok();
        // Back: live first, then the inbox, while more happens before, between and after.
        let mut screen = Screen::of_rider(&base(), &token).await;
        screen.greeting().await;
        step("after the greeting").await;
        phone.read_inbox(&api).await;
        step("after the inbox").await;
        step("and once more").await;
        phone.watch(&mut screen, first + 6).await;
    }
    let ids: Vec<i64> = phone.shown.keys().copied().collect();
    assert_eq!(ids, (1..=18).collect::<Vec<_>>(), "without holes");
    let kinds: Vec<&str> = phone.shown.values().take(6).map(String::as_str).collect();
    let expected = [
        "booking_confirmed",
        "notification",
        "booking_cancelled",
        "notification",
        "notification",
        "notification",
    ];
    assert_eq!(kinds, expected, "each in its place");
}
