//! Histories of a small world, good ones and ones in which something is broken: the judge must tell them apart.

use std::collections::BTreeMap;
use std::time::Duration;

use events::{BatteryId, NotificationId, OrderId, Revision, StationId, UserId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::{Judge, Kind, OrderRow, Truth};
use crate::history::{Answer, End, Key, Message, Record, ScreenId, Shown, What};

const SEEDS: u64 = 50;
const STEPS: usize = 60;
const RIDERS: i64 = 3;
const BATTERIES: i64 = 5;
const STATION: StationId = StationId(1);
/// Riders' phones are the screens 1 to 3.
const WALL: ScreenId = ScreenId(9);

/// A world that works, and what its load writes down.
struct World {
    chance: StdRng,
    history: Vec<What>,
    truth: Truth,
    next_order: i64,
    next_key: u64,
    revision: i64,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut world = Self {
            chance: StdRng::seed_from_u64(seed),
            history: vec![What::Wall { screen: WALL, station: None }],
            truth: Truth::default(),
            next_order: 1,
            next_key: 1,
            revision: 100,
        };
        world.history.push(What::Greeted { screen: WALL, recovered: false });
        for rider in 1..=RIDERS {
            world.history.push(What::Phone { screen: phone(rider), rider: UserId(rider) });
            world.connect(rider, false);
        }
        world.show();
        world
    }

    /// Lets it work, and at times somebody reconnect.
    fn work(mut self, steps: usize) -> Self {
        for _ in 0..steps {
            let rider = self.chance.random_range(1..=RIDERS);
            match self.chance.random_range(0..10) {
                0 => self.connect(rider, true),
                1 => self.connect(rider, false),
                2..6 => self.book(rider),
                _ => self.end(rider),
            }
        }
        self
    }

    fn book(&mut self, rider: i64) {
        let key = Key(self.next_key);
        self.next_key += 1;
        self.history.push(What::Asked { key, rider: UserId(rider), station: STATION });
        let free = (1..=BATTERIES).map(BatteryId).find(|battery| !self.truth.booked.contains(battery));
        let Some(battery) = free else {
            let answer = Answer::Refused { code: "station-empty".into() };
            return self.history.push(What::Answered { key, answer });
        };
        let order = OrderId(self.next_order);
        self.next_order += 1;
        let row = OrderRow { rider: UserId(rider), battery, status: "booked".into() };
        self.truth.orders.insert(order, row);
        self.truth.booked.insert(battery);
        let answer = Answer::Booked { rider: UserId(rider), order, battery };
        self.history.push(What::Answered { key, answer });
        self.notify(rider, "booking_confirmed", order);
        self.show();
    }

    fn end(&mut self, rider: i64) {
        let active = |row: &OrderRow| row.rider == UserId(rider) && row.status == "booked";
        let Some((&order, row)) = self.truth.orders.iter_mut().find(|(_, row)| active(row)) else { return };
        row.status = "cancelled".into();
        self.truth.booked.remove(&row.battery);
        self.history.push(What::EndAsked { rider: UserId(rider), order });
        self.history.push(What::Ended { order, how: End::Cancelled });
        self.notify(rider, "booking_cancelled", order);
        self.show();
    }

    fn notify(&mut self, rider: i64, kind: &str, order: OrderId) {
        let inbox = self.truth.inboxes.entry(UserId(rider)).or_default();
        let id = NotificationId(inbox.keys().last().map_or(0, |id| id.0) + 1);
        let message = Message { id, kind: kind.into(), order: Some(order) };
        inbox.insert(id, message.clone());
        self.history.push(What::Heard { screen: phone(rider), message });
    }

    fn connect(&mut self, rider: i64, recovered: bool) {
        let screen = phone(rider);
        self.history.push(What::Greeted { screen, recovered });
        if !recovered {
            let inbox = self.truth.inboxes.entry(UserId(rider)).or_default();
            self.history.push(What::Inbox { screen, messages: inbox.values().cloned().collect() });
        }
    }

    fn show(&mut self) {
        self.revision += 1;
        let booked = i64::try_from(self.truth.booked.len()).unwrap();
        let counts = [BATTERIES - booked, booked, 0, BATTERIES];
        let state = Shown { name: "Chaos".into(), status: "online".into(), counts };
        self.truth.stations.insert(STATION, state.clone());
        let revision = Revision(self.revision);
        self.history.push(What::Shown { screen: WALL, station: STATION, revision, state });
    }

    fn judge(&self) -> Vec<(Kind, String)> {
        let mut judge = Judge::default();
        for what in &self.history {
            judge.take(&Record { at: Duration::ZERO, what: what.clone() });
        }
        judge.compare(&self.truth).into_iter().map(|violation| (violation.kind, violation.words)).collect()
    }

    /// One of the records that fit, with its index.
    fn any(&mut self, wanted: impl Fn(&What) -> bool) -> usize {
        let found: Vec<usize> =
            (0..self.history.len()).filter(|index| wanted(&self.history[*index])).collect();
        found[self.chance.random_range(0..found.len())]
    }
}

