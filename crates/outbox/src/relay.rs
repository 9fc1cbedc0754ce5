//! The relay: read what is waiting, publish, delete what was confirmed. One step is `drain_once`; `run`
//! repeats it whenever something was committed, and puts every loss right by starting over from the facts.

use std::time::{Duration, Instant};

use broker::{BrokerError, BrokerSettings, PublishFailure, Publisher};
use database::ConnectError;
use events::Event;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use traces::{Kind, Span};

use crate::backlog::Backlog;
use crate::facts::{Batch, Entry, Facts};
use crate::health::RelayHealth;
use crate::leader::{Leader, try_lead};
use crate::metrics::{OUTBOX_BACKLOG, OUTBOX_OLDEST_AGE, RELAY_FAILURES, RELAY_LEADER, RELAY_PUBLISHED};
use crate::session::Session;
use crate::settings::RelaySettings;
use crate::snapshots::Snapshots;

/// Chunks of a snapshot published in one round, so that updates never wait for a large one.
const CHUNKS_PER_ROUND: usize = 4;
const STANDBY_POLL: Duration = Duration::from_millis(250);
const RETRY: Duration = Duration::from_millis(500);
const METRICS_EVERY: Duration = Duration::from_secs(1);
/// Rounds that have found facts begin at least so far apart: what is committed meanwhile is read, published, confirmed
/// and deleted together, which costs the database, the broker and every gateway as much as one fact. The first fact
/// after a silence does not wait.
const GATHERING: Duration = Duration::from_millis(4);
/// Longer than a round may take: two publishings and two statements, each with a time of its own. A server that is
/// frozen keeps its connections open and says nothing; another one may lead by then.
const ROUND_TIMEOUT: Duration = Duration::from_secs(20);

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drained {
    /// Another process leads.
    Standby,
    /// So many facts were published; more may be waiting if it is not zero.
    Facts(usize),
    /// Nothing was waiting.
    Nothing,
}

