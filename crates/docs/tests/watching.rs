//! Rules, dashboards and runbook fit together: each metric that they name exists, each alert is tested by promtool and
//! leads to a chapter of the runbook.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what is not as a test expects is a failed test, said on the spot"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use meters::Kind;
use serde_json::Value;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files of a folder by name.
fn files(folder: &str, ending: &str) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(repository().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let files: BTreeMap<String, String> = entries
        .filter(|path| path.to_str().unwrap().ends_with(ending))
        .map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    assert!(!files.is_empty(), "{folder} has no {ending}");
    files
}

/// A rule, as far as the files state one in their fixed form: a key and its value on one line, or a folded block.
#[derive(Debug, Default)]
struct Rule {
    name: String,
    is_alert: bool,
    expression: String,
    summary: String,
    severity: String,
    runbook: String,
}

fn rules() -> Vec<Rule> {
    files("deploy/prometheus/rules", ".yml").values().flat_map(|text| rules_of(text)).collect()
}

fn rules_of(text: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut in_expression = false;
    for line in text.lines() {
        let trimmed = line.trim();
        let (key, value) = trimmed.trim_start_matches("- ").split_once(": ").unwrap_or((trimmed, ""));
        let value = value.trim_matches('"').to_owned();
        in_expression = in_expression && line.starts_with("          ");
        match key {
            _ if in_expression => {
                let expression = &mut rules.last_mut().unwrap().expression;
                expression.push_str(trimmed);
                expression.push('\n');
            }
            "alert" | "record" => {
                rules.push(Rule { name: value, is_alert: key == "alert", ..Rule::default() });
            }
            "expr" if value == ">-" => in_expression = true,
            "expr" => rules.last_mut().unwrap().expression = value,
            "summary" => rules.last_mut().unwrap().summary = value,
            "severity" => rules.last_mut().unwrap().severity = value,
            "runbook" => rules.last_mut().unwrap().runbook = value,
            _ => {}
        }
    }
    rules
}

/// The metrics that an expression of PromQL names: words that are no function, keyword, label or number.
fn metrics_of(expression: &str) -> BTreeSet<String> {
    const KEYWORDS: [&str; 12] = [
        "and",
        "or",
        "unless",
        "by",
        "on",
        "without",
        "ignoring",
        "group_left",
        "group_right",
        "bool",
        "offset",
        "inf",
    ];
    let mut found = BTreeSet::new();
    let mut rest = expression;
    // Whether the next parenthesis holds labels.
    let mut labels_follow = false;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
        if first.is_ascii_alphabetic() {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            rest = behind;
            let is_function = behind.starts_with('(');
            labels_follow = ["by", "on", "without", "ignoring", "group_left", "group_right"].contains(&word);
            if !is_function && !KEYWORDS.contains(&word) && !AGGREGATIONS.contains(&word) {
                found.insert(word.to_owned());
            }
            continue;
        }
        let skipped = match first {
            '{' => rest.find('}').expect("a closing brace") + 1,
            '[' => rest.find(']').expect("a closing bracket") + 1,
            '(' if labels_follow => rest.find(')').expect("a closing parenthesis") + 1,
            _ if first.is_ascii_digit() => rest.find(|c: char| !is_word(c) && c != '.').unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        if !first.is_whitespace() {
            labels_follow = false;
        }
        rest = rest.get(skipped..).unwrap();
    }
    found
}

/// What may stand before `by`.
const AGGREGATIONS: [&str; 8] = ["sum", "max", "min", "avg", "count", "topk", "bottomk", "quantile"];

/// Every series that there is: of the services, of the exporters, of recording rules.
fn known() -> BTreeSet<String> {
    let mut known: BTreeSet<String> = exporters();
    for metric in docs::metrics::tables().iter().flat_map(|(_, _, metrics)| *metrics) {
        match metric.kind {
            Kind::Histogram => {
                known.extend(["bucket", "sum", "count"].map(|part| format!("{}_{part}", metric.name)));
            }
            _ => {
                known.insert(metric.name.to_owned());
            }
        }
    }
    known.extend(rules().into_iter().filter(|rule| !rule.is_alert).map(|rule| rule.name));
    known
}

fn exporters() -> BTreeSet<String> {
    let text = std::fs::read_to_string(repository().join("deploy/prometheus/exporters.txt")).unwrap();
    let names = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    names.map(ToOwned::to_owned).collect()
}

