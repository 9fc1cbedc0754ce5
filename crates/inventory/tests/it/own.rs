//! `GET /stations/?own=true`: an operator's own stations. And how often somebody may read who has no token.

use serde_json::json;
use testbed::{Answer, Api};

use crate::app::{Service, ids};

/// Three stations of operator 7 and one of operator 8, which is the third.
async fn two_owners(service: &Service) -> Vec<i64> {
    let stations = service.database.stations(&[1, 0, 1, 1]).await;
    let sql = format!("UPDATE inventory.stations SET owner_id = 8 WHERE id = {}", stations[2]);
    service.database.run(&sql).await;
    stations
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_lists_the_own_stations_by_id_by_distance_and_by_other_filters() {
    let service = Service::start().await;
    let stations = two_owners(&service).await;
    let own = [stations[0], stations[1], stations[3]];
    for (query, expected) in [
        ("own=true", &own[..]),
        ("own=true&near=52.5,13.4&radius_km=5", &own[..]),
        ("own=true&available=true", &[own[0], own[2]][..]),
        ("own=true&bbox=0,0,1,1", &[][..]),
        ("own=false", &stations[..]),
    ] {
        let list = service.api.operator(7).get(&format!("/stations/?{query}")).await.ok();
        assert_eq!(ids(&list), expected, "{query}");
    }
    assert_eq!(ids(&service.api.operator(8).get("/stations/?own=true").await.ok()), [stations[2]]);
    assert!(ids(&service.api.operator(9).get("/stations/?own=true").await.ok()).is_empty());
    assert!(
        ids(&service.api.admin().get("/stations/?own=true").await.ok()).is_empty(),
        "an admin owns none here"
    );
    let first = service.api.operator(7).get("/stations/?own=true&limit=2").await.ok();
    let path = format!("/stations/?own=true&after={}", first["next"].as_str().unwrap());
    let second = service.api.operator(7).get(&path).await.ok();
    assert_eq!((ids(&first), ids(&second)), (own[..2].to_vec(), own[2..].to_vec()));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_operator_with_a_token_has_own_stations() {
    let service = Service::start().await;
    two_owners(&service).await;
    service.api.get("/stations/?own=true").await.is_problem(401, "unauthenticated");
    service
        .api
        .with_token("no.such.token".into())
        .get("/stations/?own=true")
        .await
        .is_problem(401, "unauthenticated");
    service.api.rider(42).get("/stations/?own=true").await.is_problem(403, "forbidden");
    service.api.operator(7).get("/stations/?own=perhaps").await.is_invalid(&["own"]);
}

/// Reads until it is refused: on a slow machine another second may have passed, which admits one more.
async fn refusal(api: &Api, path: &str) -> Answer {
    loop {
        let answer = api.get(path).await;
        if !answer.status.is_success() {
            return answer;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_too_often_without_a_token_is_told_how_long_to_wait() {
    let service = Service::with_limits(json!({"anonymous_per_s": 1, "anonymous_burst": 4})).await;
    let station = service.database.stations(&[1]).await[0];
    let one = format!("/stations/{station}/");
    let batteries = format!("/stations/{station}/batteries/");
    for path in ["/stations/", &one, &batteries] {
        assert_eq!(service.api.get(path).await.status, 200);
    }
    // A token that is none counts like no token.
    let guessed = service.api.with_token("no.such.token".into());
    assert_eq!(guessed.get("/stations/").await.status, 200);
    for path in ["/stations/", &one, &batteries] {
        for api in [&service.api, &guessed] {
            let refused = refusal(api, path).await;
            refused.is_problem(429, "too-many-requests");
            assert!(refused.headers.contains_key("retry-after"));
        }
        assert_eq!(service.api.rider(42).get(path).await.status, 200, "a rider reads on");
        let elsewhere = service.api.with_header("x-forwarded-for", "192.0.2.7").get(path).await;
        assert_eq!(elsewhere.status, 200, "another address reads on");
    }
}
