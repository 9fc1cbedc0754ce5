//! One booking is one trace: over HTTP, the database, the relays, the broker and the gateway, as a collector sees it.

mod parts;
mod picture;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use testbed::{Api, Collected, Screen, Upgrade, token, until};

use self::parts::Parts;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// The spans of a booking's trace, by service and name, and how many there are. Three messages follow from a booking: the
/// station's state, the station's event and the rider's message.
const SPANS: [(&str, &str, usize); 9] = [
    ("booking", "POST /user/orders", 1),
    ("booking", "postgresql", 1),
    ("booking", "relay", 1),
    ("booking", "publish swap.events", 1),
    ("inventory", "relay", 2),
    ("inventory", "publish swap.events", 2),
    ("gateway", "process swap.realtime", 3),
    ("gateway", "deliver", 3),
    ("inventory", "postgresql", 0),
];

fn counted(spans: &[Collected]) -> BTreeMap<(&str, &str), usize> {
    let mut counts = BTreeMap::new();
    for span in spans {
        *counts.entry((span.service.as_str(), span.name.as_str())).or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_one_trace_from_the_request_to_the_sockets() {
    let parts = Parts::start().await;
    let mut wall = Screen::open(&parts.gateway, "/ws/stations/").await;
    wall.until(|message| message["complete"] == true).await;
    let upgrade = Upgrade::new(&parts.gateway, "/ws/notifications/");
    let mut phone = upgrade.token(&token(42, service::auth::Role::Rider)).open().await.unwrap();
    phone.until(|message| message["type"] == "connection_established").await;
    let booking = Api::new(&parts.booking).rider(42);
    let book = json!({"station": parts.station});

    // Neither a request without a trace, since the share of those is 0, nor one whose caller does not sample it.
    let other = Api::new(&parts.booking).rider(43);
    other.post("/user/orders/", book.clone()).await.ok();
    let not_sampled = format!("00-{}-{CALLER}-00", "9".repeat(32));
    other.with_header("traceparent", &not_sampled).post("/user/orders/", book.clone()).await.ok();

    let traceparent = format!("00-{TRACE}-{CALLER}-01");
    let order = booking.with_header("traceparent", &traceparent).post("/user/orders/", book).await.ok();
    let frames = phone.until(|message| message["type"] == "booking_confirmed").await;
    let frame = frames.last().unwrap();
    assert_eq!(frame["booking_id"], order["id"]);
    assert!(frame.get("traceparent").is_none(), "clients see what they saw before");

    let expected = SPANS.into_iter().filter(|(_, _, count)| *count > 0);
    let expected: BTreeMap<_, _> = expected.map(|(service, name, count)| ((service, name), count)).collect();
    until("all parts have exported", async || {
        let spans = parts.collector.spans();
        // The rider's message is for one of the gateway's threads, the others for those with a wall.
        counted(&spans).len() >= expected.len()
            && expected
                .iter()
                .all(|(span, count)| counted(&spans).get(span).is_some_and(|seen| seen >= count))
    })
    .await;
    let spans = parts.collector.spans();
    assert!(spans.iter().all(|span| span.trace == TRACE), "nothing else is sampled: {spans:#?}");
    let counts = counted(&spans);
    for (span, count) in &expected {
        if span.1 != "deliver" {
            assert_eq!(counts.get(span), Some(count), "{span:?}");
        }
    }
    assert_eq!(counts.len(), expected.len(), "{counts:?}");

    follow(&spans);
    picture::draw(&spans);
}

/// Each span is a part of another one, up to the caller's.
fn follow(spans: &[Collected]) {
    let by_id: BTreeMap<&str, &Collected> = spans.iter().map(|span| (span.id.as_str(), span)).collect();
    assert_eq!(by_id.len(), spans.len());
    let parents = |name: &str| -> BTreeSet<&str> {
        let named = spans.iter().filter(|span| span.name == name);
        named.map(|span| by_id.get(span.parent.as_str()).map_or("the caller", |span| &span.name)).collect()
    };
    for (part, of) in [
        ("POST /user/orders", "the caller"),
        ("postgresql", "POST /user/orders"),
        ("relay", "postgresql"),
        ("publish swap.events", "relay"),
        ("process swap.realtime", "publish swap.events"),
        ("deliver", "process swap.realtime"),
    ] {
        assert_eq!(parents(part), BTreeSet::from([of]), "{part}");
    }
    let request = spans.iter().find(|span| span.name == "POST /user/orders").unwrap();
    assert_eq!(request.parent, CALLER);
    assert_eq!(request.attributes["http.response.status_code"], "201");
    assert!(spans.iter().all(|span| span.ended >= span.began));
}
