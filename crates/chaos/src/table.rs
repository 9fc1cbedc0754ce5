//! The table: each fault with what it cost.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use crate::check::{Kind, Violation};
use crate::recovery::Recovery;

/// All rounds of a run.
#[derive(Default)]
pub struct Table {
    rows: BTreeMap<String, Row>,
}

#[derive(Default)]
struct Row {
    times: usize,
    violations: BTreeMap<Kind, usize>,
    after: Duration,
    gap: Duration,
}

impl Table {
    /// Adds a round. Of several rounds with the same fault the slowest counts.
    pub fn add(&mut self, fault: &str, recovery: Recovery, violations: &[Violation]) {
        let row = self.rows.entry(fault.to_owned()).or_default();
        row.times += 1;
        row.after = row.after.max(recovery.after);
        row.gap = row.gap.max(recovery.gap);
        for violation in violations {
            *row.violations.entry(violation.kind).or_default() += 1;
        }
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let mut text = String::from(
            "| fault | times | lost | doubled | double-held | contradictions | longest without a booking | \
             recovered after |\n\
             |---|---|---|---|---|---|---|---|\n",
        );
        for (fault, row) in &self.rows {
            let count =
                |kinds: &[Kind]| -> usize { kinds.iter().filter_map(|kind| row.violations.get(kind)).sum() };
            let (lost, doubled) = (count(&[Kind::Lost]), count(&[Kind::Doubled]));
            let (held, other) = (count(&[Kind::DoubleHeld]), count(&[Kind::Contradiction, Kind::Pending]));
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "| {fault} | {} | {lost} | {doubled} | {held} | {other} | {:.1} s | {:.1} s |",
                row.times,
                row.gap.as_secs_f64(),
                row.after.as_secs_f64()
            );
        }
        text
    }
}
