//! What triggers what: each row of the table, once through the API and once by SQL typed into psql. Every
//! message arrives on exactly the channels that it is for, once.

use serde_json::{Value, json};

use crate::city::City;
use crate::instance::{all_ready, base};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_station_is_told_to_all() {
    let mut city = City::open().await;
    let body = json!({"name": "New", "latitude": 1.0, "longitude": 2.0});
    let made = city.operator.post("/stations/", body).await.ok();
    let (told, _) = city.expect("by the API", &["inventory_update"], &[]).await;
    assert_eq!((&told[0]["action"], &told[0]["station_id"]), (&"create".into(), &made["id"]));
    city.database
        .run("INSERT INTO inventory.stations (owner_id, name, latitude, longitude) VALUES (7, 'Typed', 1, 2)")
        .await;
    let (told, _) = city.expect("by SQL", &["inventory_update"], &[]).await;
    assert_eq!(told[0]["station_name"], "Typed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_or_moved_station_is_told_by_its_state() {
    let mut city = City::open().await;
    let path = format!("/stations/{}/", city.station);
    city.operator.patch(&path, json!({"name": "Renamed"})).await.ok();
    let (told, _) = city.expect("rename by the API", &["inventory_update"], &[]).await;
    assert_eq!(told[0]["station_name"], "Renamed");
    city.operator.patch(&path, json!({"latitude": 48.1, "longitude": 11.6})).await.ok();
    let (told, _) = city.expect("move by the API", &["inventory_update"], &[]).await;
    assert_eq!(told[0]["latitude"], 48.1);
    let station = city.station;
    city.database
        .run(&format!("UPDATE inventory.stations SET name = 'Typed', latitude = 1 WHERE id = {station}"))
        .await;
    city.expect("by SQL", &["inventory_update"], &[]).await;
    city.database.run(&format!("UPDATE inventory.stations SET name = name WHERE id = {station}")).await;
    city.expect("a change of nothing", &[], &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_battery_taken_in_or_out_of_service_is_told_by_the_state_of_its_station() {
    let mut city = City::open().await;
    let battery = city.batteries[0];
    city.operator.patch(&format!("/batteries/{battery}/"), json!({"state": "faulty"})).await.ok();
    let (told, _) = city.expect("by the API", &["inventory_update"], &[]).await;
    assert_eq!((&told[0]["unavailable_batteries"], &told[0]["available_batteries"]), (&1.into(), &1.into()));
    city.database
        .run(&format!("UPDATE inventory.batteries SET state = 'available' WHERE id = {battery}"))
        .await;
    city.expect("by SQL", &["inventory_update"], &[]).await;
    city.operator.patch(&format!("/batteries/{battery}/"), json!({"state_of_charge_percent": 12})).await.ok();
    city.expect("a charge that changes no count", &[], &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn batteries_that_come_and_go_are_told() {
    let mut city = City::open().await;
    let (station, battery, spare) = (city.station, city.batteries[0], city.spare.clone());
    let added = ["inventory_update", "battery_added"];
    let removed = ["inventory_update", "battery_removed"];
    city.operator.put(&format!("/stations/{station}/batteries/"), json!({"batteries": spare})).await.ok();
    let (told, _) = city.expect("added by the API", &added, &[]).await;
    assert_eq!((&told[0]["action"], &told[1]["battery_ids"]), (&"add".into(), &json!(spare)));
    city.operator.delete(&format!("/stations/{station}/batteries/{battery}/")).await.ok();
    let (told, _) = city.expect("removed by the API", &removed, &[]).await;
    assert_eq!((&told[0]["action"], &told[1]["battery_id"]), (&"remove".into(), &json!(battery)));
    city.database
        .run(&format!("UPDATE inventory.batteries SET station_id = {station} WHERE id = {battery}"))
        .await;
    city.expect("added by SQL", &added, &[]).await;
    city.database
        .run(&format!("UPDATE inventory.batteries SET station_id = NULL WHERE id = {battery}"))
        .await;
    city.expect("removed by SQL", &removed, &[]).await;
    city.database
        .run(&format!(
            "INSERT INTO inventory.batteries (owner_id, serial_number, model, station_id) \
             VALUES (7, 'TYPED-{station}', 'M', {station})"
        ))
        .await;
    city.expect("inserted by SQL", &added, &[]).await;
    city.database
        .run(&format!("DELETE FROM inventory.batteries WHERE serial_number = 'TYPED-{station}'"))
        .await;
    city.expect("deleted by SQL", &removed, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_that_closes_opens_or_is_deleted_is_told_with_its_status() {
    let mut city = City::open().await;
    let station = city.station;
    let path = format!("/stations/{station}/");
    let status = ["inventory_update", "station_status"];
    city.operator.patch(&path, json!({"status": "maintenance", "status_message": "New lockers"})).await.ok();
    let (told, _) = city.expect("by the API", &status, &[]).await;
    assert_eq!((&told[1]["status"], &told[1]["message"]), (&"maintenance".into(), &"New lockers".into()));
    city.database
        .run(&format!(
            "UPDATE inventory.stations SET status = 'online', status_message = '' WHERE id = {station}"
        ))
        .await;
    let (told, _) = city.expect("by SQL", &status, &[]).await;
    assert_eq!((&told[0]["status"], &told[1]["status"]), (&"online".into(), &"online".into()));
    let deleted = ["inventory_update", "battery_removed", "station_status"];
    city.operator.delete(&path).await.ok();
    let (told, _) = city.expect("deleted by the API", &deleted, &[]).await;
    assert_eq!((&told[0]["status"], &told[2]["status"]), (&"removed".into(), &"removed".into()));
    let other =
        city.operator.post("/stations/", json!({"name": "Brief", "latitude": 0, "longitude": 0})).await.ok();
    city.expect("another one", &["inventory_update"], &[]).await;
    city.database.run(&format!("DELETE FROM inventory.stations WHERE id = {}", other["id"])).await;
    city.expect("deleted by SQL", &status, &[]).await;
    let api = testbed::Api::new(base());
    api.get(&path).await.is_problem(404, "station-not-found");
    all_ready().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_its_collection_and_its_cancellation_are_told_to_the_station_and_the_rider() {
    let mut city = City::open().await;
    let station = city.station;
    let (booked, confirmed) = (["inventory_update", "battery_booked"], ["booking_confirmed"]);
    let released = ["inventory_update", "battery_released"];
    let collected = ["inventory_update", "battery_collected"];

    let first = city.rider.post("/user/orders/", json!({"station": station})).await.ok();
    let (on_station, to_rider) = city.expect("booked by the API", &booked, &confirmed).await;
    for message in &on_station {
        assert_eq!((&message["available_batteries"], &message["booked_batteries"]), (&1.into(), &1.into()));
        assert!(message.get("user_id").is_none() && message.get("booking_id").is_none(), "never who did it");
    }
    let told = &to_rider[0];
    assert_eq!((&told["booking_id"], &told["station_id"]), (&first["id"], &json!(station)));
    assert_eq!(told["battery_info"]["serial_number"], first["battery"]["serial_number"]);
    assert_eq!(told["expires_at"].as_str().map(instant), first["expires_at"].as_str().map(instant));
    assert!(told["notification_id"].is_i64() && told["message"].is_string());

    city.rider.post(&format!("/user/orders/{}/cancel/", first["id"]), Value::Null).await.ok();
    city.expect("cancelled by the API", &released, &["booking_cancelled"]).await;
    let second = city
        .rider
        .post("/user/orders/", json!({"station": station, "battery": city.batteries[1]}))
        .await
        .ok();
    city.expect("booked by the API", &booked, &confirmed).await;
    city.rider.post(&format!("/user/orders/{}/collect/", second["id"]), Value::Null).await.ok();
    let (on_station, _) = city.expect("collected by the API", &collected, &["booking_collected"]).await;
    assert_eq!((&on_station[0]["action"], &on_station[0]["total_batteries"]), (&"collect".into(), &1.into()));

    let place = format!("SELECT (booking.place_order(42, {station})).id");
    let order = city.database.number(&place).await;
    city.expect("booked by SQL", &booked, &confirmed).await;
    city.database.run(&format!("SELECT booking.cancel_order({order})")).await;
    city.expect("cancelled by SQL", &released, &["booking_cancelled"]).await;
    let order = city.database.number(&place).await;
    city.expect("booked by SQL", &booked, &confirmed).await;
    city.database
        .run(&format!(
            "SELECT inventory.release_battery(battery_id) FROM booking.orders WHERE id = {order}; \
             UPDATE booking.orders SET status = 'expired', expired_at = now() WHERE id = {order}"
        ))
        .await;
    city.expect("expired by SQL", &released, &["booking_expired"]).await;
    let order = city.database.number(&place).await;
    city.expect("booked by SQL", &booked, &confirmed).await;
    city.database.run(&format!("SELECT booking.collect_order({order})")).await;
    city.expect("collected by SQL", &collected, &["booking_collected"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_update_of_a_battery_is_told_to_the_station_alone() {
    let mut city = City::open().await;
    let battery = city.batteries[0];
    city.database.run(&format!("UPDATE inventory.batteries SET state = 'booked' WHERE id = {battery}")).await;
    city.expect("booked", &["inventory_update", "battery_booked"], &[]).await;
    city.database
        .run(&format!("UPDATE inventory.batteries SET state = 'available' WHERE id = {battery}"))
        .await;
    city.expect("released", &["inventory_update", "battery_released"], &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_general_notification_is_told_to_its_user_alone() {
    let mut city = City::open().await;
    let body = json!({"user_id": 42, "title": "Hello", "message": "From the network", "level": "warning"});
    city.admin.post("/notifications/", body).await.ok();
    let (_, told) = city.expect("by the API", &[], &["notification"]).await;
    assert_eq!((&told[0]["title"], &told[0]["level"]), (&"Hello".into(), &"warning".into()));
    city.database.run("SELECT booking.send_notification(42, 'Typed', 'By hand', 'info')").await;
    city.expect("by SQL", &[], &["notification"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rolled_back_is_never_told() {
    let mut city = City::open().await;
    city.database.run(&format!("BEGIN; SELECT booking.place_order(42, {}); ROLLBACK", city.station)).await;
    city.expect("rolled back", &[], &[]).await;
}

/// Two spellings of a time are the same instant.
fn instant(text: &str) -> String {
    text.trim_end_matches('Z').trim_end_matches('0').to_owned()
}
