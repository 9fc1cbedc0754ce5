//! The latest state of every station, the message of the stream it came with, and the locations that stations left.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use events::{Action, BoundingBox, Event, EventId, InventoryUpdate, Location, StationId, StationMessage};

use super::item::{About, Item, Known, StateChange};
use super::pages::Pages;

/// Up to so many messages behind, the changed stations are looked through; further behind, those in the box.
const NEAR: u64 = 256;

#[derive(Default)]
pub(super) struct Stations {
    by_id: HashMap<StationId, Station>,
    /// The stations by the offset of their latest update.
    order: BTreeSet<(u64, StationId)>,
    /// Those of them that were removed.
    removed: BTreeSet<(u64, StationId)>,
    /// Moves and removals in the replay window, in order.
    departures: VecDeque<Departure>,
    /// For stations that left a location before the window: the last time, and an area that contains all of them.
    earlier: HashMap<StationId, (u64, BoundingBox)>,
    pub(super) pages: Pages,
}

struct Station {
    known: Arc<Known>,
    /// `None` for a state that is known from the first snapshot only.
    latest: Option<Latest>,
    /// The offsets of its updates in the replay window: what is merged for a client counts them.
    history: VecDeque<u64>,
}

/// The latest update of a station.
struct Latest {
    item: Arc<Item>,
    event: EventId,
    action: Action,
    /// The offset of the last update with another cause. A client behind this offset gets the merged message.
    other_cause: Option<u64>,
    merged: OnceCell<Arc<Item>>,
}

/// A station left a location.
struct Departure {
    offset: u64,
    station: StationId,
    from: Location,
}

/// A station's latest update, for a client that has not seen it.
pub(super) struct Unseen {
    pub(super) item: Arc<Item>,
    /// How many updates it stands for beside itself.
    pub(super) conflated: usize,
}

impl Stations {
    /// A station that exists.
    pub(super) fn get(&self, id: StationId) -> Option<&Arc<Known>> {
        self.by_id.get(&id).map(|station| &station.known).filter(|known| known.state.exists())
    }

    /// Takes these states for all that there are.
    pub(super) fn replace_all(&mut self, states: &[Arc<Known>]) {
        *self = Self::default();
        for known in states {
            let station = Station { known: Arc::clone(known), latest: None, history: VecDeque::new() };
            self.by_id.insert(known.id(), station);
        }
        self.pages.rebuild(states.iter().filter(|known| known.state.exists()));
    }

    /// Takes a new state.
    pub(super) fn update(&mut self, item: &Arc<Item>, change: &StateChange) {
        let (id, offset) = (change.known.id(), item.at.offset);
        let known = Arc::clone(&change.known);
        let before = self.by_id.remove(&id);
        self.change_page(before.as_ref().map(|before| &before.known), &known);
        if let Some(from) = change.left {
            self.departures.push_back(Departure { offset, station: id, from });
        }
        let (latest, mut history) =
            before.map_or((None, VecDeque::new()), |before| (before.latest, before.history));
        history.push_back(offset);
        let mut other_cause = None;
        if let Some(latest) = latest {
            let key = (latest.item.at.offset, id);
            self.order.remove(&key);
            self.removed.remove(&key);
            other_cause = if latest.action == change.action { latest.other_cause } else { Some(key.0) };
        }
        self.order.insert((offset, id));
        if !known.state.exists() {
            self.removed.insert((offset, id));
        }
        let latest = Some(Latest {
            item: Arc::clone(item),
            event: change.event,
            action: change.action,
            other_cause,
            merged: OnceCell::new(),
        });
        self.by_id.insert(id, Station { known, latest, history });
    }

    fn change_page(&mut self, before: Option<&Arc<Known>>, now: &Arc<Known>) {
        let before = before.filter(|before| before.state.exists());
        if let Some(before) = before
            && (!now.state.exists() || before.state.location() != now.state.location())
        {
            self.pages.remove(before);
        }
        if now.state.exists() {
            self.pages.insert(now);
        }
    }

    /// An update has left the replay window.
    pub(super) fn leave_window(&mut self, id: StationId) {
        if let Some(station) = self.by_id.get_mut(&id) {
            station.history.pop_front();
        }
    }

