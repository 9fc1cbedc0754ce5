//! `/user/notifications/` and `/notifications/`: the durable inbox.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::app::{Service, ids, time};

const ORDINARY_BYTES: usize = 64 * 1024;

fn notice(user: i64) -> Value {
    json!({"user_id": user, "title": "Hello", "message": "A new station is open.", "level": "info"})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_writes_to_a_user_who_finds_it_in_the_inbox() {
    let service = Service::start().await;
    for level in ["info", "success", "warning", "error"] {
        let mut body = notice(42);
        body["level"] = json!(level);
        let answer = service.api.admin().post("/notifications/", body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert_eq!(answer.body["level"], level);
    }
    let inbox = service.api.rider(42).get("/user/notifications/").await.ok();
    assert_eq!((ids(&inbox), &inbox["next"]), (vec![1, 2, 3, 4], &Value::Null));
    let first = &inbox["items"][0];
    time(&first["created_at"]);
    assert_eq!(
        first,
        &json!({
            "id": 1,
            "event_id": first["event_id"].as_str().unwrap(),
            "type": "notification",
            "booking_id": null,
            "title": "Hello",
            "message": "A new station is open.",
            "level": "info",
            "created_at": first["created_at"],
            "read_at": null,
        })
    );
    let other = service.api.rider(43).get("/user/notifications").await.ok();
    assert_eq!(other, json!({"items": [], "next": null, "unread": 0}), "an inbox is its rider's alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_admin_writes_to_others_and_an_inbox_needs_a_token() {
    let service = Service::start().await;
    service.api.post("/notifications/", notice(42)).await.is_problem(401, "unauthenticated");
    for caller in [service.api.rider(42), service.api.operator(42)] {
        caller.post("/notifications/", notice(42)).await.is_problem(403, "forbidden");
    }
    service.api.get("/user/notifications/").await.is_problem(401, "unauthenticated");
    service.api.post("/user/notifications/1/read/", json!({})).await.is_problem(401, "unauthenticated");
    assert_eq!(service.database.number("SELECT count(*) FROM booking.notifications").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_that_can_not_be_read_or_accepted_is_refused() {
    let service = Service::start().await;
    let admin = service.api.admin();
    admin.refuses_unreadable_bodies(Method::POST, "/notifications/", ORDINARY_BYTES).await;
    for missing in ["user_id", "title", "message", "level"] {
        let mut body = notice(42);
        body.as_object_mut().unwrap().remove(missing);
        admin.post("/notifications/", body).await.is_invalid(&[missing]);
    }
    let bad = [
        ("user_id", json!("42")),
        ("title", json!("")),
        ("title", json!("x".repeat(201))),
        ("message", json!(" ")),
        ("message", json!("x".repeat(2_001))),
        ("message", json!("a\0")),
        ("level", json!("loud")),
        ("order_id", json!(1)),
    ];
    for (field, value) in bad {
        let mut body = notice(42);
        body[field] = value;
        admin.post("/notifications/", body).await.is_invalid(&[field]);
    }
    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
        admin.send(method, "/notifications/", None).await.is_problem(405, "method-not-allowed");
    }
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        admin.send(method, "/user/notifications/", None).await.is_problem(405, "method-not-allowed");
    }
    admin.get("/user/notifications/1/read/").await.is_problem(405, "method-not-allowed");
    assert_eq!(service.database.number("SELECT count(*) FROM booking.notifications").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_is_oldest_first_and_goes_on_after_the_last_one_known() {
    let service = Service::start().await;
    for _ in 0..10 {
        service.api.admin().post("/notifications/", notice(42)).await.ok();
    }
    let rider = service.api.rider(42);
    let inbox = async |query: &str| rider.get(&format!("/user/notifications/?{query}")).await.ok();
    assert_eq!(ids(&inbox("after=7").await), [8, 9, 10]);
    assert_eq!(ids(&inbox("after=10").await), Vec::<i64>::new());
    assert_eq!(ids(&inbox("after=0&limit=2").await), [1, 2]);
    let page = inbox("limit=4&after=2").await;
    assert_eq!((ids(&page), &page["next"]), (vec![3, 4, 5, 6], &json!("6")));
    let last = inbox("limit=4&after=6").await;
    assert_eq!((ids(&last), &last["next"]), (vec![7, 8, 9, 10], &Value::Null));
    for query in ["after=x", "limit=0", "limit=501", "level=info"] {
        rider.get(&format!("/user/notifications/?{query}")).await.is_problem(422, "validation-failed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_a_notification_marks_it_once_and_only_ones_own() {
    let service = Service::start().await;
    for user in [42, 42, 43] {
        service.api.admin().post("/notifications/", notice(user)).await.ok();
    }
    let rider = service.api.rider(42);
    let answer = rider.send(Method::POST, "/user/notifications/2/read/", None).await;
    assert_eq!(answer.status, 200);
    let read = answer.body;
    assert!(time(&read["read_at"]) >= time(&read["created_at"]));
    assert_eq!(
        rider.post("/user/notifications/2/read", json!({})).await.ok(),
        read,
        "reading twice keeps the first"
    );
    let inbox = rider.get("/user/notifications/").await.ok();
    assert_eq!((&inbox["items"][0]["read_at"], &inbox["items"][1]), (&Value::Null, &read));
    assert_eq!(
        service.api.rider(43).get("/user/notifications/").await.ok()["items"][0]["read_at"],
        Value::Null
    );
    for id in ["3", "0", "-1", "x", "99999999999999999999"] {
        let answer = rider.post(&format!("/user/notifications/{id}/read/"), json!({})).await;
        answer.is_problem(404, "notification-not-found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_up_to_a_notification_is_marked_as_read_at_once_and_only_ones_own() {
    let service = Service::start().await;
    for user in [42, 42, 42, 42, 43] {
        service.api.admin().post("/notifications/", notice(user)).await.ok();
    }
    let rider = service.api.rider(42);
    let inbox = async |query: &str| rider.get(&format!("/user/notifications/?{query}")).await.ok();
    let mark = async |up_to: i64| {
        let answer = rider.post("/user/notifications/read/", json!({"up_to": up_to})).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    };
    let second = rider.post("/user/notifications/2/read/", json!({})).await.ok();
    let page = inbox("unread=true&limit=2").await;
    assert_eq!((ids(&page), &page["next"], &page["unread"]), (vec![1, 3], &json!("3"), &json!(3)));
    for (up_to, unread) in [(0, vec![1, 3, 4]), (-1, vec![1, 3, 4]), (3, vec![4]), (3, vec![4]), (99, vec![])]
    {
        mark(up_to).await;
        let left = inbox("unread=true").await;
        assert_eq!((ids(&left), &left["unread"]), (unread.clone(), &json!(unread.len())), "up to {up_to}");
    }
    let whole = inbox("unread=false").await;
    assert_eq!(
        (ids(&whole), &whole["items"][1]),
        (vec![1, 2, 3, 4], &second),
        "what was read keeps its time"
    );
    assert_eq!(service.api.rider(43).get("/user/notifications/").await.ok()["unread"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_mark_that_can_not_be_accepted_is_refused() {
    let service = Service::start().await;
    let rider = service.api.rider(42);
    let path = "/user/notifications/read/";
    service.api.post(path, json!({"up_to": 1})).await.is_problem(401, "unauthenticated");
    rider.refuses_unreadable_bodies(Method::POST, path, ORDINARY_BYTES).await;
    rider.post(path, json!({})).await.is_invalid(&["up_to"]);
    rider.post(path, json!({"up_to": "x"})).await.is_invalid(&["up_to"]);
    rider.post(path, json!({"up_to": 1, "from": 1})).await.is_invalid(&["from"]);
    rider.get(path).await.is_problem(405, "method-not-allowed");
    rider.get("/user/notifications/?unread=perhaps").await.is_invalid(&["unread"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_of_an_order_is_in_the_inbox() {
    let service = Service::start().await;
    let stations = service.database.stations(&[2]).await;
    let rider = service.api.rider(42);
    let first = service.booked(42, stations[0]).await;
    rider.post(&format!("/user/orders/{first}/cancel/"), json!({})).await.ok();
    let second = service.booked(42, stations[0]).await;
    rider.post(&format!("/user/orders/{second}/collect/"), json!({})).await.ok();
    let inbox = rider.get("/user/notifications/").await.ok();
    let told: Vec<_> = inbox["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            (
                item["id"].as_i64().unwrap(),
                item["type"].as_str().unwrap(),
                item["booking_id"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, "booking_confirmed", first),
            (2, "booking_cancelled", first),
            (3, "booking_confirmed", second),
            (4, "booking_collected", second),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_count_one_two_three_for_each_rider_whatever_happens_at_once() {
    let service = Service::start().await;
    let stations = service.database.stations(&[3]).await;
    let mut racing = JoinSet::new();
    for worker in 0..12 {
        let (user, station) = (40 + worker % 3, stations[0]);
        let (rider, admin) = (service.api.rider(user), service.api.admin());
        racing.spawn(async move {
            for _ in 0..8 {
                admin.post("/notifications/", notice(user)).await.ok();
                // A refused booking in between must not use up a number.
                let answer = rider.post("/user/orders/", json!({"station": station})).await;
                if answer.status == 201 {
                    rider.post(&format!("/user/orders/{}/cancel/", answer.body["id"]), json!({})).await.ok();
                }
            }
        });
    }
    racing.join_all().await;
    for user in 40..43 {
        let inbox = service.api.rider(user).get("/user/notifications/?limit=500").await.ok();
        let seen = ids(&inbox);
        assert!(seen.len() >= 32);
        assert_eq!(seen, (1..).take(seen.len()).collect::<Vec<i64>>());
        let times: Vec<_> =
            inbox["items"].as_array().unwrap().iter().map(|item| time(&item["created_at"])).collect();
        assert!(times.is_sorted(), "the order of the ids is the order of time");
    }
    let disordered = "SELECT count(*) FROM (SELECT notification_id < lag(notification_id) \
        OVER (PARTITION BY user_id ORDER BY id) AS back FROM booking.outbox) o WHERE back";
    assert_eq!(service.database.number(disordered).await, 0, "and the order in which they are told");
}
