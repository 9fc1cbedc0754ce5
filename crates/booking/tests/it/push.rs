//! Web Push: `/push-key/`, `/user/push-subscriptions/`, and what arrives at a push service.

use actix_web::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use reqwest::Method;
use serde_json::{Value, json};
use testbed::until;

use crate::app::Service;
use crate::push_service::{Push, PushService};

const PATH: &str = "/user/push-subscriptions/";
const PRIVATE_KEY: [u8; 32] = [7; 32];

/// Settings with which a test's own push service is a push service.
pub(crate) fn settings() -> Value {
    json!({"push": {
        "vapid_private_key": URL_SAFE_NO_PAD.encode(PRIVATE_KEY),
        "contact": "mailto:operations@swapwire.example",
        "poll_ms": 20,
        "allow_local_endpoints": true,
    }})
}

async fn service() -> Service {
    Service::with_settings(settings()).await
}

/// The same in the open: what leads into our own network is refused.
async fn strict_service() -> Service {
    Service::with_settings(json!({"push": {"vapid_private_key": URL_SAFE_NO_PAD.encode(PRIVATE_KEY)}})).await
}

/// A browser with keys of its own.
pub(crate) struct Browser {
    secret: SecretKey,
    auth: [u8; 16],
}

impl Browser {
    pub(crate) fn new(seed: u8) -> Self {
        Self { secret: SecretKey::from_slice(&[seed; 32]).unwrap(), auth: [seed; 16] }
    }

    /// What its `PushSubscription` writes.
    fn subscription(&self, endpoint: &str) -> Value {
        let point = self.secret.public_key().to_encoded_point(false);
        json!({
            "endpoint": endpoint,
            "expirationTime": null,
            "keys": {"p256dh": URL_SAFE_NO_PAD.encode(point.as_bytes()), "auth": URL_SAFE_NO_PAD.encode(self.auth)},
        })
    }

    pub(crate) async fn subscribe(&self, service: &Service, rider: i64, endpoint: &str) {
        let answer = service.api.rider(rider).post(PATH, self.subscription(endpoint)).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }

    pub(crate) fn decrypt(&self, push: &Push) -> Value {
        let text = web_push_native::decrypt(push.body.clone(), &self.secret, &self.auth.into()).unwrap();
        serde_json::from_slice(&text).unwrap()
    }
}

async fn notify(service: &Service, rider: i64, title: &str) {
    let notice = json!({"user_id": rider, "title": title, "message": "M", "level": "info"});
    service.api.admin().post("/notifications/", notice).await.ok();
}

async fn queue_is_empty(service: &Service) {
    let queued = "SELECT count(*) FROM booking.push_queue";
    until("the queue is empty", async || service.database.number(queued).await == 0).await;
}

