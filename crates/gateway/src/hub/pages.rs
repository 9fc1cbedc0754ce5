//! All stations, cut into pages of neighbours. A snapshot takes the pages that lie inside the area as they are, shared
//! by all clients that take them before they change, and filters those at its border.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use events::{BoundingBox, Location, STATIONS_PER_CHUNK, StationId};

use super::forms::Forms;
use super::grid::morton;
use super::item::Known;

/// The order of stations: along the Z-curve, then by id.
type Key = (u64, StationId);

/// Stations of a page that is joined with its neighbour when it has fewer.
const FEW: usize = STATIONS_PER_CHUNK / 8;

#[derive(Default)]
pub(super) struct Pages {
    /// By the key that they begin with; the first begins before all keys.
    pages: BTreeMap<Key, Rc<Page>>,
    stations: usize,
    /// Bytes of texts, and of states that only clients hold.
    bytes: Rc<Cell<usize>>,
}

/// What a station costs that is kept for a client only, in bytes: an estimate of its state and its place on a page.
pub(super) const STATION_BYTES: usize = 512;

/// A part of the counted bytes, for as long as it lives.
struct Held {
    bytes: usize,
    sum: Rc<Cell<usize>>,
}

impl Held {
    fn new(bytes: usize, sum: &Rc<Cell<usize>>) -> Self {
        sum.set(sum.get() + bytes);
        Self { bytes, sum: Rc::clone(sum) }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.sum.set(self.sum.get().saturating_sub(self.bytes));
    }
}

/// A part of the stations at one moment. A change copies the page if it is shared.
struct Page {
    stations: Vec<Entry>,
    /// Contains all of them; perhaps larger, after some have left.
    bounds: BoundingBox,
    text: OnceCell<Text>,
    bytes: Rc<Cell<usize>>,
    /// Set when the log has another page in place of this one: from then on it is kept for clients only.
    replaced: OnceCell<Held>,
}

#[derive(Clone)]
struct Entry {
    key: Key,
    location: Location,
    known: Arc<Known>,
}

/// Stations as a JSON array, with the wire forms of it.
pub(crate) struct Text {
    pub(crate) json: Bytes,
    pub(crate) forms: Forms,
    _held: Held,
}

/// A part of a snapshot: one frame.
#[derive(Clone)]
pub(crate) struct Part(Stations);

#[derive(Clone)]
enum Stations {
    /// A whole page, shared.
    Page(Rc<Page>),
    /// Stations of one client's choice.
    Chosen(Rc<Chosen>),
}

struct Chosen {
    stations: Vec<Arc<Known>>,
    text: OnceCell<Text>,
    held: Held,
}

impl Part {
    /// The stations as JSON; written when it is first needed.
    pub(crate) fn text(&self) -> &Text {
        match &self.0 {
            Stations::Page(page) => page
                .text
                .get_or_init(|| Text::new(page.stations.iter().map(|entry| &entry.known), &page.bytes)),
            Stations::Chosen(chosen) => {
                chosen.text.get_or_init(|| Text::new(chosen.stations.iter(), &chosen.held.sum))
            }
        }
    }

    #[cfg(test)]
    pub(super) fn stations(&self) -> Vec<Arc<Known>> {
        match &self.0 {
            Stations::Page(page) => page.stations.iter().map(|entry| Arc::clone(&entry.known)).collect(),
            Stations::Chosen(chosen) => chosen.stations.clone(),
        }
    }
}

impl Text {
    fn new<'a>(stations: impl Iterator<Item = &'a Arc<Known>>, bytes: &Rc<Cell<usize>>) -> Self {
        let mut json = Vec::from(*b"[");
        for known in stations {
            if json.len() > 1 {
                json.push(b',');
            }
            json.extend_from_slice(known.json());
        }
        json.push(b']');
        let held = Held::new(json.len(), bytes);
        Self { json: json.into(), forms: Forms::default(), _held: held }
    }
}

impl Page {
    fn new(stations: Vec<Entry>, bytes: &Rc<Cell<usize>>) -> Self {
        let mut bounds = nowhere();
        stations.iter().for_each(|entry| grow(&mut bounds, entry.location));
        Self { stations, bounds, text: OnceCell::new(), bytes: Rc::clone(bytes), replaced: OnceCell::new() }
    }

    /// To be called when the log is about to have another page in place of this one. Counts it if a client holds it.
    fn count_if_held(page: &Rc<Self>) {
        if Rc::strong_count(page) > 1 {
            let bytes = page.stations.len() * STATION_BYTES;
            page.replaced.get_or_init(|| Held::new(bytes, &page.bytes));
        }
    }

    /// The page to be changed: this one, or a copy when a snapshot holds it.
    fn changing(page: &mut Rc<Self>) -> &mut Self {
        Self::count_if_held(page);
        let page = Rc::make_mut(page);
        page.text = OnceCell::new();
        page
    }
}

/// The copy has other stations soon: it takes no text over.
impl Clone for Page {
    fn clone(&self) -> Self {
        Self {
            stations: self.stations.clone(),
            bounds: self.bounds,
            text: OnceCell::new(),
            bytes: Rc::clone(&self.bytes),
            replaced: OnceCell::new(),
        }
    }
}

impl Pages {
    /// How many stations there are.
    pub(super) fn stations(&self) -> usize {
        self.stations
    }

