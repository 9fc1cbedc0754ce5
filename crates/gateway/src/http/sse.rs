//! The same channels as Server-Sent Events. The body asks for what its client has not seen whenever it has sent what it
//! had; the cursor is the event's id, so a browser resumes by itself.

use std::rc::Rc;

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, VARY,
};
use actix_web::web::{self, ThinData};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::Stream;
use futures_util::stream::poll_fn;
use service::{Problem, server};
use url::Url;

use super::admission;
use super::path::Path;
use crate::clients::{Connector, Format, Worker};

/// What nginx must not gather before it passes it on.
const UNBUFFERED: (&str, &str) = ("X-Accel-Buffering", "no");

/// Mounts everything below `/sse`. Pages of the listed origins may read a stream, and why it was refused: a browser
/// hides both otherwise.
pub(super) fn routes(config: &mut web::ServiceConfig, allowed_origins: &[Url]) {
    let streams = web::resource("/sse/{channel:.*}").route(web::get().to(open));
    let streams = streams.default_service(server::only("GET".to_owned()));
    config.service(streams.wrap(server::cross_origin(allowed_origins)));
}

async fn open(request: HttpRequest, worker: ThinData<Rc<Worker>>) -> Result<HttpResponse, Problem> {
    let path = Path::of_events(request.uri().path());
    let admission = admission::admit(&worker, request.head(), path).await?;
    let is_compressed = worker.gateway.settings.compression.enabled && takes_gzip(request.headers());
    let format = if is_compressed { Format::CompressedSse } else { Format::Sse };
    let key = worker.add(admission.arrival(format, Connector::Body)).map_err(admission::refused)?;
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((VARY, "accept-encoding"))
        .insert_header(UNBUFFERED);
    if is_compressed {
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    Ok(response.streaming(events(Body { worker: Rc::clone(&worker), key })))
}

/// Whether a client accepts gzip (RFC 9110, section 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(ACCEPT_ENCODING).filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|parameter| parameter.strip_prefix("q="));
        is_gzip && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
    })
}

/// The client of a body, which goes with it.
struct Body {
    worker: Rc<Worker>,
    key: usize,
}

impl Drop for Body {
    fn drop(&mut self) {
        self.worker.remove(self.key);
    }
}

fn events(body: Body) -> impl Stream<Item = Result<web::Bytes, actix_web::Error>> {
    poll_fn(move |context| body.worker.poll_chunk(body.key, context).map(|chunk| chunk.map(Ok)))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn gzip_is_sent_to_who_accepts_it() {
        let takes = |list: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(list));
            takes_gzip(&headers)
        };
        assert!(takes("gzip") && takes("br, GZIP;q=0.5") && takes("deflate, gzip, br, zstd"));
        assert!(!takes("") && !takes("br") && !takes("gzip;q=0") && !takes("xgzip"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
