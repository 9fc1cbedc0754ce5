//! A JSON body: 413 when too large, 400 when no JSON, 422 with the field when it is not what is asked for.

use std::fmt::Display;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, body, http::StatusCode, web};
use serde::de::DeserializeOwned;

use crate::Problem;
use crate::object::Whole;

/// The largest body of an ordinary request, in bytes.
pub const ORDINARY_BYTES: usize = 64 * 1024;
/// The largest body of a bulk request, in bytes.
pub const BULK_BYTES: usize = 1024 * 1024;

/// How long a client may take for a body, from the end of the head on.
const READ_WITHIN: Duration = Duration::from_secs(10);

fn slow() -> Problem {
    Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        "request-timeout",
        "Request timeout",
        "The body took too long to arrive.",
    )
}

/// A body of at most `LIMIT` bytes.
#[derive(Debug)]
pub struct Body<T, const LIMIT: usize = ORDINARY_BYTES>(pub T);

/// A body of a bulk request.
pub type BulkBody<T> = Body<T, BULK_BYTES>;

impl<T: DeserializeOwned + 'static, const LIMIT: usize> FromRequest for Body<T, LIMIT> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = request
            .mime_type()
            .ok()
            .flatten()
            .is_some_and(|mime| mime.subtype() == "json" || mime.suffix().is_some_and(|s| s == "json"));
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if !json {
                return Err(Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "unsupported-media-type",
                    "The body must be JSON",
                    "Send Content-Type: application/json.",
                ));
            }
            let payload = payload.await.map_err(|error| Problem::malformed_json(error.to_string()))?;
            let reading = body::to_bytes_limited(body::BodyStream::new(payload), LIMIT);
            let bytes = tokio::time::timeout(READ_WITHIN, reading)
                .await
                .map_err(|_| slow())?
                .map_err(|_| Problem::too_large(LIMIT))?
                .map_err(|_| Problem::malformed_json("The body could not be read."))?;
            parse(&bytes).map(Self)
        })
    }
}

/// Reads JSON and says which field is wrong.
///
/// # Errors
/// 400 for text that is no JSON, 422 for JSON of another shape.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let Whole(value) = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() { invalid(&path, &inner) } else { Problem::malformed_json(format!("{inner}.")) }
    })?;
    reader.end().map_err(|error| Problem::malformed_json(format!("{error}.")))?;
    Ok(value)
}

/// 422 for what serde says about the value at `path`.
pub(crate) fn invalid(path: &str, error: &dyn Display) -> Problem {
    let message = without_position(&error.to_string());
    Problem::invalid(named_field(&message, path), message)
}

/// Serde names a missing or unknown field in its words only; a client wants it as a field.
fn named_field(message: &str, path: &str) -> String {
    let name = ["missing field `", "unknown field `"]
        .iter()
        .find_map(|start| message.strip_prefix(start))
        .and_then(|rest| rest.split('`').next());
    match (name, path) {
        (Some(name), ".") => name.to_owned(),
        (Some(name), _) if path.ends_with(name) => path.to_owned(),
        (Some(name), _) => format!("{path}.{name}"),
        (None, _) => path.to_owned(),
    }
}

fn without_position(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only whether it parses matters")]
    struct Asked {
        name: String,
        ids: Vec<i64>,
    }

    fn fields(text: &str) -> (u16, Vec<String>) {
        let problem = parse::<Asked>(text.as_bytes()).unwrap_err();
        (problem.status.as_u16(), problem.errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn text_that_is_no_json_is_malformed() {
        for text in ["", "{", "{\"name\":}", "{\"name\":\"a\",\"ids\":[]} x"] {
            assert_eq!(fields(text).0, 400, "{text}");
        }
    }

    #[test]
    fn an_array_is_no_object_and_a_list_may_be_one() {
        assert_eq!(fields(r#"["a",[1]]"#), (422, vec![".".into()]));
        assert_eq!(parse::<Vec<i64>>(b"[1,2]").unwrap(), [1, 2]);
    }

    #[test]
    fn wrong_missing_and_unknown_fields_are_named() {
        assert_eq!(fields(r#"{"name":"a","ids":[1,"x"]}"#), (422, vec!["ids[1]".into()]));
        assert_eq!(fields(r#"{"ids":[]}"#), (422, vec!["name".into()]));
        assert_eq!(fields(r#"{"name":"a","ids":[],"more":1}"#), (422, vec!["more".into()]));
    }
}