    /// Bytes of the texts that pages and clients hold, and of the states that only clients hold.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.get()
    }

    /// Takes these stations for all that there are.
    pub(super) fn rebuild<'a>(&mut self, stations: impl Iterator<Item = &'a Arc<Known>>) {
        let mut entries: Vec<Entry> = stations.map(Entry::new).collect();
        entries.sort_unstable_by_key(|entry| entry.key);
        self.stations = entries.len();
        self.pages.values().for_each(Page::count_if_held);
        self.pages = entries
            .chunks(STATIONS_PER_CHUNK)
            .zip(0..)
            .filter_map(|(part, index)| {
                let key = if index == 0 { FIRST } else { part.first()?.key };
                Some((key, Rc::new(Page::new(part.to_vec(), &self.bytes))))
            })
            .collect();
    }

    /// Puts a station in, or its new state in place of the old one.
    pub(super) fn insert(&mut self, known: &Arc<Known>) {
        let entry = Entry::new(known);
        let Some((_, page)) = self.pages.range_mut(..=entry.key).next_back() else {
            self.pages.insert(FIRST, Rc::new(Page::new(vec![entry], &self.bytes)));
            self.stations = 1;
            return;
        };
        let page = Page::changing(page);
        match page.stations.binary_search_by_key(&entry.key, |other| other.key) {
            Ok(index) => {
                if let Some(old) = page.stations.get_mut(index) {
                    *old = entry;
                }
                return;
            }
            Err(index) => {
                grow(&mut page.bounds, entry.location);
                page.stations.insert(index, entry);
            }
        }
        self.stations += 1;
        if page.stations.len() > STATIONS_PER_CHUNK {
            let upper = page.stations.split_off(STATIONS_PER_CHUNK / 2);
            *page = Page::new(std::mem::take(&mut page.stations), &self.bytes);
            if let Some(key) = upper.first().map(|entry| entry.key) {
                self.pages.insert(key, Rc::new(Page::new(upper, &self.bytes)));
            }
        }
    }

    /// Takes a station out.
    pub(super) fn remove(&mut self, known: &Arc<Known>) {
        let key = Entry::new(known).key;
        let Some((start, page)) = self.pages.range_mut(..=key).next_back() else { return };
        let start = *start;
        let page = Page::changing(page);
        let Ok(index) = page.stations.binary_search_by_key(&key, |other| other.key) else { return };
        page.stations.remove(index);
        self.stations -= 1;
        if page.stations.len() < FEW && start != FIRST {
            self.join_with_the_page_before(start);
        }
    }

    fn join_with_the_page_before(&mut self, start: Key) {
        let Some(page) = self.pages.remove(&start) else { return };
        let Some((_, before)) = self.pages.range_mut(..start).next_back() else { return };
        if before.stations.len() + page.stations.len() > STATIONS_PER_CHUNK {
            self.pages.insert(start, page);
            return;
        }
        let before = Page::changing(before);
        before.stations.extend(page.stations.iter().cloned());
        page.stations.iter().for_each(|entry| grow(&mut before.bounds, entry.location));
    }

    /// A snapshot of all stations; at least one part.
    pub(super) fn all(&self) -> Vec<Part> {
        let pages = self.pages.values().filter(|page| !page.stations.is_empty());
        let parts: Vec<Part> = pages.map(|page| Part(Stations::Page(Rc::clone(page)))).collect();
        if parts.is_empty() { vec![self.choose(&[])] } else { parts }
    }

    /// A snapshot of the stations in a box, but for those in another box; at least one part.
    pub(super) fn within(&self, area: &BoundingBox, but: Option<&BoundingBox>) -> Vec<Part> {
        let (mut parts, mut chosen) = (Vec::new(), Vec::new());
        for page in self.pages.values().filter(|page| page.bounds.intersects(area)) {
            let whole =
                area.contains_box(&page.bounds) && but.is_none_or(|but| !but.intersects(&page.bounds));
            if whole && !page.stations.is_empty() {
                parts.push(Part(Stations::Page(Rc::clone(page))));
                continue;
            }
            let inside = |entry: &&Entry| {
                area.contains(entry.location) && but.is_none_or(|but| !but.contains(entry.location))
            };
            chosen.extend(page.stations.iter().filter(inside).map(|entry| Arc::clone(&entry.known)));
        }
        parts.extend(chosen.chunks(STATIONS_PER_CHUNK).map(|chosen| self.choose(chosen)));
        if parts.is_empty() {
            parts.push(self.choose(&[]));
        }
        parts
    }

    /// The stations in a box.
    pub(super) fn inside(&self, area: &BoundingBox) -> impl Iterator<Item = StationId> {
        let pages = self.pages.values().filter(|page| page.bounds.intersects(area));
        pages
            .flat_map(|page| &page.stations)
            .filter(|entry| area.contains(entry.location))
            .map(|entry| entry.known.id())
    }

    /// A part with these stations.
    pub(super) fn choose(&self, stations: &[Arc<Known>]) -> Part {
        let held = Held::new(stations.len() * STATION_BYTES, &self.bytes);
        Part(Stations::Chosen(Rc::new(Chosen { stations: stations.to_vec(), text: OnceCell::new(), held })))
    }
}

/// Before all stations.
const FIRST: Key = (0, StationId(i64::MIN));

impl Entry {
    fn new(known: &Arc<Known>) -> Self {
        let location = known.state.location();
        Self { key: (morton(location), known.id()), location, known: Arc::clone(known) }
    }
}

/// Bounds that contain nothing and meet nothing.
fn nowhere() -> BoundingBox {
    let none = f64::INFINITY;
    BoundingBox { west: none, south: none, east: none, north: -none }
}

fn grow(bounds: &mut BoundingBox, location: Location) {
    if bounds.north < bounds.south {
        let Location { latitude, longitude } = location;
        *bounds = BoundingBox { west: longitude, east: longitude, south: latitude, north: latitude };
    }
    bounds.west = bounds.west.min(location.longitude);
    bounds.east = bounds.east.max(location.longitude);
    bounds.south = bounds.south.min(location.latitude);
    bounds.north = bounds.north.max(location.latitude);
}