fn phone(rider: i64) -> ScreenId {
    ScreenId(usize::try_from(rider).unwrap())
}

/// Breaks good histories of many seeds; each must be judged as one of the kinds.
fn is_found(kinds: &[Kind], damage: impl Fn(&mut World)) {
    for seed in 0..SEEDS {
        let mut world = World::new(seed).work(STEPS);
        damage(&mut world);
        let found = world.judge();
        assert!(found.iter().any(|(kind, _)| kinds.contains(kind)), "seed {seed}: {found:?}");
    }
}

fn is_booked(what: &What) -> bool {
    matches!(what, What::Answered { answer: Answer::Booked { .. }, .. })
}

fn is_heard(what: &What) -> bool {
    matches!(what, What::Heard { .. })
}

#[test]
fn a_good_history_is_good() {
    for seed in 0..SEEDS {
        assert_eq!(World::new(seed).work(STEPS).judge(), [], "seed {seed}");
    }
}

#[test]
fn an_answered_booking_that_does_not_exist_is_lost() {
    is_found(&[Kind::Lost], |world| {
        let order = *world.truth.orders.keys().next().unwrap();
        world.truth.orders.remove(&order);
    });
}

#[test]
fn an_order_that_nobody_was_answered_is_doubled() {
    is_found(&[Kind::Doubled], |world| {
        let order = OrderId(world.next_order);
        let row = OrderRow { rider: UserId(1), battery: BatteryId(99), status: "cancelled".into() };
        world.truth.orders.insert(order, row);
    });
}

#[test]
fn a_refused_booking_that_exists_is_found() {
    is_found(&[Kind::Doubled], |world| {
        let at = world.any(is_booked);
        let What::Answered { answer, .. } = &mut world.history[at] else { unreachable!() };
        *answer = Answer::Refused { code: "station-empty".into() };
    });
}

#[test]
fn a_key_with_two_answers_is_found() {
    is_found(&[Kind::Contradiction], |world| {
        let at = world.any(is_booked);
        let What::Answered { key, .. } = world.history[at] else { unreachable!() };
        let answer = Answer::Refused { code: "station-empty".into() };
        world.history.insert(at + 1, What::Answered { key, answer });
    });
}

#[test]
fn an_order_that_ended_otherwise_is_found() {
    is_found(&[Kind::Contradiction], |world| {
        let row = world.truth.orders.values_mut().find(|row| row.status == "cancelled").unwrap();
        row.status = "collected".into();
    });
}

#[test]
fn a_battery_given_to_somebody_while_it_is_held_has_two_holders() {
    is_found(&[Kind::DoubleHeld], |world| {
        let at = world.any(is_booked);
        let What::Answered { answer: Answer::Booked { battery, .. }, .. } = world.history[at] else {
            unreachable!()
        };
        let answer = Answer::Booked { rider: UserId(2), order: OrderId(9_999), battery };
        world.history.insert(at + 1, What::Answered { key: Key(9_999), answer });
    });
}

#[test]
fn batteries_and_orders_that_disagree_are_found() {
    is_found(&[Kind::DoubleHeld], |world| {
        world.truth.booked.insert(BatteryId(77));
    });
    is_found(&[Kind::DoubleHeld], |world| {
        for order in [9_998, 9_999] {
            let row = OrderRow { rider: UserId(1), battery: BatteryId(88), status: "booked".into() };
            world.truth.orders.insert(OrderId(order), row);
        }
    });
}

#[test]
fn a_message_that_was_not_heard_is_lost() {
    is_found(&[Kind::Lost, Kind::Pending], |world| {
        // One that a later inbox has is not lost: no more of them.
        world
            .history
            .retain(|what| !matches!(what, What::Greeted { recovered: false, screen } if *screen != WALL));
        let first = world.history.iter().position(|what| matches!(what, What::Inbox { .. })).unwrap();
        let mut index = 0;
        world.history.retain(|what| {
            index += 1;
            index <= first + 1 || !matches!(what, What::Inbox { .. })
        });
        let at = world.any(is_heard);
        world.history.remove(at);
    });
}