/// Title and expression of every panel.
fn panels() -> Vec<(String, String)> {
    let mut panels = Vec::new();
    for (file, text) in files("deploy/grafana/dashboards", ".json") {
        let dashboard: Value = serde_json::from_str(&text).expect(&file);
        for panel in dashboard["panels"].as_array().expect(&file) {
            for target in panel["targets"].as_array().into_iter().flatten() {
                let title = format!("{file}: {}", panel["title"].as_str().expect(&file));
                panels.push((title, target["expr"].as_str().expect(&file).to_owned()));
            }
        }
    }
    panels
}

#[test]
fn expressions_name_their_metrics() {
    let of = |expression| metrics_of(expression).into_iter().collect::<Vec<_>>();
    assert_eq!(of("sum by (le, job) (rate(a_bucket{le=\"0.5\"}[5m])) > 14.4 * 0.001"), ["a_bucket"]);
    assert_eq!(of("max(a:b:c) < bool 1 or (x > 1e9 and on (instance) rate(y[1m]) > 0)"), ["a:b:c", "x", "y"]);
    assert_eq!(of("abs(t - timestamp(t)) > 2"), ["t"]);
}

#[test]
fn every_metric_of_a_rule_or_a_dashboard_exists() {
    let known = known();
    let of_rules = rules().into_iter().map(|rule| (rule.name, rule.expression));
    let mut used = BTreeSet::new();
    for (place, expression) in of_rules.chain(panels()) {
        let metrics = metrics_of(&expression);
        assert!(!metrics.is_empty(), "{place}: {expression}");
        for metric in metrics {
            assert!(known.contains(&metric), "{place}: there is no {metric}");
            used.insert(metric);
        }
    }
    let idle: Vec<_> = exporters().into_iter().filter(|name| !used.contains(name)).collect();
    assert!(idle.is_empty(), "nothing uses these any more: {idle:?}");
}

#[test]
fn every_metric_of_the_services_is_on_a_dashboard() {
    let shown: BTreeSet<String> =
        panels().iter().flat_map(|(_, expression)| metrics_of(expression)).collect();
    let recorded: BTreeSet<String> =
        rules().iter().filter(|rule| !rule.is_alert).flat_map(|rule| metrics_of(&rule.expression)).collect();
    for metric in docs::metrics::tables().iter().flat_map(|(_, _, metrics)| *metrics) {
        let is_shown = shown.iter().chain(&recorded).any(|name| name.starts_with(metric.name));
        assert!(is_shown, "{} is on no dashboard", metric.name);
    }
}

#[test]
fn every_alert_says_how_bad_it_is_what_happens_and_where_to_read_on() {
    let runbook = std::fs::read_to_string(repository().join("docs/runbook.md")).unwrap();
    let chapters: BTreeSet<&str> =
        runbook.lines().filter_map(|line| line.strip_prefix("<a id=\"")?.strip_suffix("\"></a>")).collect();
    let mut led_to = BTreeSet::new();
    let rules = rules();
    for alert in rules.iter().filter(|rule| rule.is_alert) {
        let Rule { name, severity, summary, runbook, .. } = alert;
        assert!(["critical", "warning"].contains(&severity.as_str()), "{name}: {severity}");
        assert!(summary.len() > 20, "{name}: {summary}");
        let chapter = runbook.strip_prefix("docs/runbook.md#").unwrap_or_else(|| panic!("{name}: {runbook}"));
        assert!(chapters.contains(chapter), "{name}: the runbook has no {chapter}");
        led_to.insert(chapter);
    }
    assert!(chapters.len() >= 15, "{chapters:?}");
    for chapter in led_to {
        let begin = runbook.find(&format!("<a id=\"{chapter}\"></a>")).unwrap();
        let text = runbook[begin + 1..].split("<a id=").next().unwrap();
        for part in ["**Symptom.**", "**Check.**", "**Action.**", "**Played.**"] {
            assert!(text.contains(part), "{chapter}: {part} is missing");
        }
    }
}

#[test]
fn promtool_tests_of_every_alert_that_it_fires_and_that_it_stays_quiet() {
    let tests: String = files("deploy/prometheus/tests", ".yml").into_values().collect();
    for alert in rules().into_iter().filter(|rule| rule.is_alert).map(|rule| rule.name) {
        let of = |what: &str| {
            let named = format!("- name: {alert} {what}\n");
            let test = tests
                .split("  - name: ")
                .map(|test| format!("- name: {test}"))
                .find(|test| test.starts_with(&named));
            let test = test.unwrap_or_else(|| panic!("{alert}: no test that it {what}"));
            test.split_once(&format!("alertname: {alert}\n"))
                .unwrap_or_else(|| panic!("{named}"))
                .1
                .to_owned()
        };
        assert!(of("fires").contains("exp_labels"), "{alert}");
        assert!(of("stays quiet").contains("exp_alerts: []"), "{alert}");
    }
}
