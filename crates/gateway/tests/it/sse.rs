//! The same as Server-Sent Events.

use std::io::Write;

use flate2::write::GzDecoder;
use reqwest::{Client, Method, Response};
use service::auth::Role;
use testbed::{EventStream, eventually, token};

use crate::app::{Gateway, booked, notice, station, update};

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_greeted_goes_on_and_resumes_by_its_last_id() {
    let gateway = Gateway::with_stations(2).await;
    let url = format!("{}/sse/stations/1/", gateway.base);
    let mut kiosk = EventStream::open(&url, &[]).await.ok().unwrap();
    let first = kiosk.next().await.unwrap();
    assert_eq!((&first["type"], &first["channel"]), (&"connection_established".into(), &"station_1".into()));
    assert_eq!(kiosk.next().await.unwrap()["stations"][0]["station_id"], 1);
    assert!(kiosk.last_id.is_some(), "the snapshot has a position to resume from");
    gateway.publish(&[update(station(2, 101, 1)), update(station(1, 102, 1))]).await;
    assert_eq!(kiosk.next().await.unwrap()["revision"], 102);
    let last_id = kiosk.last_id.clone().unwrap();
    drop(kiosk);
    let other = gateway.sibling().await;
    gateway.publish(&[update(station(1, 103, 1)), booked(1, 103), update(station(1, 104, 0))]).await;
    // What the other gateway has not read yet comes live, so each state: it is to have read all.
    other.has_applied(1, 104).await;
    let url = format!("{}/sse/stations/1", other.base);
    let mut kiosk = EventStream::open(&url, &[("last-event-id", &last_id)]).await.ok().unwrap();
    assert_eq!(kiosk.next().await.unwrap()["recovered"], true);
    assert_eq!(kiosk.last_id.as_ref(), Some(&last_id), "who is cut off now comes back with the same cursor");
    let missed = kiosk.until(|message| message["revision"] == 104).await;
    assert_eq!(missed.len(), 2, "the event and the latest state: {missed:?}");
    let mut all = EventStream::open(&format!("{}/sse/stations", other.base), &[]).await.ok().unwrap();
    all.until(|message| message["type"] == "inventory_snapshot").await;
    other.publish(&[update(station(2, 105, 1))]).await;
    assert_eq!(all.next().await.unwrap()["revision"], 105);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_riders_stream_needs_a_token_and_misses_nothing() {
    let gateway = Gateway::with_stations(1).await;
    let url = format!("{}/sse/notifications/", gateway.base);
    assert_eq!(EventStream::open(&url, &[]).await.err().map(|status| status.as_u16()), Some(401));
    let bearer = format!("Bearer {}", token(42, Role::Rider));
    let mut phone = EventStream::open(&url, &[("authorization", &bearer)]).await.ok().unwrap();
    phone.until(|message| message["channel"] == "user_42").await;
    assert!(phone.last_id.is_some(), "the greeting of a rider is a position to resume from");
    gateway.publish(&[notice(42, 1), notice(43, 1)]).await;
    assert_eq!(phone.next().await.unwrap()["notification_id"], 1);
    let last_id = phone.last_id.clone().unwrap();
    drop(phone);
    gateway.publish(&[notice(42, 2), notice(42, 3)]).await;
    let headers = [("authorization", bearer.as_str()), ("last-event-id", last_id.as_str())];
    let mut phone = EventStream::open(&url, &headers).await.ok().unwrap();
    assert_eq!(phone.next().await.unwrap()["recovered"], true);
    assert_eq!(phone.until(|message| message["notification_id"] == 3).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_comes_back_to_an_address_with_a_cursor_goes_on_where_it_was() {
    let gateway = Gateway::with_stations(1).await;
    let mut first = EventStream::open(&format!("{}/sse/stations/1/", gateway.base), &[]).await.ok().unwrap();
    first.until(|message| message["type"] == "inventory_snapshot").await;
    let url = format!("{}/sse/stations/1/?since={}", gateway.base, first.last_id.clone().unwrap());
    gateway.publish(&[booked(1, 101), update(station(1, 102, 1))]).await;
    first.until(|message| message["revision"] == 102).await;
    let last_id = first.last_id.clone().unwrap();
    gateway.publish(&[update(station(1, 103, 1))]).await;
    first.until(|message| message["revision"] == 103).await;
    let mut again = EventStream::open(&url, &[("last-event-id", &last_id)]).await.ok().unwrap();
    assert_eq!(
        again.until(|message| message["revision"] == 103).await.len(),
        2,
        "the greeting and what was missed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_refused() {
    let gateway = Gateway::with_stations(1).await;
    for (path, status) in
        [("/sse/stations/77", 404), ("/sse/stations/x", 404), ("/sse/nothing", 404), ("/sse", 404)]
    {
        let refused = EventStream::open(&format!("{}{path}", gateway.base), &[]).await.err();
        assert_eq!(refused.map(|status| status.as_u16()), Some(status), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_method_is_told_which_one_there_is() {
    let gateway = Gateway::with_stations(1).await;
    for method in [Method::POST, Method::HEAD, Method::PUT, Method::DELETE] {
        let request = Client::new().request(method.clone(), format!("{}/sse/stations/", gateway.base));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 405, "{method}");
        assert_eq!(answer.headers()["allow"], "GET", "{method}");
    }
}

/// Reads a body until its inflated text contains this. What has come so far must be readable so far.
async fn inflated_until(response: &mut Response, decoder: &mut GzDecoder<Vec<u8>>, wanted: &str) {
    while !String::from_utf8_lossy(decoder.get_ref()).contains(wanted) {
        let chunk = eventually("the next chunk", response.chunk()).await.unwrap().expect("more of the body");
        decoder.write_all(&chunk).unwrap();
        decoder.flush().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_stream_is_one_gzip_member_that_can_be_read_as_it_comes() {
    let gateway = Gateway::with_stations(3).await;
    let request =
        Client::new().get(format!("{}/sse/stations/", gateway.base)).header("accept-encoding", "gzip");
    let mut response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let mut decoder = GzDecoder::new(Vec::new());
    inflated_until(&mut response, &mut decoder, r#""complete":true"#).await;
    for revision in [101, 102] {
        gateway.publish(&[update(station(1, revision, 1))]).await;
        inflated_until(&mut response, &mut decoder, &format!(r#""revision":{revision}"#)).await;
    }
    gateway.end();
    while let Some(chunk) = eventually("the end", response.chunk()).await.unwrap() {
        decoder.write_all(&chunk).unwrap();
    }
    let text = String::from_utf8(decoder.finish().expect("a whole gzip member")).unwrap();
    assert!(text.ends_with("\n\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_listed_origin_may_read_a_stream_and_why_it_was_refused() {
    let gateway = Gateway::with_stations(1).await;
    let (wall, client) = ("https://wall.example", Client::new());
    let ask = |method: Method, path: &str, origin: &str| {
        client.request(method, format!("{}{path}", gateway.base)).header("origin", origin)
    };
    let readable_by = |answer: &Response| answer.headers().get("access-control-allow-origin").cloned();
    for (path, status) in [("/sse/stations/1/", 200), ("/sse/notifications/", 401), ("/sse/stations/9/", 404)]
    {
        let answer = ask(Method::GET, path, wall).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), readable_by(&answer)),
            (status, Some(wall.parse().unwrap())),
            "{path}"
        );
    }
    let preflight = ask(Method::OPTIONS, "/sse/notifications/", wall)
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization,last-event-id");
    let answer = preflight.send().await.unwrap();
    assert_eq!((answer.status().as_u16(), readable_by(&answer)), (200, Some(wall.parse().unwrap())));
    let foreign = ask(Method::GET, "/sse/stations/1/", "https://other.example").send().await.unwrap();
    assert_eq!((foreign.status().as_u16(), readable_by(&foreign)), (403, None));
}
