//! Stations in the form that a client accepts, and not again when it has them.

use reqwest::StatusCode;
use serde_json::json;
use testbed::Answer;

use crate::app::Service;

const GEO_JSON: &str = "application/geo+json";

fn tag(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.headers["etag"].to_str().unwrap().to_owned()
}

/// What caches go by, all in one.
fn vary(answer: &Answer) -> Vec<String> {
    let values = answer.headers.get_all("vary").iter().map(|value| value.to_str().unwrap());
    values.flat_map(|value| value.split(", ")).map(str::to_lowercase).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_the_newest_state_is_not_sent_it_again() {
    let service = Service::start().await;
    let station = service.database.stations(&[1]).await[0];
    for path in ["/stations/".to_owned(), format!("/stations/{station}/")] {
        let known = tag(&service.api.get(&path).await);
        assert!(known.starts_with('"'), "each byte is the same, so the tag is strong: {known}");
        for list in [known.clone(), format!("\"other\", {known}"), format!("W/{known}"), "*".to_owned()] {
            let same = service.api.with_header("if-none-match", &list).get(&path).await;
            assert_eq!((same.status.as_u16(), &same.body), (304, &json!(null)), "{path} {list}");
            assert_eq!(same.headers["etag"], known.as_str());
            assert_eq!(same.headers["cache-control"], "no-cache");
            assert_eq!(vary(&same), ["accept"]);
        }
        for list in ["\"other\"", "nonsense", ""] {
            let other = service.api.with_header("if-none-match", list).get(&path).await;
            assert_eq!(tag(&other), known, "{path} {list:?}");
            assert_eq!(vary(&other), ["accept"]);
        }
        service.database.run("UPDATE inventory.stations SET name = name || '!'").await;
        let changed = service.api.with_header("if-none-match", &known).get(&path).await;
        assert_ne!(tag(&changed), known);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_an_operators_own_is_kept_by_nobody_else() {
    let service = Service::start().await;
    service.database.stations(&[1]).await;
    let answer = service.api.operator(7).get("/stations/?own=true").await;
    assert_eq!(vary(&answer), ["accept", "authorization"]);
    assert_eq!(answer.headers["cache-control"], "private, no-cache");
    let again =
        service.api.operator(7).with_header("if-none-match", &tag(&answer)).get("/stations/?own=true").await;
    assert_eq!((again.status.as_u16(), vary(&again).len()), (304, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_gets_the_stations_as_geojson() {
    let service = Service::start().await;
    let stations = service.database.stations(&[2, 0]).await;
    let map = service.api.with_header("accept", GEO_JSON);
    let plain = service.api.get("/stations/?limit=1").await;
    let collection = map.get("/stations/?limit=1").await;
    assert_eq!(collection.headers["content-type"], GEO_JSON);
    assert_eq!(vary(&collection), ["accept"]);
    assert_ne!(tag(&collection), tag(&plain), "another form is another representation");
    let feature = json!({
        "type": "Feature",
        "id": stations[0],
        "geometry": {"type": "Point", "coordinates": [13.4, 52.5]},
        "properties": plain.body["items"][0],
    });
    assert_eq!(
        collection.body,
        json!({"type": "FeatureCollection", "features": [feature], "next": plain.body["next"]})
    );
    let one = map.get(&format!("/stations/{}/", stations[0])).await;
    assert_eq!((&one.headers["content-type"], &one.body), (&GEO_JSON.parse().unwrap(), &feature));
    let near = map.get("/stations/?near=52.5,13.4&radius_km=1").await.ok();
    assert_eq!(near["features"][0]["properties"]["distance_km"], 0.0);
    let json = service.api.with_header("accept", "text/html, */*;q=0.8").get("/stations/").await;
    assert_eq!(json.headers["content-type"], "application/json");
    map.get("/stations/999/").await.is_problem(404, "station-not-found");
}