#[test]
fn a_message_that_comes_twice_is_doubled() {
    is_found(&[Kind::Doubled], |world| {
        let at = world.any(is_heard);
        let again = world.history[at].clone();
        world.history.insert(at + 1, again);
    });
}

#[test]
fn messages_in_another_order_are_found() {
    is_found(&[Kind::Lost, Kind::Doubled, Kind::Contradiction], |world| {
        let first = world.history.len();
        for _ in 0..2 {
            world.notify(1, "notification", OrderId(0));
        }
        world.history.swap(first, first + 1);
    });
}

#[test]
fn a_recovery_that_left_something_out_is_found() {
    is_found(&[Kind::Lost], |world| {
        let inbox = world.truth.inboxes[&UserId(1)].clone();
        let last = inbox.keys().last().unwrap().0;
        world.history.push(What::Greeted { screen: phone(1), recovered: true });
        let late = Message { id: NotificationId(last + 2), kind: "notification".into(), order: None };
        world.history.push(What::Heard { screen: phone(1), message: late });
    });
}

#[test]
fn an_inbox_with_a_hole_is_found() {
    is_found(&[Kind::Lost], |world| {
        let full = |what: &What| matches!(what, What::Inbox { messages, .. } if messages.len() > 2);
        world.connect(1, false);
        world.connect(2, false);
        world.connect(3, false);
        let at = world.any(full);
        let What::Inbox { messages, .. } = &mut world.history[at] else { unreachable!() };
        messages.remove(1);
    });
}

#[test]
fn a_message_that_is_another_one_in_the_inbox_is_found() {
    is_found(&[Kind::Contradiction], |world| {
        let inbox = world.truth.inboxes.get_mut(&UserId(1)).unwrap();
        inbox.values_mut().next().unwrap().kind = "booking_ready".into();
    });
}

#[test]
fn a_revision_that_goes_back_is_found() {
    is_found(&[Kind::Contradiction], |world| {
        let at = world.any(|what| matches!(what, What::Shown { .. }));
        let What::Shown { screen, station, revision, state } = world.history[at].clone() else {
            unreachable!()
        };
        let revision = Revision(revision.0 - 1);
        world.history.insert(at + 1, What::Shown { screen, station, revision, state });
    });
}

#[test]
fn one_revision_with_two_looks_is_found() {
    is_found(&[Kind::Contradiction], |world| {
        let at = world.any(|what| matches!(what, What::Shown { .. }));
        let mut other = world.history[at].clone();
        let What::Shown { state, .. } = &mut other else { unreachable!() };
        state.counts[0] += 1;
        world.history.insert(at + 1, other);
    });
}

#[test]
fn what_has_not_arrived_at_rest_is_pending() {
    is_found(&[Kind::Pending], |world| world.truth.backlog = 1);
    is_found(&[Kind::Pending], |world| {
        world.truth.stations.get_mut(&STATION).unwrap().counts[0] += 1;
    });
    is_found(&[Kind::Pending], |world| {
        world.truth.stations.remove(&STATION);
    });
}

/// A world whose database was replaced by a copy made in the middle of its work.
fn restored(seed: u64) -> World {
    let mut world = World::new(seed).work(STEPS / 2);
    world.history.push(What::BackedUp);
    let copy = (world.truth.clone(), world.next_order);
    let mut world = world.work(STEPS / 2);
    (world.truth, world.next_order) = copy;
    let last = |inbox: &BTreeMap<NotificationId, Message>| *inbox.keys().last().unwrap_or(&NotificationId(0));
    let last = world.truth.inboxes.iter().map(|(rider, inbox)| (*rider, last(inbox))).collect();
    world.history.push(What::Restored { last });
    for rider in 1..=RIDERS {
        // As whoever reads the history at rest does: everybody gets a message.
        world.notify(rider, "notification", OrderId(0));
    }
    world.show();
    world
}

#[test]
fn a_copy_that_took_the_place_of_the_database_takes_back_what_it_does_not_have() {
    for seed in 0..SEEDS {
        assert_eq!(restored(seed).judge(), [], "seed {seed}");
        assert_eq!(restored(seed).work(STEPS).judge(), [], "seed {seed}, and on");
    }
}

#[test]
fn what_a_copy_has_must_not_be_lost_with_it() {
    for seed in 0..SEEDS {
        let mut world = restored(seed);
        let order = *world.truth.orders.keys().next().unwrap();
        world.truth.orders.remove(&order);
        assert!(world.judge().iter().any(|(kind, _)| *kind == Kind::Lost), "seed {seed}");
    }
}
