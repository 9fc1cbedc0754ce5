//! Spans. One that is not sampled does not exist.

use std::sync::OnceLock;
use std::time::SystemTime;

use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{FutureExt, SpanBuilder, SpanContext, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracer;

/// Set once traces are exported.
pub(crate) static TRACER: OnceLock<SdkTracer> = OnceLock::new();

const TRACEPARENT: &str = "traceparent";

/// Which side of what a span is.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Work of this process.
    Internal,
    /// A request to another process, which is waited for.
    Client,
    /// A message that is handed to a broker.
    Producer,
    /// A message that came from a broker.
    Consumer,
}

/// A span that is sampled. It ends when [`Span::end`] is called, or with its last clone.
#[derive(Debug, Clone)]
pub struct Span(Context);

impl Span {
    /// The span of a request, with the `traceparent` that it came with.
    #[must_use]
    pub fn request(name: impl FnOnce() -> String, traceparent: Option<&str>) -> Option<Self> {
        let tracer = TRACER.get()?;
        let parent = traceparent.map_or_else(Context::new, extract);
        begin(tracer, SpanBuilder::from_name(name()).with_kind(SpanKind::Server), &parent)
    }

    /// What follows from the span of this `traceparent`. None where that one is not sampled.
    #[must_use]
    pub fn following(kind: Kind, name: &'static str, traceparent: Option<&str>) -> Option<Self> {
        let tracer = TRACER.get()?;
        let parent = extract(traceparent?);
        is_sampled(&parent)?;
        begin(tracer, builder(kind, name), &parent)
    }

    /// What follows from the span that the caller is in.
    #[must_use]
    pub fn within(kind: Kind, name: &'static str) -> Option<Self> {
        let tracer = TRACER.get()?;
        let parent = Context::current();
        is_sampled(&parent)?;
        begin(tracer, builder(kind, name), &parent)
    }

    /// A part of this span.
    #[must_use]
    pub fn child(&self, kind: Kind, name: &'static str) -> Option<Self> {
        begin(TRACER.get()?, builder(kind, name), &self.0)
    }

    /// A part of this span that began at this time.
    #[must_use]
    pub fn child_since(&self, kind: Kind, name: &'static str, began: SystemTime) -> Option<Self> {
        begin(TRACER.get()?, builder(kind, name).with_start_time(began), &self.0)
    }

    /// What the next part of the trace has as its parent.
    #[must_use]
    pub fn traceparent(&self) -> String {
        header(self.0.span().span_context())
    }

    /// Notes something about it.
    pub fn set(&self, key: &'static str, value: impl Into<Value>) {
        self.0.span().set_attribute(KeyValue::new(key, value));
    }

    /// It failed.
    pub fn fail(&self, text: impl Into<std::borrow::Cow<'static, str>>) {
        self.0.span().set_status(Status::error(text));
    }

    /// Ends it now.
    pub fn end(&self) {
        self.0.span().end();
    }

    /// Runs `work` in it: what begins there is a part of it.
    pub async fn scope<F: Future>(&self, work: F) -> F::Output {
        work.with_context(self.0.clone()).await
    }
}

/// The `traceparent` of the span that the caller is in, if there is one that is sampled.
#[must_use]
pub fn current() -> Option<String> {
    TRACER.get()?;
    let context = Context::current();
    is_sampled(&context)?;
    Some(header(context.span().span_context()))
}

fn begin(tracer: &SdkTracer, builder: SpanBuilder, parent: &Context) -> Option<Span> {
    let context = parent.with_span(tracer.build_with_context(builder, parent));
    is_sampled(&context).map(|()| Span(context))
}

fn builder(kind: Kind, name: &'static str) -> SpanBuilder {
    let kind = match kind {
        Kind::Internal => SpanKind::Internal,
        Kind::Client => SpanKind::Client,
        Kind::Producer => SpanKind::Producer,
        Kind::Consumer => SpanKind::Consumer,
    };
    SpanBuilder::from_name(name).with_kind(kind)
}

fn is_sampled(context: &Context) -> Option<()> {
    context.span().span_context().is_sampled().then_some(())
}

fn header(span: &SpanContext) -> String {
    format!("00-{}-{}-{:02x}", span.trace_id(), span.span_id(), span.trace_flags().to_u8())
}

fn extract(traceparent: &str) -> Context {
    TraceContextPropagator::new().extract_with_context(&Context::new(), &Header(traceparent))
}

/// A message whose only header is this.
struct Header<'a>(&'a str);

impl Extractor for Header<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == TRACEPARENT).then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use opentelemetry::trace::TracerProvider;
    use opentelemetry_sdk::error::OTelSdkResult;
    use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanData, SpanExporter};

    use super::*;

    #[derive(Debug, Clone, Default)]
    struct Ended(Arc<Mutex<Vec<SpanData>>>);

    impl SpanExporter for Ended {
        async fn export(&self, spans: Vec<SpanData>) -> OTelSdkResult {
            self.0.lock().unwrap().extend(spans);
            Ok(())
        }
    }

    const SAMPLED: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const NOT_SAMPLED: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

    #[test]
    fn a_trace_is_followed_only_where_its_caller_samples_it_and_malformed_ones_are_none() {
        assert!(Span::following(Kind::Internal, "x", Some(SAMPLED)).is_none(), "nothing is exported yet");
        assert!(current().is_none());
        let ended = Ended::default();
        let provider = SdkTracerProvider::builder()
            .with_simple_exporter(ended.clone())
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOff)))
            .build();
        TRACER.set(provider.tracer("test")).unwrap();

        for refused in [None, Some(NOT_SAMPLED), Some(""), Some("00-0-0-01"), Some(&SAMPLED[3..])] {
            assert!(Span::following(Kind::Internal, "x", refused).is_none(), "{refused:?}");
            assert!(Span::request(|| "x".into(), refused).is_none(), "no ratio of those without a trace");
        }

        let request = Span::request(|| "GET /".into(), Some(SAMPLED)).unwrap();
        let part = request.child(Kind::Client, "postgresql").unwrap();
        let header = part.traceparent();
        assert!(header.starts_with("00-0af7651916cd43dd8448eb211c80319c-") && header.ends_with("-01"));
        part.end();
        drop(request);
        let follower = Span::following(Kind::Consumer, "process", Some(&header)).unwrap();
        follower.end();

        let spans = ended.0.lock().unwrap();
        let names: Vec<_> = spans.iter().map(|span| span.name.as_ref()).collect();
        assert_eq!(names, ["postgresql", "GET /", "process"]);
        assert_eq!(spans[0].parent_span_id, spans[1].span_context.span_id());
        assert_eq!(spans[2].parent_span_id, spans[0].span_context.span_id());
        assert_eq!(spans[1].parent_span_id.to_string(), "b7ad6b7169203331");
    }
}