/// Why a round failed. Nothing is lost: the facts are still there.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// There is no connection for a leader.
    #[error(transparent)]
    Session(#[from] ConnectError),
    /// The leader's connection failed, and the lock with it.
    #[error("database: {0}")]
    Database(#[from] tokio_postgres::Error),
    /// The database keeps the connection and does not answer.
    #[error("database: no answer within {} s", ROUND_TIMEOUT.as_secs())]
    Silent,
    /// The broker is away or refuses.
    #[error(transparent)]
    Broker(#[from] BrokerError),
    /// Some events were not confirmed; they are kept and sent again in order.
    #[error(transparent)]
    Publish(#[from] PublishFailure),
}

/// The relay of a lane.
pub struct Relay<F: Facts> {
    settings: RelaySettings,
    telling: F::Settings,
    database_url: SecretString,
    broker: BrokerSettings,
    standby: Option<Session>,
    leader: Option<Leader<F>>,
    publisher: Option<Publisher>,
    /// Read but not confirmed: sent again, exactly as it was, before anything new is read.
    unconfirmed: Vec<Entry>,
    snapshots: Snapshots,
    measured: Option<Instant>,
    health: RelayHealth,
    /// What the last round failed with.
    failing: Option<String>,
}

impl<F: Facts> Relay<F> {
    /// A relay that has not connected to anything yet.
    #[must_use]
    pub fn new(
        settings: RelaySettings,
        telling: F::Settings,
        database_url: SecretString,
        broker: BrokerSettings,
    ) -> Self {
        Self {
            snapshots: Snapshots::new(&settings),
            settings,
            telling,
            database_url,
            broker,
            standby: None,
            leader: None,
            publisher: None,
            unconfirmed: Vec::new(),
            measured: None,
            health: RelayHealth::default(),
            failing: None,
        }
    }

    /// How it does while it runs.
    #[must_use]
    pub fn health(&self) -> RelayHealth {
        self.health.clone()
    }

    /// Relays until `shutdown`.
    pub async fn run(mut self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            self.measure().await;
            let began = Instant::now();
            let pause = match self.drain_once().await {
                Ok(Drained::Facts(facts)) => {
                    if !self.is_full(facts) && self.snapshots.waiting.is_empty() {
                        let next = began + GATHERING;
                        shutdown.run_until_cancelled(tokio::time::sleep_until(next.into())).await;
                    }
                    continue;
                }
                Ok(Drained::Nothing) if !self.snapshots.waiting.is_empty() => continue,
                Ok(Drained::Nothing) => self.settings.poll(),
                Ok(Drained::Standby) => STANDBY_POLL,
                Err(error) => {
                    self.report(&error);
                    // Not woken by new facts: what failed needs time, not more attempts.
                    shutdown.run_until_cancelled(tokio::time::sleep(RETRY)).await;
                    continue;
                }
            };
            self.failing = None;
            self.health.succeeded();
            let bell = self.leader.as_ref().map(|leader| leader.session.bell.clone());
            let rung = async {
                match bell {
                    Some(bell) => bell.notified().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = tokio::time::sleep(pause) => {}
                () = rung => {}
            }
        }
    }

    /// The id behind which the next read begins; `None` while another process leads.
    #[must_use]
    pub fn position(&self) -> Option<i64> {
        self.leader.as_ref().map(|leader| leader.position.after())
    }

    /// Counts every failure, and logs those that say something new.
    fn report(&mut self, error: &RelayError) {
        RELAY_FAILURES.of([F::NAME]).increment(1);
        let text = error.to_string();
        self.health.failed(&text);
        if self.failing.as_ref() != Some(&text) {
            tracing::warn!(
                outbox = F::NAME,
                error = text,
                "relay: a round failed; trying again until it does not"
            );
            self.failing = Some(text);
        }
    }

    /// Whether so many facts are all that one read takes: there are more.
    fn is_full(&self, facts: usize) -> bool {
        i64::try_from(facts).is_ok_and(|facts| facts >= self.settings.batch)
    }

    /// One round: become the leader if there is none, publish what is waiting, delete what was confirmed.
    ///
    /// # Errors
    /// When the database or the broker fails. The next round starts from the facts that are left.
    pub async fn drain_once(&mut self) -> Result<Drained, RelayError> {
        if self.leader.is_none() {
            let leads = tokio::time::timeout(ROUND_TIMEOUT, self.try_lead()).await;
            if !leads.map_err(|_| RelayError::Silent)?? {
                return Ok(Drained::Standby);
            }
        }
        let result =
            tokio::time::timeout(ROUND_TIMEOUT, self.round()).await.unwrap_or(Err(RelayError::Silent));
        match &result {
            Err(RelayError::Database(_) | RelayError::Silent) => self.step_down(),
            Err(_) => {
                self.publisher = None;
                // The broker may take its time; the lock must not be lost meanwhile.
                if self.ping().await.is_err() {
                    self.step_down();
                }
            }
            Ok(_) => {}
        }
        result
    }

    async fn try_lead(&mut self) -> Result<bool, RelayError> {
        RELAY_LEADER.of([F::NAME]).set(0.0);
        let session = match self.standby.take() {
            Some(session) if !session.client.is_closed() => session,
            _ => Session::connect(&self.database_url, &format!("swapwire {} relay", F::NAME)).await?,
        };
        match try_lead::<F>(session, &self.settings, &self.telling).await? {
            Ok(leader) => {
                tracing::info!(outbox = F::NAME, "relay: this process leads");
                RELAY_LEADER.of([F::NAME]).set(1.0);
                self.leader = Some(leader);
                self.unconfirmed.clear();
                self.snapshots.restart();
                Ok(true)
            }
            Err(session) => {
                self.standby = Some(session);
                Ok(false)
            }
        }
    }

    fn step_down(&mut self) {
        tracing::warn!(outbox = F::NAME, "relay: leadership lost with the database connection");
        RELAY_LEADER.of([F::NAME]).set(0.0);
        self.leader = None;
        // The next leader reports the backlog.
        OUTBOX_BACKLOG.of([F::NAME]).set(0.0);
        OUTBOX_OLDEST_AGE.of([F::NAME]).set(0.0);
        self.health.measured(None);
        // The next leader reads these facts again.
        self.unconfirmed.clear();
    }

    async fn round(&mut self) -> Result<Drained, RelayError> {
        self.connect_publisher().await?;
        self.publish_unconfirmed().await?;
        let batch = self.read().await?;
        let (facts, last) = (batch.facts, batch.last);
        self.delete(&batch.obsolete).await?;
        if let Some(chunks) = batch.snapshot {
            self.snapshots.taken(chunks);
        }
        self.unconfirmed = batch.entries;
        self.publish_unconfirmed().await?;
        let is_full = self.is_full(facts);
        if let Some(leader) = &mut self.leader {
            leader.position.have_told(last, !is_full);
        }
        self.publish_chunks().await?;
        Ok(if facts == 0 { Drained::Nothing } else { Drained::Facts(facts) })
    }

    async fn connect_publisher(&mut self) -> Result<(), RelayError> {
        if self.publisher.as_ref().is_some_and(|publisher| !publisher.is_closed()) {
            return Ok(());
        }
        let name = format!("swapwire {} relay", F::NAME);
        let publisher = Publisher::connect(&self.broker, &name, F::QUEUE).await?;
        tracing::info!(outbox = F::NAME, "relay: connected to the broker");
        self.publisher = Some(publisher);
        // What the broker confirmed before it went may not have reached its disk.
        self.snapshots.restart();
        Ok(())
    }

    async fn read(&mut self) -> Result<Batch, RelayError> {
        let with_snapshot = F::HAS_SNAPSHOT && self.snapshots.due();
        let limit = self.settings.batch;
        let Some(Leader { session, facts, position, .. }) = &mut self.leader else {
            return Ok(Batch::default());
        };
        position.look(&session.client).await?;
        Ok(facts.read(&mut session.client, position.after(), limit, with_snapshot).await?)
    }

    /// Publishes what has been read, in order, and deletes the facts of the confirmed prefix.
    async fn publish_unconfirmed(&mut self) -> Result<(), RelayError> {
        if self.unconfirmed.is_empty() {
            return Ok(());
        }
        let Some(publisher) = &mut self.publisher else { return Ok(()) };
        let (events, spans) = outgoing(&self.unconfirmed);
        let result = publisher.publish(&events).await;
        let confirmed = match &result {
            Ok(()) => self.unconfirmed.len(),
            Err(failure) => failure.confirmed,
        };
        if let Err(failure) = &result {
            spans.iter().skip(confirmed).flatten().for_each(|span| span.fail(failure.source.to_string()));
        }
        drop(spans);
        let told: Vec<Entry> = self.unconfirmed.drain(..confirmed).collect();
        let bytes = told.iter().map(|entry| entry.event.body.len()).sum();
        self.snapshots.count_others(bytes);
        RELAY_PUBLISHED.of([F::NAME]).increment(u64::try_from(confirmed).unwrap_or(u64::MAX));
        let completed: Vec<i64> = told.iter().flat_map(|entry| &entry.completes).copied().collect();
        self.delete(&completed).await?;
        drop(told);
        Ok(result?)
    }

    async fn publish_chunks(&mut self) -> Result<(), RelayError> {
        let Some(publisher) = &mut self.publisher else { return Ok(()) };
        let count = self.snapshots.waiting.len().min(CHUNKS_PER_ROUND);
        let chunks: Vec<Event> = self.snapshots.waiting.drain(..count).collect();
        Ok(publisher.publish(&chunks).await?)
    }

    async fn delete(&self, facts: &[i64]) -> Result<(), RelayError> {
        let (Some(leader), false) = (&self.leader, facts.is_empty()) else { return Ok(()) };
        leader.session.client.execute(&leader.delete, &[&facts]).await?;
        Ok(())
    }

    async fn ping(&self) -> Result<(), RelayError> {
        match &self.leader {
            Some(leader) => Ok(leader.session.client.batch_execute("SELECT").await?),
            None => Ok(()),
        }
    }

    /// Backlog and age, from the leader, at most once a second.
    async fn measure(&mut self) {
        let Some(leader) = &self.leader else { return };
        if self.measured.is_some_and(|at| at.elapsed() < METRICS_EVERY) {
            return;
        }
        self.measured = Some(Instant::now());
        let after = leader.position.after();
        let measure = Backlog::measure(&leader.session.client, F::TABLE, F::LANE, after);
        if let Ok(Ok(backlog)) = tokio::time::timeout(METRICS_EVERY, measure).await {
            OUTBOX_BACKLOG.of([F::NAME]).set(backlog.facts);
            OUTBOX_OLDEST_AGE.of([F::NAME]).set(backlog.oldest_s);
            self.health.measured(Some(backlog));
        }
    }
}

/// The events with the spans of their publishing, which the readers' spans follow.
fn outgoing(entries: &[Entry]) -> (Vec<Event>, Vec<Option<Span>>) {
    entries
        .iter()
        .map(|entry| {
            let mut event = entry.event.clone();
            let span = entry.span.as_ref().and_then(|span| span.child(Kind::Producer, "publish swap.events"));
            if let Some(span) = &span {
                span.set("messaging.system", "rabbitmq");
                span.set("messaging.rabbitmq.destination.routing_key", event.routing_key.clone());
                span.set("messaging.message.id", event.id.to_string());
                event.traceparent = Some(span.traceparent());
            }
            (event, span)
        })
        .unzip()
}
