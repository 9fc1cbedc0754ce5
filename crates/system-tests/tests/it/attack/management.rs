//! The broker's management UI: another origin than the app, for this machine and listed networks, slow to guess at.

use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use testbed::Api;
use testbed::environment::variable;

use crate::instance::base;
use crate::nginx::Nginx;

#[tokio::test(flavor = "multi_thread")]
async fn the_ui_is_an_origin_of_its_own_behind_its_own_login() {
    for path in ["/rabbitmq", "/rabbitmq/", "/rabbitmq/api/overview", "/rabbitmq/js/main.js"] {
        let answer = get(&format!("{}{path}", base())).await;
        assert_eq!(answer.status(), 302, "{path}");
        assert_eq!(answer.headers()["location"], format!("{}/rabbitmq/", ui()), "{path}");
    }
    assert_ne!(port(&ui()), port(&base()), "another port is another origin");
    let page = get(&format!("{}/rabbitmq/", ui())).await;
    assert_eq!(page.headers()["x-frame-options"], "DENY");
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("connect-src 'self';"), "{policy}");
    assert!(page.text().await.unwrap().contains("RabbitMQ Management"));
    assert_eq!(get(&format!("{}/rabbitmq/api/overview", ui())).await.status(), 401);
    Api::new(ui()).get("/stations/").await.is_problem(404, "not-found");
    Api::new(ui())
        .with_header("host", "evil.example")
        .get("/rabbitmq/")
        .await
        .is_problem(421, "misdirected-request");
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_are_guessed_slowly() {
    let guesser = Client::builder().local_address(Some([127, 0, 0, 3].into())).build().unwrap();
    let mut statuses = Vec::new();
    while statuses.last() != Some(&429) {
        assert!(statuses.len() < 1_000, "nobody stops it");
        let guess =
            guesser.get(format!("{}/rabbitmq/api/whoami", ui())).basic_auth("swapwire_admin", Some("guess"));
        statuses.push(guess.send().await.unwrap().status().as_u16());
    }
    statuses.pop();
    assert!(statuses.iter().all(|status| *status == 401), "{statuses:?}");
    assert_eq!(get(&format!("{}/rabbitmq/api/whoami", ui())).await.status(), 401, "others may still log in");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_outside_the_list_is_refused() {
    let Some(address) = crate::page::outer_address() else { return };
    let outside = format!("http://{address}:{}", port(&ui()));
    Api::new(&outside).get("/rabbitmq/").await.is_problem(403, "forbidden");
    Api::new(&outside).get("/rabbitmq/api/whoami").await.is_problem(403, "forbidden");
    let listed = Nginx::start(&[("SWAPWIRE_RABBITMQ_UI_ALLOWED", &format!("{address}/32"))]).await;
    let inside = format!("http://{address}:{}", listed.ui_port);
    assert_eq!(get(&format!("{inside}/rabbitmq/api/whoami")).await.status(), 401);
    for networks in ["all", "0.0.0.0/0; return 200", "example.org"] {
        let refusal = Nginx::refusal(&[("SWAPWIRE_RABBITMQ_UI_ALLOWED", networks)]);
        assert!(refusal.starts_with("swapwire: SWAPWIRE_RABBITMQ_UI_ALLOWED: "), "{networks}: {refusal}");
    }
}

fn ui() -> String {
    variable("SWAPWIRE_TEST_RABBITMQ_UI_URL")
}

fn port(base: &str) -> &str {
    base.rsplit(':').next().unwrap()
}

async fn get(url: &str) -> Response {
    Client::builder().redirect(Policy::none()).build().unwrap().get(url).send().await.unwrap()
}
