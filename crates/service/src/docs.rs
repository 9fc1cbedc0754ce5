//! OpenAPI: what every operation has in common is said here once, so that a handler's annotation holds only what is
//! its own. Everything that can be answered is in the document: a checker that meets another status has found a bug.

use serde::Serialize;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Response, ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use crate::problem::FieldError;

/// An error answer (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
#[allow(dead_code, reason = "describes what `Problem` writes")]
struct ProblemDocument {
    /// `/problems/<code>`.
    r#type: String,
    /// The same for everybody who meets this code.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened this time.
    detail: String,
    /// The stable name that programs compare, for example `battery-unavailable`.
    code: String,
    /// Of a 422: what is wrong with which field.
    #[schema(required = false)]
    errors: Vec<FieldError>,
}

const PROBLEM_JSON: &str = "application/problem+json";
/// The name of the security scheme in annotations.
const BEARER: &str = "bearer";

/// One document of several parts, completed with what they have in common.
#[must_use]
pub fn document(title: &str, description: &str, parts: impl IntoIterator<Item = OpenApi>) -> OpenApi {
    let info =
        InfoBuilder::new().title(title).description(Some(description)).version(env!("CARGO_PKG_VERSION"));
    let mut document = OpenApiBuilder::new().info(info.build()).build();
    for part in parts {
        document.merge(part);
    }
    for item in document.paths.paths.values_mut() {
        let PathItem { get, put, post, delete, patch, .. } = item;
        for operation in [get, put, post, delete, patch].into_iter().flatten() {
            complete(operation);
        }
    }
    let components = document.components.get_or_insert_with(Components::new);
    components.schemas.insert("Problem".into(), ProblemDocument::schema());
    components.schemas.insert("FieldError".into(), FieldError::schema());
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer.build()));
    document
}

/// The endpoints of a document, as `GET /stations/{station_id}/`.
#[must_use]
pub fn endpoints(document: &OpenApi) -> Vec<String> {
    let mut endpoints = Vec::new();
    for (path, item) in &document.paths.paths {
        let PathItem { get, put, post, delete, patch, .. } = item;
        for (name, operation) in
            [("GET", get), ("PUT", put), ("POST", post), ("DELETE", delete), ("PATCH", patch)]
        {
            if operation.is_some() {
                endpoints.push(format!("{name} {path}"));
            }
        }
    }
    endpoints
}

/// Adds the answers that an operation gives for what it takes: a token, parameters, a body.
fn complete(operation: &mut Operation) {
    let mut add = |status: &str, description: &str| {
        let response = ResponseBuilder::new().description(description).build();
        operation.responses.responses.entry(status.to_owned()).or_insert(RefOr::T(response));
    };
    add("500", "A defect of ours; the request id finds it.");
    add("503", "Something that the service needs is away; `Retry-After` says when to try again.");
    add("400", "The request is not valid HTTP, or its body is no JSON.");
    if operation.security.is_some() {
        add("401", "No valid token.");
        add("403", "The token's role may not do this, or the thing is somebody else's.");
    }
    if operation.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty())
        || operation.request_body.is_some()
    {
        add("422", "`errors` says what is wrong with which field.");
    }
    if operation.request_body.is_some() {
        add("408", "The body took too long to arrive.");
        add("413", "The body is too large.");
        add("415", "The body must be JSON.");
    }
    add("429", "Too many writes, or too many reads without a token; `Retry-After` says when to try again.");
    for (status, response) in &mut operation.responses.responses {
        if let (true, RefOr::T(response)) = (status.as_str() >= "400", response) {
            answer_a_problem(response);
        }
    }
}

fn answer_a_problem(response: &mut Response) {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    response.content.entry(PROBLEM_JSON.into()).or_insert(RefOr::T(content));
}
