//! Tokens as riders and strangers make them.

mod provider;

use actix_web::test::TestRequest;
use chrono::Duration;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::*;
use crate::rate::RateSettings;

fn settings(values: Value) -> AuthSettings {
    serde_json::from_value(values).unwrap()
}

fn authenticator(secret: &str, audience: &str) -> Authenticator {
    Authenticator::new(&settings(json!({"secret": secret, "audience": audience}))).unwrap()
}

const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn a_token_speaks_for_its_user_and_role() {
    let ours = authenticator(SECRET, "swapwire");
    let token = ours.issue(UserId(42), Role::Rider, Duration::hours(1)).unwrap();
    let caller = ours.verify(&token).unwrap();
    assert_eq!((caller.user_id, caller.role), (UserId(42), Role::Rider));
}

/// What somebody else's token says, with changes.
fn claims(changes: &Value) -> Value {
    let now = Utc::now().timestamp();
    let mut claims = json!({"sub": "42", "role": "rider", "exp": now + 60, "iat": now, "iss": "swapwire", "aud": "swapwire"});
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

#[test]
fn one_of_several_audiences_is_enough() {
    let ours = authenticator(SECRET, "swapwire");
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let signed = |audiences| {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims(&json!({"aud": audiences})), &key)
            .unwrap()
    };
    ours.verify(&signed(["billing", "swapwire"])).unwrap();
    assert!(ours.verify(&signed(["billing", "other"])).is_err());
}

#[test]
fn a_token_may_name_a_language_and_one_that_is_unknown_does_not_matter() {
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    for (locale, expected) in [
        (json!("de-AT"), Some(Locale::German)),
        (json!("am"), Some(Locale::Amharic)),
        (json!("fr"), None),
        (json!(7), None),
        (json!(null), None),
    ] {
        let token =
            jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims(&json!({"locale": locale})), &key)
                .unwrap();
        assert_eq!(authenticator(SECRET, "swapwire").verify(&token).unwrap().locale, expected, "{locale}");
    }
}

#[test]
fn a_token_for_longer_than_there_are_dates_is_not_issued() {
    let ours = authenticator(SECRET, "swapwire");
    assert!(ours.issue(UserId(42), Role::Rider, Duration::MAX).is_err());
}

#[test]
fn reading_with_wrong_tokens_is_limited_and_with_a_right_one_is_not() {
    let ours = authenticator(SECRET, "swapwire");
    let token = ours.issue(UserId(42), Role::Rider, Duration::hours(1)).unwrap();
    let settings = RateSettings { address_per_s: 1, address_burst: 2, ..RateSettings::default() };
    let (ours, rates) = (Data::new(ours), Data::new(Rates::new(settings)));
    let read = |token: &str| {
        let request = TestRequest::get()
            .peer_addr("192.0.2.1:9".parse().unwrap())
            .insert_header((AUTHORIZATION, format!("Bearer {token}")))
            .app_data(ours.clone())
            .app_data(rates.clone())
            .to_http_request();
        Caller::from_request(&request, &mut Payload::None).into_inner().map_err(|problem| problem.status)
    };
    let guesses = ["a", "b", "c"].map(|guess| read(guess).unwrap_err());
    assert_eq!(guesses.map(|status| status.as_u16()), [401, 401, 429]);
    for _ in 0..5 {
        read(&token).unwrap();
    }
}

#[test]
fn an_expired_token_is_refused() {
    let ours = authenticator(SECRET, "swapwire");
    let token = ours.issue(UserId(42), Role::Rider, Duration::seconds(-1)).unwrap();
    assert!(ours.verify(&token).is_err());
}

#[test]
fn a_token_of_another_audience_or_secret_is_refused() {
    let ours = authenticator(SECRET, "swapwire");
    for other in [authenticator(SECRET, "other"), authenticator(&SECRET.to_uppercase(), "swapwire")] {
        let token = other.issue(UserId(42), Role::Admin, Duration::hours(1)).unwrap();
        assert!(ours.verify(&token).is_err());
    }
}

#[test]
fn an_unsigned_token_is_refused() {
    // {"alg":"none"} . {"sub":"1","role":"admin","exp":9999999999,"iat":0,"iss":"swapwire","aud":"swapwire"}
    let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwicm9sZSI6ImFkbWluIiwiZXhwIjo5OTk5OTk5OTk5LCJpYXQiOjAsImlzcyI6InN3YXB3aXJlIiwiYXVkIjoic3dhcHdpcmUifQ.";
    assert!(authenticator(SECRET, "swapwire").verify(token).is_err());
}

