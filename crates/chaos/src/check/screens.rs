//! Walls: a station's revision never goes back, one revision has one state, and at rest the wall shows what the database
//! says.

use std::collections::BTreeMap;

use events::{Revision, StationId};

use super::{Kind, Truth, Violation};
use crate::history::{ScreenId, Shown, What};

#[derive(Debug, Default)]
pub(super) struct Screens {
    walls: BTreeMap<ScreenId, Wall>,
}

#[derive(Debug)]
struct Wall {
    /// The one that it shows; all if it is `None`.
    station: Option<StationId>,
    shows: BTreeMap<StationId, Shown>,
    /// The latest state of each station over all connections.
    latest: BTreeMap<StationId, (Revision, Shown)>,
}

impl Screens {
    pub(super) fn take(&mut self, what: &What) -> Option<Violation> {
        match what {
            What::Wall { screen, station } => {
                let wall = Wall { station: *station, shows: BTreeMap::new(), latest: BTreeMap::new() };
                self.walls.insert(*screen, wall);
                None
            }
            // A snapshot follows: what it does not name is gone.
            What::Greeted { screen, recovered: false } => {
                self.walls.get_mut(screen)?.shows.clear();
                None
            }
            What::Shown { screen, station, revision, state } => {
                self.walls.get_mut(screen)?.show(*screen, *station, *revision, state)
            }
            _ => None,
        }
    }

    pub(super) fn compare(&self, truth: &Truth) -> Vec<Violation> {
        let mut found = Vec::new();
        for (screen, wall) in &self.walls {
            let is_its = |station: &StationId| wall.station.is_none_or(|own| own == *station);
            let wanted: BTreeMap<_, _> =
                truth.stations.iter().filter(|(station, _)| is_its(station)).collect();
            for (station, state) in &wanted {
                match wall.shows.get(station) {
                    Some(shown) if shown == *state => {}
                    shown => {
                        let words =
                            format!("{screen:?} shows station {station} as {shown:?}, it is {state:?}");
                        found.push(Violation::new(Kind::Pending, words));
                    }
                }
            }
            for station in wall.shows.keys().filter(|station| !wanted.contains_key(station)) {
                let words = format!("{screen:?} shows station {station}, which there is not");
                found.push(Violation::new(Kind::Pending, words));
            }
        }
        found
    }
}

impl Wall {
    fn show(
        &mut self,
        screen: ScreenId,
        station: StationId,
        revision: Revision,
        state: &Shown,
    ) -> Option<Violation> {
        if state.status == "removed" {
            self.shows.remove(&station);
        } else {
            self.shows.insert(station, state.clone());
        }
        let (before, looked) = self.latest.insert(station, (revision, state.clone()))?;
        let words = if before > revision {
            format!("{screen:?}: station {station} went back from revision {before} to {revision}")
        } else if before == revision && looked != *state {
            format!("{screen:?}: station {station} at revision {revision} looked {looked:?}, then {state:?}")
        } else {
            return None;
        };
        Violation::some(Kind::Contradiction, words)
    }
}
