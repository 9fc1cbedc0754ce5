//! Request smuggling, path traversal, and headers that no library sends.

use testbed::environment::variable;

use super::raw::{exchange, status};
use crate::instance::base;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_could_hide_another_one_is_refused() {
    for ambiguous in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n\
         0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}}",
        "Content-Length: +2\r\n\r\n{}",
        "Content-Length: -2\r\n\r\n{}",
        "X-Folded: a\r\n Authorization: b\r\n\r\n",
        "X-Null: a\0b\r\n\r\n",
    ] {
        let request = format!("POST /user/orders/ HTTP/1.1\r\nHost: localhost\r\n{ambiguous}");
        let answer = exchange(&base(), request).await;
        assert!(matches!(status(&answer), Some(400 | 501)), "{ambiguous:?}: {answer}");
        assert_eq!(
            answer.matches("HTTP/1.1 ").count(),
            1,
            "one request has one answer: {ambiguous:?}: {answer}"
        );
        assert!(answer.contains("application/problem+json"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_out_of_the_folder_or_to_what_services_keep_to_themselves() {
    let secret =
        std::fs::read_to_string(format!("{}/etc/secrets.env", variable("SWAPWIRE_INSTANCE"))).unwrap();
    let secret = secret.lines().find_map(|line| line.strip_prefix("JWT_SECRET=")).unwrap().to_owned();
    for path in [
        "/../etc/secrets.env",
        "/..%2f..%2fetc/secrets.env",
        "/assets/../../etc/secrets.env",
        "/assets/..%2f..%2fetc%2fsecrets.env",
        "/docs/..%5c..%5cetc/secrets.env",
        "/config.json../secrets.env",
        "/assets../etc/secrets.env",
        "/%2e%2e/etc/secrets.env",
        "/.git/config",
        "/.built-from",
        "//etc/passwd",
        "/stations/../metrics",
        "/stations/..;/metrics",
        "/stations/%2e%2e/metrics",
        "/stations/%00",
        "/user/../health/ready",
        "/user/orders/%2e%2e/%2e%2e/metrics",
        "/health/report",
        "/health/ready",
        "/problems/_problem",
        "/_problem",
    ] {
        let answer = exchange(&base(), get(path, "")).await;
        assert!(matches!(status(&answer), Some(400 | 404)), "{path}: {answer}");
        assert!(!answer.contains(&secret) && !answer.contains("swapwire_http"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_no_library_sends_are_refused_with_a_reason() {
    let key = |byte: &str| format!("Idempotency-Key: a{byte}b\r\n");
    for (headers, code) in [
        (key("\u{1}"), "bad-request"),
        (key("\t"), "bad-request"),
        (key("\u{7f}"), "bad-request"),
        (key("ü"), "bad-request"),
        ("Authorization: Bearer \u{1}\r\n".to_owned(), "bad-request"),
        ("Content-Type: application/json\u{2}\r\n".to_owned(), "bad-request"),
        (format!("X-Long: {}\r\n", "x".repeat(10_000)), "headers-too-large"),
        (format!("Cookie: {}\r\n", "x".repeat(7_000)).repeat(5), "headers-too-large"),
    ] {
        let answer = exchange(&base(), get("/user/orders/", &headers)).await;
        assert!(answer.contains("application/problem+json"), "{headers:?}: {answer}");
        assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{headers:?}: {answer}");
    }
}

fn get(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n")
}
