//! The app as nginx serves it: its page, its files, its settings, what the page may reach; and the demo identities,
//! which only a page of this machine gets.

use std::net::{IpAddr, UdpSocket};

use reqwest::header::{ACCEPT_ENCODING, IF_NONE_MATCH};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use testbed::{Answer, Api};

use crate::instance::{api, base};
use crate::nginx::Nginx;

#[tokio::test(flavor = "multi_thread")]
async fn every_path_of_the_app_is_its_page() {
    let page = text(get("/").await).await;
    assert!(page.contains("<script type=\"module\""), "{page}");
    for path in [
        "/orders",
        "/inbox/",
        "/settings",
        "/sign-in",
        "/sign-in/callback?code=x",
        "/operator/stations/1",
        "/network/analytics",
        "/kiosk/1",
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(header(&answer, "content-type"), "text/html; charset=utf-8", "{path}");
        assert_eq!(header(&answer, "cache-control"), "no-cache", "{path}");
        assert!(header(&answer, "content-security-policy").starts_with("default-src 'none'; "), "{path}");
        assert_eq!(text(answer).await, page, "{path}");
    }
    for path in ["/ordersx", "/operators", "/anything", "/kiosk.html", "/index", "/.built-from", "/docs/.x"] {
        println!("{path}");
        api().get(path).await.is_problem(404, "not-found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_has_not_changed_is_not_sent_again() {
    let first = get("/").await;
    let again = Client::new().get(base()).header(IF_NONE_MATCH, header(&first, "etag")).send().await.unwrap();
    assert_eq!(again.status(), 304);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_named_by_their_content_are_kept_for_ever_and_sent_compressed() {
    let page = text(get("/").await).await;
    let script = page.split('"').find(|part| part.starts_with("/assets/") && part.ends_with(".js")).unwrap();
    let request = Client::new().get(format!("{}{script}", base())).header(ACCEPT_ENCODING, "gzip");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header(&answer, "content-encoding"), "gzip");
    assert_eq!(header(&answer, "vary"), "Accept-Encoding");
    let missing = api().get("/assets/app-00000000.js").await;
    missing.is_problem(404, "not-found");
    assert_eq!(missing.headers["cache-control"], "no-store", "a deployment may bring it");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_and_the_manifest_are_what_browsers_ask_for() {
    let worker = get("/sw.js").await;
    assert_eq!(worker.status(), 200);
    assert_eq!(header(&worker, "cache-control"), "no-cache");
    assert_eq!(header(&worker, "service-worker-allowed"), "/");
    let manifest = get("/manifest.webmanifest").await;
    assert_eq!(header(&manifest, "content-type"), "application/manifest+json");
    let manifest: Value = manifest.json().await.unwrap();
    for icon in manifest["icons"].as_array().unwrap() {
        let path = icon["src"].as_str().unwrap();
        assert_eq!(get(path).await.status(), 200, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_documents_are_served_with_their_page() {
    let page = text(get("/docs/").await).await;
    assert!(page.contains("<script type=\"module\""), "{page}");
    assert_eq!(text(get("/docs/events/battery_booked").await).await, page, "also on a path below");
    for document in ["openapi.json", "asyncapi.json", "schemas/swap.battery_booked.v1.json"] {
        let answer = get(&format!("/docs/{document}")).await;
        assert_eq!(header(&answer, "content-type"), "application/json", "{document}");
        assert!(answer.json::<Value>().await.unwrap().is_object(), "{document}");
    }
    api().get("/docs/schemas/nothing.json").await.is_problem(404, "not-found");
    api().get("/docsx").await.is_problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_settings_the_page_reaches_no_other_host() {
    let nginx = Nginx::start(&[]).await;
    let api = Api::new(&nginx.base);
    let config = api.get("/config.json").await;
    assert_eq!(config.headers["cache-control"], "no-cache");
    assert_eq!(
        config.body,
        json!({"oidc": null, "tiles": null, "demo": false, "rabbitmq_url": "/rabbitmq/", "grafana_url": null})
    );
    let policy = policy(&nginx).await;
    assert!(!policy.contains("http"), "{policy}");
    assert!(policy.contains("connect-src 'self'; "), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("; require-trusted-types-for 'script'; trusted-types default"), "{policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_reach_the_app_and_name_the_hosts_that_its_page_may_reach() {
    let nginx = Nginx::start(&[
        ("SWAPWIRE_WEB_OIDC_AUTHORITY", "https://id.example.org/realms/swap"),
        ("SWAPWIRE_WEB_OIDC_CLIENT_ID", "swapwire-app"),
        ("SWAPWIRE_WEB_OIDC_SCOPE", "openid offline_access"),
        ("SWAPWIRE_WEB_TILES_STYLE", "https://tiles.example.org/style.json?key=1"),
        ("SWAPWIRE_WEB_ORIGINS", "https://glyphs.example.org:8443"),
        ("SWAPWIRE_GRAFANA_URL", "http://localhost:3000/d/swapwire"),
        ("SWAPWIRE_DEMO_IDENTITIES", "yes"),
    ])
    .await;
    let config = Api::new(&nginx.base).get("/config.json").await.body;
    assert_eq!(
        config,
        json!({
            "oidc": {
                "authority": "https://id.example.org/realms/swap",
                "client_id": "swapwire-app",
                "scope": "openid offline_access",
            },
            "tiles": {"style": "https://tiles.example.org/style.json?key=1"},
            "demo": true,
            "rabbitmq_url": "/rabbitmq/",
            "grafana_url": "http://localhost:3000/d/swapwire",
        })
    );
    let policy = policy(&nginx).await;
    for part in [
        "connect-src 'self' https://id.example.org https://tiles.example.org https://glyphs.example.org:8443;",
        "img-src 'self' data: blob: https://tiles.example.org https://glyphs.example.org:8443;",
        "frame-src https://id.example.org;",
    ] {
        assert!(policy.contains(part), "{part} is missing: {policy}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_could_say_more_than_they_should_are_refused() {
    for (name, value) in [
        ("SWAPWIRE_WEB_TILES_STYLE", "http://tiles.example.org/style.json"),
        ("SWAPWIRE_WEB_TILES_STYLE", "https://tiles.example.org; script-src *"),
        ("SWAPWIRE_WEB_TILES_STYLE", "https://tiles.example.org/\"}"),
        ("SWAPWIRE_WEB_TILES_STYLE", "https://user@tiles.example.org/"),
        ("SWAPWIRE_WEB_OIDC_AUTHORITY", "https://id.example.org"),
        ("SWAPWIRE_WEB_ORIGINS", "https://tiles.example.org/path"),
        ("SWAPWIRE_WEB_ORIGINS", "*"),
        ("SWAPWIRE_GRAFANA_URL", "javascript:alert(1)"),
        ("SWAPWIRE_DEMO_IDENTITIES", "maybe"),
    ] {
        let refusal = Nginx::refusal(&[(name, value)]);
        assert!(refusal.starts_with(&format!("swapwire: {}", prefix(name))), "{name}={value}: {refusal}");
    }
}

/// An authority alone lacks its client.
fn prefix(setting: &str) -> &str {
    if setting == "SWAPWIRE_WEB_OIDC_AUTHORITY" { "SWAPWIRE_WEB_OIDC_CLIENT_ID" } else { setting }
}

#[tokio::test(flavor = "multi_thread")]
async fn demo_identities_are_for_a_page_of_this_machine_alone() {
    let port = base().rsplit(':').next().unwrap().to_owned();
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        for host in [host.to_owned(), format!("{host}:{port}")] {
            let answer = identities(&base(), &host, "same-origin").await;
            assert_eq!(answer.status, 200, "{host}");
            assert_eq!(answer.headers["cache-control"], "no-store");
            assert_eq!(answer.headers["cross-origin-resource-policy"], "same-origin");
            assert_eq!(answer.body["identities"][0]["role"], "rider", "{host}");
        }
    }
    for site in ["same-site", "cross-site", "none", "", "same-origin, same-origin"] {
        println!("{site}");
        identities(&base(), "localhost", site).await.is_problem(404, "not-found");
    }
    // The server of this name answers them, and has none for a page of it.
    let nginx =
        Nginx::start(&[("SWAPWIRE_DEMO_IDENTITIES", "yes"), ("SWAPWIRE_HOSTS", "*.example.org")]).await;
    identities(&nginx.base, "localhost.example.org", "same-origin").await.is_problem(404, "not-found");
    // Without Sec-Fetch-Site.
    api().get("/demo-identities.json").await.is_problem(404, "not-found");
    for header in ["x-forwarded-for", "forwarded", "via"] {
        let proxied = api().with_header("sec-fetch-site", "same-origin").with_header(header, "192.0.2.1");
        proxied.get("/demo-identities.json").await.is_problem(404, "not-found");
    }
}

/// A machine that is offline has no other address to be reached at.
#[tokio::test(flavor = "multi_thread")]
async fn demo_identities_are_not_for_other_machines() {
    let Some(address) = outer_address() else { return };
    let port = base().rsplit(':').next().unwrap().to_owned();
    let outside = format!("http://{address}:{port}");
    assert_eq!(Api::new(&outside).get("/stations/").await.status, 200);
    identities(&outside, "localhost", "same-origin").await.is_problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_setting_there_are_no_demo_identities() {
    let nginx = Nginx::start(&[]).await;
    identities(&nginx.base, "localhost", "same-origin").await.is_problem(404, "not-found");
}

async fn identities(base: &str, host: &str, site: &str) -> Answer {
    let page = Api::new(base).with_header("host", host).with_header("sec-fetch-site", site);
    page.get("/demo-identities.json").await
}

/// This machine's address on its network. A UDP socket that is connected sends nothing.
pub(crate) fn outer_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|address| !address.is_loopback())
}

async fn policy(nginx: &Nginx) -> String {
    header(&reqwest::get(&nginx.base).await.unwrap(), "content-security-policy").to_owned()
}

async fn get(path: &str) -> Response {
    reqwest::get(format!("{}{path}", base())).await.unwrap()
}

async fn text(answer: Response) -> String {
    answer.text().await.unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}