/// A token with this header and these claims, signed with our secret; both may say what no library would write.
fn signed_by_hand(header: &Value, claims: &str) -> String {
    let encode = |text: &str| base64url(text.as_bytes());
    let message = format!("{}.{}", encode(&header.to_string()), encode(claims));
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

fn base64url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn a_header_that_asks_for_more_than_is_known_is_refused() {
    let ours = authenticator(SECRET, "swapwire");
    let claims = claims(&json!({})).to_string();
    for header in [
        json!({"alg": "HS256"}),
        json!({"alg": "HS256", "typ": "JWT"}),
        json!({"alg": "HS256", "typ": "at+jwt"}),
        json!({"alg": "HS256", "typ": "application/at+JWT", "kid": "../../etc/passwd"}),
        json!({"alg": "HS256", "jku": "https://evil.example/keys", "x5u": "https://evil.example/x"}),
    ] {
        ours.verify(&signed_by_hand(&header, &claims)).unwrap_or_else(|error| panic!("{header}: {error}"));
    }
    for header in [
        json!({"alg": "HS256", "crit": ["exp"]}),
        json!({"alg": "HS256", "crit": []}),
        json!({"alg": "HS256", "crit": ["b64"], "b64": false}),
        json!({"alg": "HS256", "crit": "exp"}),
        json!({"alg": "HS256", "cty": "JWT"}),
        json!({"alg": "HS256", "typ": "secevent+jwt"}),
        json!({"alg": "HS256", "typ": "dpop+jwt"}),
        json!({"alg": "HS256", "typ": 1}),
        json!({"alg": "hs256"}),
        json!({"alg": "none"}),
        json!({"alg": "HS384"}),
        json!({"alg": "RS256"}),
        json!({"alg": ["HS256"]}),
        json!({"typ": "JWT"}),
        json!([]),
    ] {
        assert!(ours.verify(&signed_by_hand(&header, &claims)).is_err(), "{header}");
    }
}

#[test]
fn a_sub_has_one_spelling() {
    let ours = authenticator(SECRET, "swapwire");
    let header = json!({"alg": "HS256"});
    let verified =
        |sub: Value| ours.verify(&signed_by_hand(&header, &claims(&json!({"sub": sub})).to_string()));
    assert_eq!(verified(json!("42")).unwrap().user_id, UserId(42));
    assert_eq!(verified(json!(i64::MAX.to_string())).unwrap().user_id, UserId(i64::MAX));
    for sub in [
        "+42",
        "00042",
        "0",
        "-1",
        "-0",
        "",
        " 42",
        "42 ",
        "4_2",
        "4.0",
        "4e1",
        "0x2a",
        "٤٢",
        "42\0",
        "9223372036854775808",
    ] {
        assert!(verified(json!(sub)).is_err(), "{sub:?}");
    }
    for sub in [json!(42), json!(null), json!(["42"]), json!({"id": "42"})] {
        assert!(verified(sub.clone()).is_err(), "{sub}");
    }
    assert!(ours.issue(UserId(0), Role::Rider, Duration::hours(1)).is_err());
    assert!(ours.issue(UserId(-1), Role::Rider, Duration::hours(1)).is_err());
}

#[test]
fn a_claim_that_comes_twice_is_refused() {
    let ours = authenticator(SECRET, "swapwire");
    let claims = claims(&json!({})).to_string();
    for second in [r#""role":"admin""#, r#""sub":"1""#, r#""exp":99999999999"#] {
        let twice = claims.replacen('{', &format!("{{{second},"), 1);
        assert!(ours.verify(&signed_by_hand(&json!({"alg": "HS256"}), &twice)).is_err(), "{twice}");
    }
    for role in ["Admin", "root", "", "rider,admin"] {
        let other = claims.replace("rider", role);
        assert!(ours.verify(&signed_by_hand(&json!({"alg": "HS256"}), &other)).is_err(), "{other}");
    }
}

#[test]
fn a_short_secret_is_refused_at_start() {
    assert!(Authenticator::new(&settings(json!({"secret": "short"}))).is_err());
}
