//! An HTTP client with or without a token.

use std::time::Duration;

use events::UserId;
use jsonwebtoken::{EncodingKey, Header};
use reqwest::{Client, Method, StatusCode};
use secrecy::ExposeSecret;
use serde_json::Value;
use service::Authenticator;
use service::auth::Role;

use crate::environment;

/// A client of one base address.
#[derive(Clone)]
pub struct Api {
    base: String,
    token: Option<String>,
    headers: Vec<(&'static str, String)>,
    client: Client,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The JSON, or null when there is none.
    pub body: Value,
}

impl Api {
    /// Without a token.
    #[must_use]
    pub fn new(base: impl Into<String>) -> Self {
        Self { base: base.into(), token: None, headers: Vec::new(), client: Client::new() }
    }

    /// Without a token; a request that takes longer than this fails.
    ///
    /// # Panics
    /// When there is no TLS library to start with.
    #[must_use]
    pub fn within(base: impl Into<String>, patience: Duration) -> Self {
        let client = Client::builder().timeout(patience).build().expect("an HTTP client");
        Self { client, ..Self::new(base) }
    }

    /// The same address, as a rider.
    #[must_use]
    pub fn rider(&self, user: i64) -> Self {
        self.with_token(token(user, Role::Rider))
    }

    /// The same address, as an operator.
    #[must_use]
    pub fn operator(&self, user: i64) -> Self {
        self.with_token(token(user, Role::Operator))
    }

    /// The same address, as an admin.
    #[must_use]
    pub fn admin(&self) -> Self {
        self.with_token(token(1, Role::Admin))
    }

    /// The same address, with this token.
    #[must_use]
    pub fn with_token(&self, token: String) -> Self {
        Self { token: Some(token), ..self.clone() }
    }

    /// The same caller, with a header on each request.
    #[must_use]
    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        let mut api = self.clone();
        api.headers.push((name, value.to_owned()));
        api
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body.to_string())).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body.to_string())).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Any method, with any text as the body.
    pub async fn send(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        self.try_send(method, path, body).await.unwrap_or_else(|error| panic!("{path}: {error:?}"))
    }

    /// The same, when the server may be away.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> reqwest::Result<Answer> {
        self.exchange(method, path, body.map(|body| ("application/json", body))).await
    }

    /// Asserts what every endpoint with a body must refuse before it reads any field: text that is no JSON,
    /// another content type, and more than `limit_bytes`.
    ///
    /// # Panics
    /// When one is not refused as it should be.
    pub async fn refuses_unreadable_bodies(&self, method: Method, path: &str, limit_bytes: usize) {
        for text in ["", "{", "nonsense", "{}}"] {
            let answer = self.send(method.clone(), path, Some(text.into())).await;
            // Braces too many may be met only after the fields, which is as good.
            if answer.status != StatusCode::UNPROCESSABLE_ENTITY || text != "{}}" {
                answer.is_problem(400, "malformed-json");
            }
        }
        for content_type in ["text/plain", "application/x-www-form-urlencoded"] {
            let answer = self.exchange(method.clone(), path, Some((content_type, "{}".into()))).await;
            answer.expect("an answer").is_problem(415, "unsupported-media-type");
        }
        let answer = self.send(method, path, Some(format!("\"{}\"", "x".repeat(limit_bytes)))).await;
        answer.is_problem(413, "body-too-large");
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, String)>,
    ) -> reqwest::Result<Answer> {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some((content_type, body)) = body {
            request = request.header("content-type", content_type).body(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        Ok(Answer { status, headers, body: serde_json::from_str(&text).unwrap_or_default() })
    }
}

impl Answer {
    /// The body of a successful answer.
    ///
    /// # Panics
    /// When it was refused.
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        self.body
    }

    /// Asserts that it is a problem with this status and code, complete as RFC 9457 wants it.
    ///
    /// # Panics
    /// When it isn't.
    pub fn is_problem(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["type"], format!("/problems/{code}"));
        if status == 405 {
            assert!(self.headers.contains_key("allow"), "a 405 names what is allowed");
        }
        for member in ["title", "detail"] {
            assert!(self.body[member].as_str().is_some_and(|text| !text.is_empty()), "{}", self.body);
        }
    }

    /// Asserts that it is a 422 and that these fields are to blame.
    ///
    /// # Panics
    /// When it isn't.
    pub fn is_invalid(&self, fields: &[&str]) {
        self.is_problem(422, "validation-failed");
        let errors = self.body["errors"].as_array().expect("errors");
        let blamed: Vec<_> = errors.iter().filter_map(|error| error["field"].as_str()).collect();
        assert_eq!(blamed, fields, "{}", self.body);
        assert!(errors.iter().all(|error| error["message"].as_str().is_some_and(|text| !text.is_empty())));
    }
}

/// A rider's token that names a language, as one of an identity provider does.
///
/// # Panics
/// When it can't be signed.
#[must_use]
pub fn token_in(user: i64, locale: &str) -> String {
    let auth = environment::auth();
    let now = chrono::Utc::now().timestamp();
    let claims = serde_json::json!({
        "sub": user.to_string(), "role": "rider", "iat": now, "exp": now + 3_600,
        "iss": auth.issuer, "aud": auth.audience, "locale": locale,
    });
    let key = EncodingKey::from_secret(auth.secret.expose_secret().as_bytes());
    jsonwebtoken::encode(&Header::default(), &claims, &key).expect("a token")
}

/// A token for the instance under test.
#[must_use]
pub fn token(user: i64, role: Role) -> String {
    let authenticator = Authenticator::new(&environment::auth()).expect("the secret");
    authenticator.issue(UserId(user), role, chrono::Duration::hours(1)).expect("a token")
}