    /// The replay window begins at `window`; no client stands before `oldest`.
    pub(super) fn forget(&mut self, window: u64, oldest: u64) {
        while let Some(departure) = self.departures.front()
            && departure.offset < window
        {
            let Some(Departure { offset, station, from }) = self.departures.pop_front() else { break };
            let point = BoundingBox {
                west: from.longitude,
                east: from.longitude,
                south: from.latitude,
                north: from.latitude,
            };
            let (last, area) = self.earlier.entry(station).or_insert((offset, point));
            *last = offset;
            *area = around(*area, from);
        }
        let before = window.min(oldest);
        while let Some((at, id)) = self.removed.first().copied().filter(|(at, _)| *at < before) {
            self.removed.remove(&(at, id));
            self.order.remove(&(at, id));
            self.by_id.remove(&id);
            self.earlier.remove(&id);
        }
    }

    /// The latest update of one station, if it stands behind the offset.
    pub(super) fn unseen(&self, id: StationId, offset: u64) -> Option<Unseen> {
        let station = self.by_id.get(&id)?;
        let latest = station.latest.as_ref().filter(|latest| latest.item.at.offset > offset)?;
        let updates = station.history.len() - station.history.partition_point(|at| *at <= offset);
        Some(Unseen { item: latest.item_for(&station.known, offset), conflated: updates.saturating_sub(1) })
    }

    /// The stations whose latest update stands behind the offset, in its order.
    pub(super) fn changed_since(&self, offset: u64) -> impl Iterator<Item = StationId> {
        let start = Bound::Excluded((offset, StationId(i64::MAX)));
        self.order.range((start, Bound::Unbounded)).map(|(_, id)| *id)
    }

    /// Those of them that concern a box: they are inside, or left it since. In the order of their latest update.
    pub(super) fn changed_within(&self, area: &BoundingBox, offset: u64, head: u64) -> Vec<StationId> {
        let mut found = self.departed(area);
        let is_inside =
            |id: &StationId| self.get(*id).is_some_and(|known| area.contains(known.state.location()));
        if head.saturating_sub(offset) <= NEAR {
            found.extend(self.changed_since(offset).filter(is_inside));
        } else {
            found.extend(self.pages.inside(area));
        }
        let latest = |id: &StationId| {
            let at = self.by_id.get(id)?.latest.as_ref()?.item.at.offset;
            (at > offset).then_some((at, *id))
        };
        let mut changed: Vec<(u64, StationId)> = found.iter().filter_map(latest).collect();
        changed.sort_unstable();
        changed.into_iter().map(|(_, id)| id).collect()
    }

    /// The stations that left the box, as far as departures are retained. A departure before a client's position may
    /// not have been sent to it; the station's latest update takes its place. So a client may get the state of a
    /// station that it has already dropped, which does no harm.
    fn departed(&self, area: &BoundingBox) -> HashSet<StationId> {
        let recent = self.departures.iter().filter(|departure| area.contains(departure.from));
        let earlier = self.earlier.iter().filter(|(_, (_, left_from))| area.intersects(left_from));
        recent.map(|departure| departure.station).chain(earlier.map(|(id, _)| *id)).collect()
    }
}

impl Latest {
    /// The message for a client that has seen everything up to the offset.
    fn item_for(&self, known: &Arc<Known>, seen: u64) -> Arc<Item> {
        if self.action == Action::Update || self.other_cause.is_none_or(|offset| offset <= seen) {
            return Arc::clone(&self.item);
        }
        Arc::clone(self.merged.get_or_init(|| Arc::new(self.merge(known))))
    }

    /// The update that stands for several with different causes.
    fn merge(&self, known: &Arc<Known>) -> Item {
        let update = InventoryUpdate { station: known.state.clone(), action: Action::Update };
        let body = Event::station(self.event, &StationMessage::InventoryUpdate(update)).body;
        let change =
            StateChange { known: Arc::clone(known), event: self.event, action: Action::Update, left: None };
        Item { shown: self.item.shown, ..Item::new(self.item.at, About::State(change), body) }
    }
}

/// The area with a location more.
fn around(area: BoundingBox, location: Location) -> BoundingBox {
    BoundingBox {
        west: area.west.min(location.longitude),
        east: area.east.max(location.longitude),
        south: area.south.min(location.latitude),
        north: area.north.max(location.latitude),
    }
}
