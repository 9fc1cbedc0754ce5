//! What the service does when it is asked too much, too slowly or at the wrong moment.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use testbed::{Api, Database, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_postgres::Client;
use url::Url;

use crate::app::Service;

/// Books where it must wait for a lock.
fn ask(api: &Api, station: i64) -> JoinHandle<testbed::Answer> {
    let api = api.clone();
    tokio::spawn(async move { api.post("/user/orders/", json!({"station": station})).await })
}

/// Somebody who keeps bookings at the station waiting until `COMMIT`.
async fn lock(service: &Service, station: i64) -> Client {
    let operator = service.database.connect_as(&service.database.inventory_url()).await;
    let lock = format!("BEGIN; SELECT FROM inventory.stations WHERE id = {station} FOR UPDATE");
    operator.batch_execute(&lock).await.unwrap();
    operator
}

#[tokio::test(flavor = "multi_thread")]
async fn when_every_connection_is_taken_the_next_request_is_told_to_come_back() {
    let service = Service::with_settings(json!({
        "database": {"max_connections": 2, "acquire_timeout_ms": 2_000},
        "orders": {"sweep_ms": 3_600_000}
    }))
    .await;
    let station = service.database.stations(&[5]).await[0];
    let operator = lock(&service, station).await;
    let held = [100, 101].map(|rider| ask(&service.api.rider(rider), station));
    service.database.waits_for_locks(2).await;
    let refused = service.book(42, station, None).await;
    refused.is_problem(503, "dependency-unavailable");
    assert_eq!(refused.headers["retry-after"], "1");
    operator.batch_execute("COMMIT").await.unwrap();
    for held in held {
        assert_eq!(held.await.unwrap().status, 201);
    }
    assert_eq!(service.book(42, station, None).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_takes_too_long_is_given_up_and_leaves_nothing() {
    let mut service = Service::start().await;
    let station = service.database.stations(&[5]).await[0];
    let name: String = service.database.row("SELECT current_database()::text").await.get(0);
    let limit = format!("ALTER ROLE swapwire_booking IN DATABASE {name} SET statement_timeout = '200ms'");
    service.database.run(&limit).await;
    let operator = lock(&service, station).await;
    let fresh = service.another();
    let refused = fresh.rider(42).post("/user/orders/", json!({"station": station})).await;
    refused.is_problem(503, "dependency-unavailable");
    operator.batch_execute("COMMIT").await.unwrap();
    assert_eq!(service.database.number("SELECT count(*) FROM booking.orders").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_ends_finishes_what_it_was_asked() {
    let mut service = Service::start().await;
    let station = service.database.stations(&[5]).await[0];
    let operator = lock(&service, station).await;
    let held = ask(&service.api.rider(42), station);
    service.database.waits_for_locks(1).await;
    let ended = service.end();
    until("no new connection is taken", async || TcpStream::connect(service.address).await.is_err()).await;
    assert!(!ended.is_finished());
    operator.batch_execute("COMMIT").await.unwrap();
    assert_eq!(held.await.unwrap().status, 201);
    ended.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_too_often_is_told_how_long_to_wait_and_reads_on() {
    let service = Service::with_settings(json!({
        "limits": {"user_per_s": 1, "user_burst": 5, "address_per_s": 1, "address_burst": 12}
    }))
    .await;
    let station = service.database.stations(&[50]).await[0];
    let rider = service.api.rider(42);
    for _ in 0..5 {
        let answer = rider.post("/user/orders/", json!({"station": station})).await;
        assert_ne!(answer.status, 429);
    }
    // On a slow machine another second may have passed, which admits one more.
    let mut attempt = 0;
    let refused = loop {
        attempt += 1;
        let keyed = rider.with_header("idempotency-key", &format!("k{attempt}"));
        let answer = keyed.post("/user/orders/", json!({"station": station})).await;
        if answer.status == 429 {
            break answer;
        }
    };
    refused.is_problem(429, "too-many-requests");
    let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    let keys = "SELECT count(*) FROM booking.idempotency_keys";
    assert_eq!(service.database.number(keys).await, attempt - 1, "what was refused so is not kept");
    for _ in 0..20 {
        assert_eq!(rider.get("/user/orders/").await.status, 200);
    }
    // All from one address, whoever they are, and whoever they claim to be.
    let (mut other, mut refusals) = (100, 0);
    while refusals < 5 {
        other += 1;
        let answer = service.api.rider(other).post("/user/orders/", json!({"station": station})).await;
        refusals += u32::from(answer.status == 429);
    }
    loop {
        let answer = service.api.post("/user/orders/", json!({"station": station})).await;
        if answer.status == 429 {
            break;
        }
        assert_eq!(answer.status, 401);
    }
    let elsewhere = service.api.rider(99).with_header("x-forwarded-for", "192.0.2.7");
    assert_eq!(elsewhere.post("/user/orders/", json!({"station": station})).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_its_request_id_and_says_that_it_is_no_page() {
    let service = Service::start().await;
    for path in ["/user/orders/", "/nothing", "/health/live"] {
        let answer = service.api.rider(42).with_header("x-request-id", "my-id-1").get(path).await;
        for (name, value) in [
            ("x-request-id", "my-id-1"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.headers[name], value, "{path}");
        }
        let answer = service.api.with_header("x-request-id", "<script>").get(path).await;
        assert_ne!(answer.headers["x-request-id"], "<script>");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_listed_pages_of_other_origins_may_call_from_a_browser() {
    let listed = json!({"http": {"allowed_origins": ["https://wall.example"]}});
    let service = Service::with_settings(listed).await;
    let closed = Service::start().await;
    let preflight = async |api: &Api, origin: &str| {
        api.with_header("origin", origin)
            .with_header("access-control-request-method", "POST")
            .with_header("access-control-request-headers", "authorization,idempotency-key")
            .send(reqwest::Method::OPTIONS, "/user/orders/", None)
            .await
    };
    let allowed = preflight(&service.api, "https://wall.example").await;
    assert_eq!(allowed.status, 200);
    assert_eq!(allowed.headers["access-control-allow-origin"], "https://wall.example");
    for (api, origin) in [(&service.api, "https://evil.example"), (&closed.api, "https://wall.example")] {
        let refused = preflight(api, origin).await;
        assert!(!refused.status.is_success());
        assert!(!refused.headers.contains_key("access-control-allow-origin"), "{origin}");
        let answer = api.rider(42).with_header("origin", origin).get("/user/orders/").await;
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{origin}");
    }
    let answer =
        service.api.rider(42).with_header("origin", "https://wall.example").get("/user/orders/").await;
    assert_eq!(answer.headers["access-control-allow-origin"], "https://wall.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_say_nothing_or_never_finish_are_sent_away_and_keep_nobody_else_waiting() {
    let settings = json!({"http": {"request_timeout_s": 1, "workers": 1}});
    let service = Service::with_settings(settings).await;
    let mut slow = JoinSet::new();
    for _ in 0..50 {
        let mut client = TcpStream::connect(service.address).await.unwrap();
        client.write_all(b"POST /user/orders/ HTTP/1.1\r\nHost: x\r\n").await.unwrap();
        slow.spawn(async move {
            let mut answer = Vec::new();
            let _ = client.read_to_end(&mut answer).await;
            String::from_utf8_lossy(&answer).into_owned()
        });
    }
    let answer: Value = service.api.rider(42).get("/user/orders/").await.ok();
    assert_eq!(answer["items"], json!([]));
    for answer in slow.join_all().await {
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
}

/// A way to the database on which everything can stand still without a connection being closed.
async fn wire(database: &Database) -> (SecretString, watch::Sender<bool>) {
    let mut url = Url::parse(database.booking_url().expose_secret()).unwrap();
    let upstream = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
    let (still, stands) = watch::channel(false);
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let (near, far) = (near.into_split(), TcpStream::connect(&upstream).await.unwrap().into_split());
            tokio::spawn(carry(near.0, far.1, stands.clone()));
            tokio::spawn(carry(far.0, near.1, stands.clone()));
        }
    });
    (url.to_string().into(), still)
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut stands: watch::Receiver<bool>) {
    let mut bytes = [0; 8_192];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let moves = stands.wait_for(|stands| !stands).await.is_ok();
        if !moves || to.write_all(&bytes[..count]).await.is_err() {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_falls_silent_is_given_up_and_a_repeated_request_books_once() {
    let database = Database::create().await;
    let (url, still) = wire(&database).await;
    let settings = json!({
        "database": {"url": url.expose_secret(), "work_timeout_ms": 1_000},
        "orders": {"sweep_ms": 3_600_000}
    });
    let service = Service::with(database, "amqp://127.0.0.1:1/none".into(), settings);
    let station = service.database.stations(&[5]).await[0];
    let rider = service.api.rider(42).with_header("idempotency-key", "once");
    let book = async || rider.post("/user/orders/", json!({"station": station})).await;
    // With this the connection knows all that it asks the database when it books.
    service
        .api
        .rider(7)
        .with_header("idempotency-key", "first")
        .post("/user/orders/", json!({"station": station}))
        .await
        .ok();
    still.send_replace(true);
    let interrupted = book().await;
    interrupted.is_problem(503, "dependency-unavailable");
    let detail = interrupted.body["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("is not known"), "{detail}");
    still.send_replace(false);
    // What was on its way arrives now, or never: the rider can't tell and need not.
    until("the booking is answered", async || book().await.status == 201).await;
    let orders = "SELECT count(*) FROM booking.orders WHERE user_id = 42";
    assert_eq!(service.database.number(orders).await, 1);
}
