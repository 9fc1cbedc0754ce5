//! A push service of the test's own: it keeps what it is sent and answers what it is told to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use testbed::eventually;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A message as it arrived.
pub(crate) struct Push {
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
    headers: Vec<(String, String)>,
}

impl Push {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("no {name}"))
    }
}

pub(crate) struct PushService {
    address: SocketAddr,
    answer: Arc<Mutex<StatusCode>>,
    pushes: UnboundedReceiver<Push>,
}

struct State {
    answer: Arc<Mutex<StatusCode>>,
    pushes: UnboundedSender<Push>,
}

async fn receive(request: HttpRequest, body: web::Bytes, state: web::Data<State>) -> HttpResponse {
    let answer = *state.answer.lock().unwrap();
    let headers = request.headers().iter();
    let push = Push {
        path: request.path().to_owned(),
        body: body.to_vec(),
        headers: headers
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
    };
    let _ = state.pushes.send(push);
    HttpResponse::build(answer).finish()
}

impl PushService {
    pub(crate) fn start() -> Self {
        let answer = Arc::new(Mutex::new(StatusCode::CREATED));
        let (sender, pushes) = unbounded_channel();
        let state = web::Data::new(State { answer: Arc::clone(&answer), pushes: sender });
        let server =
            HttpServer::new(move || App::new().app_data(state.clone()).default_service(web::to(receive)))
                .workers(1)
                .disable_signals()
                .bind("127.0.0.1:0")
                .unwrap();
        let address = server.addrs()[0];
        tokio::spawn(server.run());
        Self { address, answer, pushes }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn endpoint(&self, name: &str) -> String {
        format!("{}/{name}", self.origin())
    }

    /// Answers this from now on.
    pub(crate) fn answers(&self, status: StatusCode) {
        *self.answer.lock().unwrap() = status;
    }

    pub(crate) async fn next(&mut self) -> Push {
        eventually("a push arrives", self.pushes.recv()).await.unwrap()
    }

    pub(crate) fn got_nothing_more(&mut self) -> bool {
        self.pushes.try_recv().is_err()
    }
}
