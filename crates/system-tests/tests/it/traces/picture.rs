//! Draws collected spans as a picture for the documentation: one bar for each span, on one axis of time.

use std::fmt::Write;

use testbed::Collected;

/// Where the picture is written, if it is wanted.
const FILE: &str = "SWAPWIRE_TRACE_PICTURE";

const WIDTH: f64 = 1_000.0;
const LABELS: f64 = 300.0;
const ROW: f64 = 26.0;
const TOP: f64 = 40.0;
const MARGIN: f64 = 70.0;

/// The services' colours, readable on light and dark pages.
const COLOURS: [(&str, &str); 3] = [("booking", "#3b82c4"), ("inventory", "#c47a1d"), ("gateway", "#3d9455")];

pub(super) fn draw(spans: &[Collected]) {
    if let Some(file) = std::env::var_os(FILE) {
        std::fs::write(file, svg(spans)).expect("the picture");
    }
}

fn svg(spans: &[Collected]) -> String {
    let rows = in_order(spans);
    let began = spans.iter().map(|span| span.began).min().unwrap_or_default();
    let ended = spans.iter().map(|span| span.ended).max().unwrap_or_default();
    let milliseconds = |nanoseconds: u64| nanoseconds as f64 / 1e6;
    let scale = (WIDTH - LABELS - MARGIN) / milliseconds(ended - began);
    let height = TOP + ROW * rows.len() as f64 + 12.0;
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" \
         font-size=\"13\"><title>The spans of one booking</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    let total = milliseconds(ended - began);
    for tick in 0..=4 {
        let at = total * f64::from(tick) / 4.0;
        let x = LABELS + at * scale;
        let _ = writeln!(
            picture,
            "<line x1=\"{x:.1}\" y1=\"28\" x2=\"{x:.1}\" y2=\"{height:.0}\" stroke=\"#dddddd\"/>\
             <text x=\"{x:.1}\" y=\"20\" text-anchor=\"middle\" fill=\"#555555\">{at:.1} ms</text>"
        );
    }
    for (row, (depth, span)) in rows.iter().enumerate() {
        let y = TOP + ROW * row as f64;
        let colour =
            COLOURS.iter().find(|(service, _)| *service == span.service).map_or("#777777", |(_, c)| c);
        let x = LABELS + milliseconds(span.began - began) * scale;
        let took = milliseconds(span.ended - span.began);
        let width = (took * scale).max(1.5);
        let _ = writeln!(
            picture,
            "<text x=\"{:.0}\" y=\"{:.1}\" fill=\"{colour}\">{} · {}</text>\
             <rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"14\" rx=\"2\" fill=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" fill=\"#555555\" font-size=\"11\">{took:.2}</text>",
            8.0 + 14.0 * f64::from(*depth),
            y + 12.0,
            span.name,
            span.service,
            y + 1.0,
            x + width + 4.0,
            y + 12.0,
        );
    }
    picture.push_str("</svg>\n");
    picture
}

/// The spans as a tree, each under the one that it is a part of, by their beginnings.
fn in_order(spans: &[Collected]) -> Vec<(u32, &Collected)> {
    let is_first = |span: &&Collected| spans.iter().all(|other| other.id != span.parent);
    let mut rows = Vec::new();
    for first in by_time(spans.iter().filter(is_first)) {
        add(spans, first, 0, &mut rows);
    }
    rows
}

fn add<'a>(spans: &'a [Collected], span: &'a Collected, depth: u32, rows: &mut Vec<(u32, &'a Collected)>) {
    rows.push((depth, span));
    for part in by_time(spans.iter().filter(|other| other.parent == span.id)) {
        add(spans, part, depth + 1, rows);
    }
}

fn by_time<'a>(spans: impl Iterator<Item = &'a Collected>) -> Vec<&'a Collected> {
    let mut spans: Vec<_> = spans.collect();
    spans.sort_by_key(|span| span.began);
    spans
}
