//! `GET /stations/`: finding stations near a location, in a box, by what they offer, page by page.

use serde_json::Value;

use crate::app::{Service, ids};
use crate::stations::open;

fn names(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn stations_near_a_place_come_nearest_first_with_their_distance() {
    let service = Service::start().await;
    open(&service, "Munich", 48.1374, 11.5755).await;
    open(&service, "Berlin", 52.52, 13.405).await;
    open(&service, "Potsdam", 52.3906, 13.0645).await;
    open(&service, "Sydney", -33.8688, 151.2093).await;
    let near = |radius: f64| format!("/stations/?near=52.52,13.405&radius_km={radius}");
    let found = service.api.get(&near(600.0)).await.ok();
    assert_eq!(names(&found), ["Berlin", "Potsdam", "Munich"]);
    let distances: Vec<f64> =
        found["items"].as_array().unwrap().iter().map(|item| item["distance_km"].as_f64().unwrap()).collect();
    for (distance, expected) in distances.iter().zip([0.0, 27.2, 504.4]) {
        assert!((distance - expected).abs() < 0.5, "{distances:?}");
    }
    assert_eq!(names(&service.api.get(&near(100.0)).await.ok()), ["Berlin", "Potsdam"]);
    assert_eq!(names(&service.api.get(&near(0.001)).await.ok()), ["Berlin"]);
    let all = service.api.get(&near(20_037.0)).await.ok();
    assert_eq!(names(&all), ["Berlin", "Potsdam", "Munich", "Sydney"], "half the globe around is all of it");
    let listed = service.api.get("/stations/").await.ok();
    assert!(listed["items"][0].get("distance_km").is_none(), "no place, no distance");
}

#[tokio::test(flavor = "multi_thread")]
async fn near_does_not_end_at_the_180th_meridian_nor_at_a_pole() {
    let service = Service::start().await;
    open(&service, "Taveuni east", -16.8, 179.95).await;
    open(&service, "Taveuni west", -16.8, -179.95).await;
    open(&service, "Pole 0", 89.95, 0.0).await;
    open(&service, "Pole 180", 89.95, 180.0).await;
    open(&service, "Pole -90", 89.9, -90.0).await;
    for from in ["-16.8,180", "-16.8,-180", "-16.8,179.9"] {
        let found = service.api.get(&format!("/stations/?near={from}&radius_km=50")).await.ok();
        let mut found = names(&found);
        found.sort_unstable();
        assert_eq!(found, ["Taveuni east", "Taveuni west"], "{from}");
    }
    for from in ["90,0", "90,123.4", "89.99,-179"] {
        let found = service.api.get(&format!("/stations/?near={from}&radius_km=20")).await.ok();
        assert_eq!(names(&found).len(), 3, "{from}: {found}");
        assert_eq!(names(&found)[2], "Pole -90");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_takes_its_edges_and_may_cross_the_180th_meridian() {
    let service = Service::start().await;
    open(&service, "Berlin", 52.5, 13.4).await;
    open(&service, "Edge", 52.0, 13.0).await;
    open(&service, "Fiji", -17.0, 178.0).await;
    open(&service, "Samoa", -14.0, -172.0).await;
    let cases: [(&str, &[&str]); 8] = [
        ("13,52,14,53", &["Berlin", "Edge"]),
        ("13.1,52,14,53", &["Berlin"]),
        ("-180,-90,180,90", &["Berlin", "Edge", "Fiji", "Samoa"]),
        ("170,-20,-170,-10", &["Fiji", "Samoa"]),
        ("170,-20,180,-10", &["Fiji"]),
        ("-180,-20,-170,-10", &["Samoa"]),
        ("14,-90,13.5,90", &["Berlin", "Edge", "Fiji", "Samoa"]),
        ("0,0,1,1", &[]),
    ];
    for (bbox, expected) in cases {
        let found = service.api.get(&format!("/stations/?bbox={bbox}")).await.ok();
        assert_eq!(names(&found), expected, "{bbox}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stations_are_found_by_what_they_offer_and_by_status_and_filters_narrow_each_other() {
    let service = Service::start().await;
    let stations = service.database.stations(&[2, 0, 1, 1]).await;
    let booked = format!("SELECT inventory.reserve_battery({})", stations[2]);
    let closed = format!("UPDATE inventory.stations SET status = 'offline' WHERE id = {}", stations[3]);
    service.database.run(&format!("{booked}; {closed}")).await;
    let near = "near=52.5,13.4&radius_km=1";
    let cases: [(&str, &[usize]); 9] = [
        ("available=true", &[0, 3]),
        ("available=false", &[1, 2]),
        ("status=online", &[0, 1, 2]),
        ("status=offline", &[3]),
        ("status=maintenance", &[]),
        ("available=true&status=online", &[0]),
        ("bbox=13,52,14,53&available=true&status=online", &[0]),
        (&format!("{near}&available=true&status=offline"), &[3]),
        (&format!("{near}&bbox=0,0,1,1"), &[]),
    ];
    for (query, expected) in cases {
        let found = service.api.get(&format!("/stations/?{query}")).await.ok();
        let expected: Vec<_> = expected.iter().map(|&place| stations[place]).collect();
        assert_eq!(ids(&found), expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_can_not_be_accepted_is_refused_and_never_ignored() {
    let service = Service::start().await;
    let queries = [
        "near=52,13",
        "radius_km=5",
        "near=52&radius_km=5",
        "near=52,13,1&radius_km=5",
        "near=x,y&radius_km=5",
        "near=91,0&radius_km=5",
        "near=0,181&radius_km=5",
        "near=NaN,0&radius_km=5",
        "near=0,inf&radius_km=5",
        "near=0,0&radius_km=0",
        "near=0,0&radius_km=-1",
        "near=0,0&radius_km=NaN",
        "near=0,0&radius_km=x",
        "near=0,0&radius_km=5&after=x",
        "near=0,0&radius_km=5&after=7",
        "bbox=1,2,3",
        "bbox=1,2,3,4,5",
        "bbox=0,10,1,5",
        "bbox=-181,0,0,1",
        "bbox=0,0,1,91",
        "bbox=NaN,0,1,1",
        "available=yes",
        "status=closed",
        "limit=0",
        "limit=-1",
        "limit=501",
        "limit=x",
        "after=x",
        "sort=name",
    ];
    for query in queries {
        let answer = service.api.get(&format!("/stations/?{query}")).await;
        answer.is_problem(422, "validation-failed");
        let errors = answer.body["errors"].as_array().unwrap();
        assert!(errors.len() == 1 && errors[0]["field"].is_string(), "{query}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_neither_skip_nor_repeat_a_station_while_others_come_and_go() {
    let service = Service::start().await;
    service
        .database
        .run(
            "INSERT INTO inventory.stations (owner_id, name, latitude, longitude) \
             SELECT 7, 'S' || n, n / 20 * 0.01, 0 FROM generate_series(1, 97) n",
        )
        .await;
    // The second is ordered by distance, with twenty stations at each.
    for query in ["limit=10", "limit=10&near=0,0&radius_km=500"] {
        let stayed: Vec<i64> = {
            let all =
                service.api.get(&format!("/stations/?{query}&limit=500").replacen("limit=10&", "", 1)).await;
            ids(&all.ok())
        };
        let (mut seen, mut after, mut pages) = (Vec::new(), None::<String>, 0);
        loop {
            let cursor = after.as_ref().map_or_else(String::new, |after| format!("&after={after}"));
            let page = service.api.get(&format!("/stations/?{query}{cursor}")).await.ok();
            seen.extend(ids(&page));
            pages += 1;
            // One that was shown goes, and others come before and behind the place that was reached.
            service.database.run(&format!("DELETE FROM inventory.stations WHERE id = {}", seen[0])).await;
            open(&service, "New", 0.0, 0.0).await;
            match page["next"].as_str() {
                Some(next) => after = Some(next.to_owned()),
                None => break,
            }
        }
        assert!(pages >= 10, "{pages} pages");
        let mut once = seen.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "none is repeated");
        assert!(stayed.iter().all(|id| seen.contains(id)), "none is skipped");
    }
    let exact = service.api.get("/stations/?limit=500").await.ok();
    let last = service.api.get(&format!("/stations/?limit={}", ids(&exact).len())).await.ok();
    assert_eq!(last["next"], Value::Null, "a full last page promises no further one");
}
