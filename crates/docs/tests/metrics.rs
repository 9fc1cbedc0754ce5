//! The page of metrics is what the code declares, and what is declared follows the conventions of Prometheus
//! (https://prometheus.io/docs/practices/naming/).

#![allow(clippy::unwrap_used, reason = "what is not as a test expects is a failed test, said on the spot")]

use std::collections::BTreeSet;
use std::path::Path;

use meters::{Declared, Kind};

fn declared() -> impl Iterator<Item = &'static Declared> {
    docs::metrics::tables().into_iter().flat_map(|(_, _, metrics)| metrics)
}

#[test]
fn the_committed_page_is_what_the_code_declares() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/metrics.md");
    let page = docs::metrics::page();
    if std::env::var_os("SWAPWIRE_BLESS").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(committed, page, "write it anew with SWAPWIRE_BLESS=1 cargo test -p docs");
}

#[test]
fn no_two_metrics_have_one_name() {
    let mut names = BTreeSet::new();
    for metric in declared() {
        assert!(names.insert(metric.name), "{} is declared twice", metric.name);
    }
    assert!(names.len() >= 30, "{names:?}");
}

#[test]
fn names_are_of_ours_and_say_type_and_base_unit() {
    let snake_case =
        |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    for metric in declared() {
        let name = metric.name;
        assert!(name.starts_with("swapwire_") && snake_case(name), "{name}");
        assert_eq!(name.ends_with("_total"), metric.kind == Kind::Counter, "{name}: counters end in _total");
        for unit in ["milliseconds", "minutes", "kilobytes", "percent", "_ms", "_kb"] {
            assert!(!name.contains(unit), "{name}: {unit} is no base unit");
        }
        if metric.kind == Kind::Histogram {
            assert!(metric.unit() != "count", "{name}: a histogram measures in a unit");
        }
        for reserved in ["_count", "_sum", "_bucket"] {
            assert!(!name.ends_with(reserved), "{name}: {reserved} belongs to histograms");
        }
        let help = metric.help();
        assert!(help.len() > 15 && help.ends_with('.'), "{name}: {help}");
        for label in metric.labels {
            assert!(snake_case(label.name) && !["le", "job", "instance"].contains(&label.name), "{name}");
        }
    }
}
