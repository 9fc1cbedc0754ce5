//! Orders and who holds what. A booking that was answered exists; one that exists was answered; a battery that a rider
//! was given and has not offered back is nobody else's.

use std::collections::{BTreeMap, BTreeSet};

use events::{BatteryId, OrderId, UserId};

use super::{Kind, Truth, Violation};
use crate::history::{Answer, End, Key, What};

#[derive(Debug, Default)]
pub(super) struct Orders {
    now: State,
    /// As of the copy of the database.
    copied: State,
    answers: BTreeMap<Key, Answer>,
}

/// What riders know.
#[derive(Debug, Default, Clone)]
struct State {
    known: BTreeMap<OrderId, Known>,
    /// By battery, the order that surely holds it.
    held: BTreeMap<BatteryId, OrderId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    rider: UserId,
    battery: BatteryId,
    end: Option<End>,
}

impl Orders {
    pub(super) fn take(&mut self, what: &What) -> Option<Violation> {
        match what {
            What::Answered { key, answer } => self.answered(*key, answer),
            What::EndAsked { order, .. } => {
                self.now.held.retain(|_, holder| holder != order);
                None
            }
            What::Ended { order, how } => self.ended(*order, *how),
            What::BackedUp => {
                self.copied = self.now.clone();
                None
            }
            What::Restored { .. } => {
                self.now = self.copied.clone();
                self.answers.clear();
                None
            }
            _ => None,
        }
    }

    fn answered(&mut self, key: Key, answer: &Answer) -> Option<Violation> {
        match self.answers.insert(key, answer.clone()) {
            Some(before) if before == *answer => return None,
            Some(before) => {
                let words = format!("{key:?} was answered {before:?}, then {answer:?}");
                return Violation::some(Kind::Contradiction, words);
            }
            None => {}
        }
        let Answer::Booked { rider, order, battery } = *answer else { return None };
        let booked = Known { rider, battery, end: None };
        if let Some(before) = self.now.known.insert(order, booked) {
            let words = format!("order {order} was given to rider {rider}, and before to {before:?}");
            return Violation::some(Kind::Doubled, words);
        }
        let before = self.now.held.insert(battery, order)?;
        let words = format!("battery {battery} was given to order {order} while order {before} held it");
        Violation::some(Kind::DoubleHeld, words)
    }

    fn ended(&mut self, order: OrderId, how: End) -> Option<Violation> {
        let known = self.now.known.get_mut(&order)?;
        if how == End::Gone {
            return Violation::some(Kind::Lost, format!("order {order} of {known:?} is not found"));
        }
        match known.end.replace(how) {
            Some(before) if before != how => {
                Violation::some(Kind::Contradiction, format!("order {order} ended {before:?} and {how:?}"))
            }
            _ => None,
        }
    }

    pub(super) fn compare(&self, truth: &Truth) -> Vec<Violation> {
        let mut found = Vec::new();
        for (order, known) in &self.now.known {
            match truth.orders.get(order) {
                None => found.push(Violation::new(Kind::Lost, format!("order {order} of {known:?}"))),
                Some(row) if (row.rider, row.battery) != (known.rider, known.battery) => {
                    let words = format!("order {order} was answered as {known:?} and is {row:?}");
                    found.push(Violation::new(Kind::Contradiction, words));
                }
                Some(row) if row.status != status(known.end) => {
                    let words = format!("order {order} is {}, its rider was told {known:?}", row.status);
                    found.push(Violation::new(Kind::Contradiction, words));
                }
                Some(_) => {}
            }
        }
        for (order, row) in &truth.orders {
            if !self.now.known.contains_key(order) {
                found.push(Violation::new(
                    Kind::Doubled,
                    format!("order {order} was never answered: {row:?}"),
                ));
            }
        }
        found.extend(holders(truth));
        found
    }
}

fn status(end: Option<End>) -> &'static str {
    match end {
        None => "booked",
        Some(End::Collected) => "collected",
        Some(End::Cancelled) => "cancelled",
        Some(End::Gone) => "gone",
    }
}

/// Active orders and booked batteries must be the same, one for one.
fn holders(truth: &Truth) -> Vec<Violation> {
    let mut held = BTreeSet::new();
    let mut found = Vec::new();
    for (order, row) in truth.orders.iter().filter(|(_, row)| row.status == "booked") {
        if !held.insert(row.battery) {
            let words = format!("battery {} is held by order {order} and another one", row.battery);
            found.push(Violation::new(Kind::DoubleHeld, words));
        }
        if !truth.booked.contains(&row.battery) {
            let words = format!("order {order} holds battery {}, which is not booked", row.battery);
            found.push(Violation::new(Kind::DoubleHeld, words));
        }
    }
    for battery in truth.booked.difference(&held) {
        found.push(Violation::new(Kind::DoubleHeld, format!("battery {battery} is booked for no order")));
    }
    found
}
