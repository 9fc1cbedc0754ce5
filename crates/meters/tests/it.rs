//! What a scrape shows of declared metrics.

use meters::{Label, declare, register};
use metrics_exporter_prometheus::PrometheusBuilder;

const DOOR: Label = Label::of("door", &["front", "back"]);
const ROOM: Label = Label::bounded("room", "one for each room");

declare! {
    /// Visitors that came in.
    counter VISITORS = "house_visitors_total" by [DOOR];
    /// How warm a room is,
    /// in kelvin.
    gauge WARMTH = "house_warmth_kelvin" by [ROOM, DOOR];
    /// How long the bell rang.
    histogram RING = "house_ring_seconds" by [];
}

fn scrape(action: impl FnOnce()) -> String {
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, action);
    recorder.handle().render()
}

#[test]
fn each_known_series_of_a_counter_begins_with_zero() {
    let text = scrape(|| register(&[ALL]));
    assert!(text.contains("# HELP house_visitors_total Visitors that came in."), "{text}");
    assert!(text.contains("house_visitors_total{door=\"front\"} 0"), "{text}");
    assert!(text.contains("house_visitors_total{door=\"back\"} 0"), "{text}");
}

#[test]
fn labels_take_their_values_in_the_declared_order() {
    let text = scrape(|| {
        WARMTH.of(["kitchen", "back"]).set(293.0);
        RING.get().record(0.5);
    });
    assert!(text.contains("house_warmth_kelvin{room=\"kitchen\",door=\"back\"} 293"), "{text}");
    assert!(text.contains("house_ring_seconds_count 1"), "{text}");
}

#[test]
#[should_panic(expected = "door of house_visitors_total can't be window")]
fn a_value_that_was_not_declared_is_found_by_tests() {
    VISITORS.of(["window"]).increment(1);
}

#[test]
fn the_table_says_what_was_declared() {
    let names: Vec<_> = ALL.iter().map(|metric| (metric.name, metric.unit(), metric.help())).collect();
    assert_eq!(
        names,
        [
            ("house_visitors_total", "count", "Visitors that came in."),
            ("house_warmth_kelvin", "count", "How warm a room is, in kelvin."),
            ("house_ring_seconds", "seconds", "How long the bell rang."),
        ]
    );
}