async fn subscriptions(service: &Service) -> i64 {
    service.database.number("SELECT count(*) FROM booking.push_subscriptions").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_each_notification_encrypted_for_it_and_signed_by_us() {
    let service = service().await;
    let mut receiver = PushService::start();
    let browser = Browser::new(1);
    browser.subscribe(&service, 42, &receiver.endpoint("a")).await;
    let station = service.database.stations(&[1]).await[0];
    let order = service.booked(42, station).await;
    let push = receiver.next().await;
    let inbox = service.api.rider(42).get("/user/notifications/").await.ok();
    let expected = json!({
        "notification_id": 1,
        "type": "booking_confirmed",
        "title": "Booking confirmed",
        "message": inbox["items"][0]["message"],
        "level": "success",
        "booking_id": order,
    });
    assert_eq!(browser.decrypt(&push), expected);
    assert_eq!(push.header("content-encoding"), "aes128gcm");
    let ttl: u64 = push.header("ttl").parse().unwrap();
    assert!((14_000..=14_400).contains(&ttl), "{ttl}");
    is_signed_by_us(&service, &receiver, &push).await;
    notify(&service, 42, "Hello").await;
    let general = browser.decrypt(&receiver.next().await);
    assert_eq!(
        general,
        json!({"notification_id": 2, "type": "notification", "title": "Hello", "message": "M", "level": "info"})
    );
    queue_is_empty(&service).await;
}

/// RFC 8292: the key that browsers subscribe with has signed for this push service.
async fn is_signed_by_us(service: &Service, receiver: &PushService, push: &Push) {
    let public = service.api.get("/push-key/").await.ok()["key"].as_str().unwrap().to_owned();
    let authorization = push.header("authorization");
    let (token, key) = authorization.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    assert_eq!(key, public);
    let point = URL_SAFE_NO_PAD.decode(key).unwrap();
    let [x, y] = [&point[1..33], &point[33..]].map(|coordinate| URL_SAFE_NO_PAD.encode(coordinate));
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&[receiver.origin()]);
    let key = DecodingKey::from_ec_components(&x, &y).unwrap();
    let claims = jsonwebtoken::decode::<Value>(token, &key, &validation).unwrap().claims;
    assert_eq!(claims["sub"], "mailto:operations@swapwire.example");
    let left = claims["exp"].as_i64().unwrap() - chrono::Utc::now().timestamp();
    assert!((0..=24 * 60 * 60).contains(&left), "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_riders_own_browsers_get_only_the_kinds_that_are_on() {
    let service = service().await;
    let mut receiver = PushService::start();
    let (first, second, other) = (Browser::new(1), Browser::new(2), Browser::new(3));
    first.subscribe(&service, 42, &receiver.endpoint("first")).await;
    second.subscribe(&service, 42, &receiver.endpoint("second")).await;
    other.subscribe(&service, 43, &receiver.endpoint("other")).await;
    service.api.rider(42).patch("/user/preferences/", json!({"push": {"notification": false}})).await.ok();
    notify(&service, 42, "off").await;
    notify(&service, 44, "no browser").await;
    notify(&service, 43, "on").await;
    let push = receiver.next().await;
    assert_eq!((push.path.as_str(), &other.decrypt(&push)["title"]), ("/other", &json!("on")));
    service.api.rider(42).patch("/user/preferences/", json!({"push": {"notification": true}})).await.ok();
    notify(&service, 42, "on again").await;
    let mut pushes = [receiver.next().await, receiver.next().await];
    pushes.sort_by(|one, two| one.path.cmp(&two.path));
    for (push, (browser, path)) in pushes.iter().zip([(&first, "/first"), (&second, "/second")]) {
        assert_eq!((push.path.as_str(), &browser.decrypt(push)["title"]), (path, &json!("on again")));
    }
    queue_is_empty(&service).await;
    assert!(receiver.got_nothing_more());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_the_push_service_has_forgotten_is_removed() {
    for status in [StatusCode::GONE, StatusCode::NOT_FOUND] {
        let service = service().await;
        let mut receiver = PushService::start();
        Browser::new(1).subscribe(&service, 42, &receiver.endpoint("a")).await;
        receiver.answers(status);
        notify(&service, 42, "T").await;
        receiver.next().await;
        until("it is removed", async || subscriptions(&service).await == 0).await;
        queue_is_empty(&service).await;
        notify(&service, 42, "T").await;
        assert_eq!(service.database.number("SELECT count(*) FROM booking.push_queue").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_for_now_is_tried_again_later_each_time_and_what_is_refused_is_not() {
    let service = service().await;
    let mut receiver = PushService::start();
    let browser = Browser::new(1);
    browser.subscribe(&service, 42, &receiver.endpoint("a")).await;
    receiver.answers(StatusCode::SERVICE_UNAVAILABLE);
    notify(&service, 42, "patience").await;
    for (seconds, next) in [
        (30, StatusCode::SERVICE_UNAVAILABLE),
        (60, StatusCode::TOO_MANY_REQUESTS),
        (120, StatusCode::CREATED),
    ] {
        receiver.next().await;
        let waits = format!(
            "SELECT count(*) FROM booking.push_queue \
             WHERE due_at - clock_timestamp() BETWEEN interval '{} s' AND interval '{seconds} s'",
            seconds - 25
        );
        until("it waits", async || service.database.number(&waits).await == 1).await;
        receiver.answers(next);
        service.database.run("UPDATE booking.push_queue SET due_at = clock_timestamp()").await;
    }
    let push = receiver.next().await;
    queue_is_empty(&service).await;
    assert_eq!(browser.decrypt(&push)["title"], "patience");
    receiver.answers(StatusCode::BAD_REQUEST);
    notify(&service, 42, "refused").await;
    receiver.next().await;
    queue_is_empty(&service).await;
    assert_eq!(subscriptions(&service).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_old_or_whose_browser_has_changed_hands_is_dropped() {
    let service = service().await;
    let mut receiver = PushService::start();
    let browser = Browser::new(1);
    browser.subscribe(&service, 42, &receiver.endpoint("a")).await;
    receiver.answers(StatusCode::SERVICE_UNAVAILABLE);
    for title in ["old", "of the user before"] {
        notify(&service, 42, title).await;
        receiver.next().await;
    }
    receiver.answers(StatusCode::CREATED);
    browser.subscribe(&service, 43, &receiver.endpoint("a")).await;
    service
        .database
        .run("UPDATE booking.push_queue SET due_at = clock_timestamp() WHERE notification_id = 2; \
              UPDATE booking.push_queue SET due_at = clock_timestamp(), created_at = now() - interval '1 day' \
              WHERE notification_id = 1")
        .await;
    queue_is_empty(&service).await;
    assert!(receiver.got_nothing_more());
    notify(&service, 43, "mine").await;
    assert_eq!(browser.decrypt(&receiver.next().await)["title"], "mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_has_ten_subscriptions_at_most_and_ends_the_own_ones() {
    let service = service().await;
    let rider = service.api.rider(42);
    let browser = Browser::new(1);
    let endpoint = |n: u8| format!("https://push.example/{n}");
    for n in (0..10).chain([3]) {
        browser.subscribe(&service, 42, &endpoint(n)).await;
    }
    let eleventh = rider.post(PATH, browser.subscription(&endpoint(10))).await;
    eleventh.is_problem(409, "push-subscription-limit-reached");
    let end = async |user: i64, n: u8| {
        let body = json!({"endpoint": endpoint(n)}).to_string();
        service.api.rider(user).send(Method::DELETE, PATH, Some(body)).await
    };
    assert_eq!(end(43, 3).await.status, 204);
    assert_eq!(subscriptions(&service).await, 10, "somebody else's is left alone");
    assert_eq!(end(42, 3).await.status, 204);
    assert_eq!(end(42, 3).await.status, 204, "what is not there has ended");
    assert_eq!(subscriptions(&service).await, 9);
    browser.subscribe(&service, 42, &endpoint(10)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_can_not_be_accepted_is_refused() {
    let service = strict_service().await;
    let rider = service.api.rider(42);
    let good = Browser::new(1).subscription("https://8.8.8.8/push");
    service.api.post(PATH, good.clone()).await.is_problem(401, "unauthenticated");
    rider.refuses_unreadable_bodies(Method::POST, PATH, 64 * 1024).await;
    rider.refuses_unreadable_bodies(Method::DELETE, PATH, 64 * 1024).await;
    for endpoint in [
        "http://8.8.8.8/push",
        "https://127.0.0.1/push",
        "https://[::1]/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://user:secret@push.example/",
        "push",
        "",
    ] {
        let mut body = good.clone();
        body["endpoint"] = json!(endpoint);
        rider.post(PATH, body).await.is_invalid(&["endpoint"]);
    }
    for (key, values) in [
        ("p256dh", ["", "?", "AAAA", &URL_SAFE_NO_PAD.encode([4; 65])]),
        ("auth", ["", "?", "AAAA", &URL_SAFE_NO_PAD.encode([4; 17])]),
    ] {
        for value in values {
            let mut body = good.clone();
            body["keys"][key] = json!(value);
            rider.post(PATH, body).await.is_invalid(&[&format!("keys.{key}")]);
        }
    }
    rider.get(PATH).await.is_problem(405, "method-not-allowed");
    assert_eq!(subscriptions(&service).await, 0);
    assert_eq!(rider.post(PATH, good).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_push_is_off_and_what_was_queued_is_dropped() {
    let service = Service::with_settings(json!({"push": {"poll_ms": 20}})).await;
    service.api.get("/push-key/").await.is_problem(404, "push-off");
    let body = Browser::new(1).subscription("https://8.8.8.8/push");
    service.api.rider(42).post(PATH, body).await.is_problem(404, "push-off");
    service
        .database
        .run("INSERT INTO booking.push_subscriptions (user_id, endpoint, p256dh, auth) \
              SELECT 42, 'https://8.8.8.8/', decode(repeat('04', 65), 'hex'), decode(repeat('04', 16), 'hex')")
        .await;
    notify(&service, 42, "T").await;
    queue_is_empty(&service).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_service_that_does_not_answer_holds_up_neither_bookings_nor_other_browsers() {
    let service = service().await;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut receiver = PushService::start();
    let browser = Browser::new(1);
    browser.subscribe(&service, 42, &format!("http://{}/", silent.local_addr().unwrap())).await;
    browser.subscribe(&service, 43, &receiver.endpoint("b")).await;
    for title in ["one", "two", "three"] {
        notify(&service, 42, title).await;
    }
    notify(&service, 43, "at once").await;
    assert_eq!(browser.decrypt(&receiver.next().await)["title"], "at once");
    assert_eq!(
        service.database.number("SELECT count(*) FROM booking.outbox").await,
        4,
        "the relay has them all"
    );
}
