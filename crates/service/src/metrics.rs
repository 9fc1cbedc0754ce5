//! Everything that is measured in each service.

use meters::{Label, declare};

const METHOD: Label =
    Label::of("method", &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"]);
const ROUTE: Label = Label::bounded("route", "the mounted routes and `unmatched`");
const STATUS: Label = Label::bounded("status", "the HTTP status codes that a service answers");
const LIMIT: Label = Label::of("limit", &["user", "address", "address without a token", "gateway"]);

declare! {
    /// How long requests took, by route; of a live connection only its handshake.
    histogram HTTP_REQUEST_DURATION = "swapwire_http_request_duration_seconds" by [METHOD, ROUTE, STATUS];
    /// Requests that a rate limit refused with 429.
    counter HTTP_REFUSED = "swapwire_http_refused_total" by [LIMIT];
}
