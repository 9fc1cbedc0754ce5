//! Stations where somebody always books: the next rider comes before the one before has finished.

use serde_json::json;
use testbed::{Answer, Api};

use crate::app::Service;

/// What an operator is answered who comes between two overlapping bookings, and the code that the later is refused with.
async fn between<Change: Future<Output = Answer> + Send + 'static>(
    service: &Service,
    station: i64,
    change: impl FnOnce(Api) -> Change,
) -> (Answer, Option<String>) {
    let rider = async || service.database.connect_as(&service.database.booking_url()).await;
    let (first, later) = (rider().await, rider().await);
    first.batch_execute(&format!("BEGIN; SELECT booking.place_order(42, {station})")).await.unwrap();
    let change = tokio::spawn(change(service.api.operator(7)));
    service.database.waits_for_locks(1).await;
    let book = format!("SELECT booking.place_order(43, {station})");
    let booking = tokio::spawn(async move { later.batch_execute(&book).await });
    service.database.waits_for_locks(2).await;
    first.batch_execute("COMMIT").await.unwrap();
    let answer = change.await.unwrap();
    let refused = booking.await.unwrap().err();
    (answer, refused.and_then(|error| Some(error.as_db_error()?.constraint()?.to_owned())))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_station_is_closed_between_two_bookings() {
    let service = Service::start().await;
    let station = service.database.stations(&[3]).await[0];
    let path = format!("/stations/{station}/");
    let close = |owner: Api| async move { owner.patch(&path, json!({"status": "offline"})).await };
    let (answer, refused) = between(&service, station, close).await;
    assert_eq!(answer.ok()["booked_batteries"], 1);
    assert_eq!(refused.as_deref(), Some("station-closed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_a_busy_station_up_is_answered_between_two_bookings() {
    let service = Service::start().await;
    let station = service.database.stations(&[3]).await[0];
    let path = format!("/stations/{station}/");
    let (answer, refused) =
        between(&service, station, |owner| async move { owner.delete(&path).await }).await;
    answer.is_problem(409, "battery-booked");
    assert_eq!(refused, None);
}
