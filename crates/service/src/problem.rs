//! Errors as clients see them: RFC 9457 `application/problem+json`. No stack trace, SQL or internal name
//! leaves a service: 5xx carry fixed words, the cause is logged once, here at the edge.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
#[cfg(feature = "database")]
use database::{DatabaseError, Nature};
use serde::Serialize;
use utoipa::ToSchema;

/// What is wrong with one field of a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldError {
    /// The path to the field, for example `batteries[3]`.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

/// An error answer.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable name that programs compare, for example `battery-unavailable`.
    pub code: &'static str,
    /// The same for everybody who meets this code.
    pub title: &'static str,
    /// What happened this time.
    pub detail: String,
    /// For 422: the fields.
    pub errors: Vec<FieldError>,
    /// For 429 and 503: seconds until another try makes sense.
    pub retry_after_s: Option<u32>,
}

/// The JSON of a problem, in the order in which people read it.
#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    errors: &'a [FieldError],
}

impl Problem {
    /// A problem with a code of its own.
    #[must_use]
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self { status, code, title, detail: detail.into(), errors: Vec::new(), retry_after_s: None }
    }

    /// 400: the body is no JSON.
    #[must_use]
    pub fn malformed_json(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed-json", "The body is not JSON", detail)
    }

    /// 400: something other than the body can't be read.
    #[must_use]
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "Bad request", detail)
    }

    /// 401: no token, or one that can't be trusted.
    #[must_use]
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "A valid token is needed", detail)
    }

    /// 403: the caller is known and may not do this.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", detail)
    }

    /// 404: of a kind of thing.
    #[must_use]
    pub fn not_found(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, "Not found", detail)
    }

    /// 409: the state of things forbids it.
    #[must_use]
    pub fn conflict(code: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, title, detail)
    }

    /// 413.
    #[must_use]
    pub fn too_large(limit_bytes: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body-too-large",
            "The body is too large",
            format!("The body may have {limit_bytes} bytes."),
        )
    }

    /// 422: one field that can't be accepted.
    #[must_use]
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        let error = FieldError { field: field.into(), message: message.into() };
        Self {
            errors: vec![error],
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "validation-failed",
                "The request is not valid",
                "See errors.",
            )
        }
    }

    /// 429: slower, or fewer.
    #[must_use]
    pub fn too_many(detail: impl Into<String>) -> Self {
        Self {
            retry_after_s: Some(1),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many", detail)
        }
    }

    /// 503: something that this service needs is away, and nothing was done. Logs the cause.
    #[must_use]
    pub fn unavailable(dependency: &'static str, cause: &dyn fmt::Display) -> Self {
        tracing::error!(dependency, %cause, "a dependency is unavailable");
        Self::temporary(format!("The {dependency} is not available; nothing was changed. Try again."))
    }

    /// 503: something that this service needs went away in the middle, before it said what it had done. Logs the cause.
    #[must_use]
    pub fn interrupted(dependency: &'static str, cause: &dyn fmt::Display) -> Self {
        tracing::error!(dependency, %cause, "a dependency went away in the middle of a request");
        Self::temporary(format!(
            "The {dependency} went away before it answered: whether the request was carried out is not known. \
             Look before you repeat it, or repeat it with the same Idempotency-Key."
        ))
    }

    /// 503: not now; `/health/ready` reports the same. Not logged for each request: a whole network may ask at once.
    #[must_use]
    pub fn unready(detail: impl Into<String>) -> Self {
        Self::temporary(detail.into())
    }

    fn temporary(detail: String) -> Self {
        Self {
            retry_after_s: Some(1),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "dependency-unavailable",
                "Temporarily unavailable",
                detail,
            )
        }
    }

    /// 500: a defect of ours. Logs the cause.
    #[must_use]
    pub fn internal(cause: &dyn fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal-error",
            "Internal error",
            "The request could not be handled. The operators can find it by its request id.",
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status.as_u16(), self.code, self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(seconds) = self.retry_after_s {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        let document = Document {
            r#type: format!("/problems/{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            errors: &self.errors,
        };
        // `insert` before `json` keeps the content type from being set to plain JSON.
        response.insert_header((CONTENT_TYPE, "application/problem+json")).json(document)
    }
}

#[cfg(feature = "database")]
impl From<DatabaseError> for Problem {
    fn from(error: DatabaseError) -> Self {
        match error.nature() {
            Nature::Passing => Self::unavailable("database", &error),
            Nature::Interrupted => Self::interrupted("database", &error),
            Nature::Lasting => Self::internal(&error),
        }
    }
}
