//! Which event is at which offset. By this a cursor proves that it is of the same log.

use std::collections::VecDeque;

use events::{EventMark, Position};

/// The latest positions of the stream, in order, bounded by count.
#[derive(Debug)]
pub(crate) struct Marks {
    positions: VecDeque<Position>,
    most: usize,
}

/// What is known about an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The same event is there.
    Same,
    /// Another event is there, or none: the position is of another log.
    Different,
    /// The offset is older than everything known.
    Older,
    /// The offset is newer than everything known.
    Newer,
}

impl Marks {
    pub(crate) fn new(most: usize) -> Self {
        Self { positions: VecDeque::new(), most }
    }

    pub(crate) fn push(&mut self, position: Position) {
        if self.positions.len() >= self.most {
            self.positions.pop_front();
        }
        if self.most > 0 {
            self.positions.push_back(position);
        }
    }

    pub(crate) fn check(&self, position: Position) -> Proof {
        match self.positions.binary_search_by_key(&position.offset, |known| known.offset) {
            Ok(found) => match self.positions.get(found).map(|known| known.mark) {
                Some(mark) if mark == position.mark => Proof::Same,
                _ => Proof::Different,
            },
            Err(0) => Proof::Older,
            Err(end) if end == self.positions.len() => Proof::Newer,
            Err(_) => Proof::Different,
        }
    }

    /// Whether another mark is known at this offset.
    pub(crate) fn contradicts(&self, offset: u64, mark: Option<EventMark>) -> bool {
        let found = self.positions.binary_search_by_key(&offset, |known| known.offset).ok();
        let known = found.and_then(|found| self.positions.get(found));
        known.is_some_and(|known| Some(known.mark) != mark)
    }

    /// The oldest offset that is known.
    pub(crate) fn first(&self) -> Option<u64> {
        self.positions.front().map(|known| known.offset)
    }
}
