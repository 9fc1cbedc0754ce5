//! A client of Server-Sent Events: what a browser's `EventSource` sees.

use reqwest::{Client, Response, StatusCode};
use serde_json::Value;

use crate::eventually;

/// A stream of events.
pub struct EventStream {
    response: Response,
    text: String,
    /// The id of the last event that had one, as a browser remembers it.
    pub last_id: Option<String>,
    /// The name of the last event, if it had one.
    pub last_name: Option<String>,
}

impl EventStream {
    /// Opens it with these headers.
    ///
    /// # Errors
    /// The status of a refusal. A server that is away counts as a 503, to be tried again.
    pub async fn open(url: &str, headers: &[(&str, &str)]) -> Result<Self, StatusCode> {
        let request = headers
            .iter()
            .fold(Client::new().get(url), |request, (name, value)| request.header(*name, *value));
        let Ok(response) = request.send().await else { return Err(StatusCode::SERVICE_UNAVAILABLE) };
        if response.status().is_success() {
            Ok(Self { response, text: String::new(), last_id: None, last_name: None })
        } else {
            Err(response.status())
        }
    }

    /// The next event; `None` at the end of the stream.
    ///
    /// # Panics
    /// When what comes is no event.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    block.lines().find_map(|line| line.strip_prefix(name)).map(ToOwned::to_owned)
                };
                self.last_id = match field("id:") {
                    // An empty one makes a browser forget the one that it has.
                    Some(id) if id.is_empty() => None,
                    Some(id) => Some(id.trim_start().to_owned()),
                    None => self.last_id.take(),
                };
                self.last_name = field("event: ");
                if let Some(data) = field("data: ") {
                    return Some(serde_json::from_str(&data).expect("JSON"));
                }
            }
            let chunk = eventually("the next event", self.response.chunk()).await.ok()??;
            self.text.push_str(std::str::from_utf8(&chunk).expect("ASCII in tests"));
        }
    }

    /// Reads until an event fulfils the condition; returns all that were read, that one last.
    ///
    /// # Panics
    /// When the stream ends first.
    pub async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut events = Vec::new();
        loop {
            let event = self.next().await.expect("another event");
            let found = wanted(&event);
            events.push(event);
            if found {
                return events;
            }
        }
    }
}
