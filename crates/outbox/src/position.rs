//! Where a relay goes on reading. The index of the outbox keeps published facts until they are vacuumed, and a long
//! `pg_dump` holds them there: a read from the beginning passes all of them, one from this position none.
//!
//! Ids are drawn before commit, so a lower id may appear after a higher one was read. An id is final when every
//! transaction that was open when it was seen has ended: no lower one can appear after that.

use std::time::{Duration, Instant};

use tokio_postgres::{Client, Error};

/// How often everything is read: this also finds a fact that was inserted by hand under a low id.
const FROM_THE_BEGINNING_EVERY: Duration = Duration::from_secs(60);

/// The open transactions, by `pg_current_snapshot()`.
#[derive(Debug, Clone, Copy)]
struct AtWork {
    /// All below it have ended.
    oldest: i64,
    /// None at or above it has begun.
    next: i64,
}

/// An id that was read and may still be overtaken by a lower one.
#[derive(Debug, Clone, Copy)]
enum Candidate {
    /// Seen at this moment.
    Seen(i64, Instant),
    /// Final as soon as all transactions below this one have ended.
    Waiting(i64, i64),
}

/// What a leader knows of its outbox.
#[derive(Debug)]
pub(crate) struct Position {
    /// Every fact up to this id has been published.
    told: i64,
    /// No fact will appear up to this id.
    last_final: i64,
    /// The highest id that was read.
    highest: i64,
    candidate: Option<Candidate>,
    /// Between two looks at the transactions.
    pause: Duration,
    began: Instant,
}

impl Position {
    /// At the beginning of the outbox.
    pub(crate) fn new(pause: Duration) -> Self {
        Self { told: 0, last_final: 0, highest: 0, candidate: None, pause, began: Instant::now() }
    }

    /// Facts above this id are to be read.
    pub(crate) fn after(&self) -> i64 {
        self.told
    }

    /// Asks which transactions are open, if an answer is due. To be called before a read.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn look(&mut self, client: &Client) -> Result<(), Error> {
        if self.began.elapsed() >= FROM_THE_BEGINNING_EVERY {
            *self = Self::new(self.pause);
        }
        match self.candidate {
            None => return Ok(()),
            // A pause between drawing an id and beginning a transaction: a writer that inserts facts directly draws the
            // id first. The triggers of the tables write in a transaction that has begun.
            Some(Candidate::Seen(_, at)) if at.elapsed() < self.pause => return Ok(()),
            Some(_) => {}
        }
        let row = client
            .query_one(
                "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint \
                 FROM pg_current_snapshot() s",
                &[],
            )
            .await?;
        self.have_seen(AtWork { oldest: row.get(0), next: row.get(1) });
        Ok(())
    }

    fn have_seen(&mut self, at_work: AtWork) {
        match self.candidate {
            Some(Candidate::Seen(id, _)) => self.candidate = Some(Candidate::Waiting(id, at_work.next)),
            Some(Candidate::Waiting(id, until)) if at_work.oldest >= until => {
                self.last_final = id;
                self.candidate = None;
            }
            Some(Candidate::Waiting(..)) | None => {}
        }
    }

    /// Every fact that a read found has been published: up to `last`, and `is_all` if no more were there.
    pub(crate) fn have_told(&mut self, last: Option<i64>, is_all: bool) {
        let read = if is_all { i64::MAX } else { last.unwrap_or_default() };
        self.told = self.told.max(read.min(self.last_final));
        self.highest = self.highest.max(last.unwrap_or_default());
        // Also when this read found nothing: an idle relay gets to the end of what it has published.
        if self.candidate.is_none() && self.highest > self.last_final {
            self.candidate = Some(Candidate::Seen(self.highest, Instant::now()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position() -> Position {
        Position::new(Duration::ZERO)
    }

    #[test]
    fn what_was_read_is_passed_once_all_transactions_of_that_time_have_ended() {
        let mut position = position();
        position.have_told(Some(10), true);
        position.have_seen(AtWork { oldest: 100, next: 105 });
        position.have_told(Some(20), true);
        assert_eq!(position.after(), 0, "a transaction from before may still commit a lower id");
        position.have_seen(AtWork { oldest: 104, next: 110 });
        position.have_told(Some(30), true);
        assert_eq!(position.after(), 0, "one is still at work");
        position.have_seen(AtWork { oldest: 105, next: 120 });
        assert_eq!(position.after(), 0, "a fact that was late is to be read first");
        position.have_told(Some(9), true);
        assert_eq!(position.after(), 10);
    }

    #[test]
    fn a_read_that_was_cut_is_passed_up_to_its_last_fact() {
        let mut position = position();
        position.have_told(Some(10), true);
        position.have_seen(AtWork { oldest: 100, next: 100 });
        position.have_seen(AtWork { oldest: 100, next: 100 });
        position.have_told(Some(7), false);
        assert_eq!(position.after(), 7);
        position.have_told(Some(30), false);
        assert_eq!(position.after(), 10);
    }

    #[test]
    fn a_relay_that_finds_nothing_more_gets_to_the_end_of_what_it_has_told() {
        let mut position = position();
        position.have_told(Some(10), true);
        position.have_told(Some(20), true);
        for _ in 0..2 {
            position.have_seen(AtWork { oldest: 100, next: 100 });
            position.have_seen(AtWork { oldest: 100, next: 100 });
            position.have_told(None, true);
        }
        assert_eq!(position.after(), 20);
    }

    #[test]
    fn a_position_never_goes_back_by_itself() {
        let mut position = position();
        position.have_told(Some(10), true);
        position.have_seen(AtWork { oldest: 100, next: 100 });
        position.have_seen(AtWork { oldest: 100, next: 100 });
        position.have_told(None, true);
        assert_eq!(position.after(), 10);
        position.have_told(Some(3), false);
        assert_eq!(position.after(), 10);
    }
}
