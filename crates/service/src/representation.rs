//! Answers that a client may keep and revalidate: each has an entity tag, and a client that names it gets 304
//! (RFC 9110, sections 8.8.3 and 13.1.2).

use actix_web::body::BoxBody;
use actix_web::http::header::{
    AUTHORIZATION, Accept, CACHE_CONTROL, CONTENT_TYPE, ETAG, EntityTag, Header, IfNoneMatch, Quality, VARY,
};
use actix_web::mime::Mime;
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;
use uuid::Uuid;

use crate::Problem;

/// Whom an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Anybody gets the same.
    Everybody,
    /// It depends on the token.
    Caller,
}

/// The body of an answer in one of the forms that a resource has.
#[derive(Debug)]
pub struct Representation {
    media_type: &'static str,
    audience: Audience,
    body: Vec<u8>,
}

impl Representation {
    /// A value as JSON of this media type.
    ///
    /// # Errors
    /// 500 when it can't be written.
    pub fn json<T: Serialize>(
        media_type: &'static str,
        audience: Audience,
        value: &T,
    ) -> Result<Self, Problem> {
        let body = serde_json::to_vec(value).map_err(|error| Problem::internal(&error))?;
        Ok(Self { media_type, audience, body })
    }

    /// The same tag on every instance: it is a digest of the media type and the body.
    fn tag(&self) -> EntityTag {
        let namespace = Uuid::new_v5(&Uuid::NAMESPACE_OID, self.media_type.as_bytes());
        EntityTag::new_strong(Uuid::new_v5(&namespace, &self.body).simple().to_string())
    }
}

impl Responder for Representation {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let tag = self.tag();
        let known = match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|other| other.weak_eq(&tag)),
            Err(_) => false,
        };
        let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response.insert_header((ETAG, tag.to_string())).append_header((VARY, "Accept"));
        // Kept, but never used without asking.
        match self.audience {
            Audience::Everybody => response.insert_header((CACHE_CONTROL, "no-cache")),
            Audience::Caller => response
                .append_header((VARY, AUTHORIZATION.as_str()))
                .insert_header((CACHE_CONTROL, "private, no-cache")),
        };
        if known {
            return response.finish();
        }
        response.insert_header((CONTENT_TYPE, self.media_type)).body(self.body)
    }
}

/// Whether a client would rather have `other` than `usual`: it names `other`, and likes nothing that covers `usual` more.
/// Between two that it likes equally, one that it names goes before one that a wildcard covers.
#[must_use]
pub fn prefers(request: &HttpRequest, other: &str, usual: &str) -> bool {
    let Ok(accept) = Accept::parse(request) else { return false };
    let quality = |covers: &dyn Fn(&Mime) -> bool| {
        accept.iter().find(|range| covers(&range.item)).map(|range| range.quality)
    };
    let named = |media_type: &str| quality(&|range| range.essence_str() == media_type);
    let (family, _) = usual.split_once('/').unwrap_or((usual, ""));
    let wildcard =
        || quality(&|range| range.subtype() == "*" && [family, "*"].contains(&range.type_().as_str()));
    match (named(other), named(usual)) {
        (None | Some(Quality::ZERO), _) => false,
        (Some(other), Some(usual)) => other > usual,
        (Some(other), None) => wildcard().is_none_or(|usual| other >= usual),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::ACCEPT;
    use actix_web::test::TestRequest;

    use super::*;

    const JSON: &str = "application/json";
    const GEO_JSON: &str = "application/geo+json";

    #[test]
    fn the_other_form_is_for_whoever_names_it_and_likes_nothing_better() {
        for (accept, expected) in [
            ("", false),
            ("*/*", false),
            ("application/*", false),
            ("application/json", false),
            ("nonsense", false),
            ("application/geo+json", true),
            ("application/geo+json; charset=utf-8", true),
            ("application/geo+json;q=0", false),
            ("application/geo+json, */*", true),
            ("application/geo+json;q=0.5, */*", false),
            ("application/geo+json;q=0.5, application/*;q=0.8", false),
            ("application/geo+json, application/json;q=0.9", true),
            ("application/geo+json, application/json", false),
            ("text/html, application/geo+json;q=0.1", true),
        ] {
            let request = TestRequest::get().insert_header((ACCEPT, accept)).to_http_request();
            assert_eq!(prefers(&request, GEO_JSON, JSON), expected, "{accept:?}");
        }
    }

    #[test]
    fn another_media_type_and_another_body_have_other_tags() {
        let tag = |media_type, value| {
            Representation::json(media_type, Audience::Everybody, &value).unwrap().tag().to_string()
        };
        assert_eq!(tag(JSON, 1), tag(JSON, 1));
        assert_ne!(tag(JSON, 1), tag(JSON, 2));
        assert_ne!(tag(JSON, 1), tag(GEO_JSON, 1));
    }
}
