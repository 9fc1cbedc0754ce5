//! The host that a request names: foreign names, several, and what a proxy in between might claim.

use testbed::{Api, Upgrade};

use super::raw::{exchange, status};
use crate::instance::{api, base};
use crate::nginx::Nginx;

const FOREIGN: [&str; 6] = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "xlocalhost",
    "169.254.169.254",
    "localhost@evil.example",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_host_is_refused_on_every_kind_of_path() {
    for host in FOREIGN {
        for path in [
            "/",
            "/stations/",
            "/user/orders/",
            "/sse/stations/",
            "/rabbitmq/",
            "/config.json",
            "/health/live",
        ] {
            println!("{host} {path}");
            let answer = exchange(&base(), request(path, host)).await;
            assert!(matches!(status(&answer), Some(400 | 421)), "{answer}");
            assert!(answer.contains("application/problem+json"), "{answer}");
        }
    }
    api().with_header("host", "evil.example").get("/stations/").await.is_problem(421, "misdirected-request");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_has_made_its_name_point_here_opens_no_socket() {
    let rebound = Upgrade::new(&base(), "/ws/stations/")
        .header("host", "evil.example")
        .header("origin", "http://evil.example");
    assert_eq!(rebound.open().await.err().map(|status| status.as_u16()), Some(421));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_request_line_and_the_header_name_the_same_host() {
    let absolute = |url: &str, host: &str| {
        format!("GET {url}/stations/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
    };
    for (url, host, expected) in [
        ("http://localhost", "localhost", 200),
        ("http://localhost:1", "LOCALHOST:2", 200),
        ("http://evil.example", "localhost", 421),
        ("http://localhost", "evil.example", 421),
        ("http://localhost", "localhost.", 421),
        ("http://localhost", "", 400),
    ] {
        let answer = exchange(&base(), absolute(url, host)).await;
        let statuses = if host.is_empty() { vec![400, 421] } else { vec![expected] };
        assert!(status(&answer).is_some_and(|status| statuses.contains(&status)), "{url} {host}: {answer}");
    }
    let twice =
        "GET /stations/ HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert_eq!(status(&exchange(&base(), twice).await), Some(400));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_hosts_of_the_setting_and_loopback_are_served() {
    let nginx =
        Nginx::start(&[("SWAPWIRE_HOSTS", "swap.example.org *.stations.example.org [2001:db8::1]")]).await;
    for host in [
        "localhost",
        "127.0.0.1",
        "[::1]:80",
        "Swap.Example.org",
        "a.stations.example.org:8000",
        "[2001:db8::1]",
    ] {
        let answer = Api::new(&nginx.base).with_header("host", host).get("/stations/").await;
        assert_eq!(answer.status, 200, "{host}");
    }
    for host in ["example.org", "stations.example.org", "swap.example.org.evil.example", "[2001:db8::2]"] {
        println!("{host}");
        let refused = Api::new(&nginx.base).with_header("host", host).get("/stations/").await;
        refused.is_problem(421, "misdirected-request");
    }
    for hosts in
        ["swap.example.org; return 200", "http://swap.example.org", "swap.example.org:8000", "$host", "~^.*$"]
    {
        let refusal = Nginx::refusal(&[("SWAPWIRE_HOSTS", hosts)]);
        assert!(refusal.starts_with("swapwire: SWAPWIRE_HOSTS: "), "{hosts}: {refusal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_proxy_in_between_may_claim_changes_no_answer() {
    let plain = api().get("/stations/?limit=1").await;
    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-original-url", "/batteries/"),
        ("x-rewrite-url", "/batteries/"),
        ("x-http-method-override", "DELETE"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-forwarded-prefix", "/evil"),
    ] {
        let answer = api().with_header(name, value).get("/stations/?limit=1").await;
        assert_eq!((answer.status, &answer.body), (plain.status, &plain.body), "{name}");
        let page = reqwest::Client::new().get(format!("{}/rabbitmq/", base())).header(name, value);
        assert!(!page.send().await.unwrap().url().as_str().contains("evil"), "{name}");
    }
}

fn request(path: &str, host: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
}
