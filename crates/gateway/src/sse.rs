//! The same channels as Server-Sent Events. The body asks for what its client has not seen whenever it has
//! sent what it had; the cursor is the event's id, so a browser resumes by itself.

use std::rc::Rc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{self, Bytes, ThinData};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::Stream;
use futures_util::stream;
use service::Problem;

use crate::admission::{self, Admission};
use crate::connection::wire;
use crate::limits::Admitted;
use crate::worker::{Client, Output, Worker};

/// What nginx must not gather before it passes it on.
const UNBUFFERED: (&str, &str) = ("X-Accel-Buffering", "no");

/// Mounts everything below `/sse`.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::scope("/sse").default_service(web::get().to(open)));
}

async fn open(request: HttpRequest, worker: ThinData<Rc<Worker>>) -> Result<HttpResponse, Problem> {
    if worker.is_draining() {
        return Err(Problem::unready("This gateway is ending; another one serves you. Try again."));
    }
    let admission = admission::admit(&worker.gateway, request.head()).await?;
    let start = admission::start(&worker.gateway, &admission)?;
    let client = worker.add(admission.channel, Output::Body, &start);
    let Admission { caller, admitted, .. } = admission;
    if let Some(caller) = caller {
        client.expire_with(&caller);
    }
    let body = Body { worker: Rc::clone(&worker), client, ended: false, _admitted: admitted };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(UNBUFFERED)
        .streaming(events(body)))
}

struct Body {
    worker: Rc<Worker>,
    client: Rc<Client>,
    ended: bool,
    _admitted: Admitted,
}

impl Drop for Body {
    fn drop(&mut self) {
        self.worker.remove(&self.client);
    }
}

fn events(body: Body) -> impl Stream<Item = Result<Bytes, actix_web::Error>> {
    stream::unfold(body, |mut body| async move {
        let bytes = body.next().await?;
        Some((Ok(bytes), body))
    })
}

impl Body {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if self.ended {
                return None;
            }
            let result = match self.client.ended() {
                Some(disconnect) => Err(disconnect),
                None => self.client.next_bytes(&self.worker),
            };
            match result {
                Ok(Some(bytes)) => return Some(bytes),
                Ok(None) => self.client.woken().await,
                Err(disconnect) => {
                    metrics::counter!("swapwire_gateway_closes_total", "code" => disconnect.name())
                        .increment(1);
                    self.ended = true;
                    return wire::server_sent_end(disconnect);
                }
            }
        }
    }
}
