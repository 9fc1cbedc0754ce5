//! The state that clients of all stations start from. Its frames are written once for everybody who comes
//! before the next change, and after a change only the page that it is on.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use bytes::Bytes;
use events::{Cursor, STATIONS_PER_CHUNK, StationId, StationState};

use super::frame::Frame;
use crate::protocol;

/// A snapshot in frames.
#[derive(Debug)]
pub(crate) struct Base {
    /// The position that it shows.
    pub(crate) at: Cursor,
    pub(crate) frames: Vec<Frame>,
}

impl Base {
    /// A snapshot of a few stations, for one client.
    pub(super) fn of(at: Cursor, stations: &[Arc<StationState>]) -> Self {
        let mut pages: Vec<Bytes> = stations.chunks(STATIONS_PER_CHUNK).map(protocol::stations).collect();
        let last = pages.pop().unwrap_or_else(|| protocol::stations(&[]));
        let frames = pages.iter().map(|page| protocol::inventory_snapshot(page, None));
        Self { at, frames: frames.chain([protocol::inventory_snapshot(&last, Some(at))]).collect() }
    }
}

/// All stations by id, cut into pages that fit a frame.
#[derive(Default)]
pub(super) struct Pages {
    /// By the id that they begin with; the first begins before all ids.
    pages: BTreeMap<StationId, Page>,
    newest: Option<Arc<Base>>,
}

/// A page; empty when it must be written anew.
#[derive(Default)]
struct Page {
    stations: Option<Bytes>,
    /// The frame of a page that is not the last.
    frame: Option<Frame>,
}

impl Pages {
    /// A station's state is another one, or it came or went.
    pub(super) fn changed(&mut self, id: StationId) {
        if let Some((_, page)) = self.pages.range_mut(..=id).next_back() {
            *page = Page::default();
        }
    }

    /// The state as of `at`; `present` lists the stations of a range of ids.
    pub(super) fn base<'a, I>(
        &mut self,
        at: Cursor,
        present: impl Fn((Bound<StationId>, Bound<StationId>)) -> I,
    ) -> Arc<Base>
    where
        I: Iterator<Item = &'a Arc<StationState>>,
    {
        if let Some(newest) = self.newest.as_ref().filter(|newest| newest.at == at) {
            return Arc::clone(newest);
        }
        self.write(present);
        let mut frames = Vec::with_capacity(self.pages.len());
        if let Some((last, pages)) = self.pages.values_mut().collect::<Vec<_>>().split_last_mut() {
            for page in pages {
                let stations = page.stations.get_or_insert_default();
                frames.push(
                    page.frame.get_or_insert_with(|| protocol::inventory_snapshot(stations, None)).clone(),
                );
            }
            frames.push(protocol::inventory_snapshot(last.stations.get_or_insert_default(), Some(at)));
        }
        let base = Arc::new(Base { at, frames });
        self.newest = Some(Arc::clone(&base));
        base
    }

    /// Writes the pages that must be; one that has become too long is cut.
    fn write<'a, I>(&mut self, present: impl Fn((Bound<StationId>, Bound<StationId>)) -> I)
    where
        I: Iterator<Item = &'a Arc<StationState>>,
    {
        self.pages.entry(StationId(i64::MIN)).or_default();
        let starts: Vec<StationId> = self.pages.keys().copied().collect();
        for (index, start) in starts.iter().enumerate() {
            if self.pages.get(start).is_some_and(|page| page.stations.is_some()) {
                continue;
            }
            let end = starts.get(index + 1).map_or(Bound::Unbounded, |next| Bound::Excluded(*next));
            let stations: Vec<Arc<StationState>> = present((Bound::Included(*start), end)).cloned().collect();
            let mut parts = stations.chunks(STATIONS_PER_CHUNK);
            let first = parts.next().unwrap_or_default();
            self.pages.insert(*start, Page { stations: Some(protocol::stations(first)), frame: None });
            for part in parts {
                if let Some(station) = part.first() {
                    let page = Page { stations: Some(protocol::stations(part)), frame: None };
                    self.pages.insert(station.station_id, page);
                }
            }
        }
    }
}
