//! How long a fault was felt. The recovery ends with the first booking that was requested after the fault's end and is
//! confirmed on the rider's screen. The gap is the longest time without any confirmed booking.

use std::collections::BTreeMap;
use std::time::Duration;

use events::OrderId;

use crate::history::{Answer, History, Key, Record, What};
use crate::patience;

/// What a fault cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// From the fault's end to the first booking that was requested afterwards and is seen.
    pub after: Duration,
    /// The longest time in which no booking was seen.
    pub gap: Duration,
}

/// Waits for the recovery from the fault that began at the index `from`.
///
/// # Errors
/// When bookings don't come back.
pub async fn measure(history: &History, from: usize) -> anyhow::Result<Recovery> {
    let mut found = None;
    patience::until("a booking is answered and seen on a screen", async || {
        found = of(&history.since(from));
        found.is_some()
    })
    .await?;
    found.ok_or_else(|| anyhow::anyhow!("no recovery"))
}

/// Reads it off the records since a fault began; `None` while it is not over.
fn of(records: &[Record]) -> Option<Recovery> {
    let began = records.iter().find(|record| matches!(record.what, What::FaultBegan { .. }))?.at;
    let (mut ended, mut last, mut gap) = (None, began, Duration::ZERO);
    let mut asked: BTreeMap<Key, Duration> = BTreeMap::new();
    let mut booked: BTreeMap<OrderId, Duration> = BTreeMap::new();
    for record in records.iter().skip_while(|record| record.at < began) {
        match &record.what {
            What::FaultEnded => ended = Some(record.at),
            What::Asked { key, .. } => {
                asked.insert(*key, record.at);
            }
            What::Answered { key, answer: Answer::Booked { order, .. } } => {
                let at = asked.get(key).copied().unwrap_or_default();
                booked.insert(*order, at);
            }
            What::Heard { message, .. } if message.kind == "booking_confirmed" => {
                gap = gap.max(record.at - last);
                last = record.at;
                let asked = message.order.and_then(|order| booked.get(&order).copied());
                if let Some(ended) = ended
                    && asked.is_some_and(|asked| asked >= ended)
                {
                    return Some(Recovery { after: record.at - ended, gap });
                }
            }
            _ => {}
        }
    }
    None
}
