//! Sends what is queued. Every instance does; the database's locks give each message to one of them. It sets the time
//! of the next try first, then sends without a transaction: a slow push service holds no connection, and what a crash
//! interrupts is sent again later.

use std::time::Duration;

use database::{Database, DatabaseError};
use diesel::QueryableByName;
use diesel::pg::Pg;
use diesel::sql_types::{self, BigInt, Binary, Double, Jsonb, Nullable};
use diesel_async::RunQueryDsl;
use events::{MessageKind, NotificationId, OrderId};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Push;
use super::message::Message;
use super::send::{Outcome, Request, Sender};
use crate::metrics::PUSHES;
use crate::settings::PushSettings;
use crate::texts::{self, Source, Text};

/// Messages on their way at a time; each holds a thread.
const AT_ONCE: usize = 32;

/// Sends what is queued.
pub(crate) struct Pusher {
    database: Database,
    /// None while push is off: what is queued then is dropped.
    sender: Option<Sender>,
    settings: PushSettings,
    sending: JoinSet<Result<(), DatabaseError>>,
    /// What the last round failed with: an outage is one line of the log.
    failing: Option<String>,
}

/// A row of `booking.claim_pushes`.
#[derive(Debug, QueryableByName)]
struct Claimed {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    subscription_id: i64,
    #[diesel(sql_type = Double)]
    age_s: f64,
    #[diesel(sql_type = Nullable<sql_types::Text>)]
    endpoint: Option<String>,
    #[diesel(sql_type = Nullable<Binary>)]
    p256dh: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    auth: Option<Vec<u8>>,
    #[diesel(sql_type = BigInt)]
    notification_id: NotificationId,
    #[diesel(sql_type = sql_types::Text)]
    kind: MessageKind,
    #[diesel(sql_type = Nullable<BigInt>)]
    order_id: Option<OrderId>,
    #[diesel(sql_type = Jsonb)]
    params: Value,
    #[diesel(sql_type = sql_types::Text)]
    locale: String,
    #[diesel(sql_type = sql_types::Text)]
    time_zone: String,
}

/// What names a message in the queue.
#[derive(Debug, Clone, Copy)]
struct Ids {
    id: i64,
    subscription: i64,
}

impl Claimed {
    /// What to send; nothing when the subscription has ended or the message is too old to matter.
    fn request(self, ttl: Duration) -> Option<Request> {
        let source = Source {
            kind: self.kind.as_str(),
            params: &self.params,
            locale: &self.locale,
            time_zone: &self.time_zone,
        };
        let Text { title, message, level } = texts::render(source);
        let age = Duration::try_from_secs_f64(self.age_s).unwrap_or_default();
        Some(Request {
            endpoint: self.endpoint?,
            p256dh: self.p256dh?,
            auth: self.auth?,
            message: Message {
                notification_id: self.notification_id,
                r#type: self.kind,
                title,
                message,
                level,
                booking_id: self.order_id,
            },
            ttl: ttl.checked_sub(age)?,
        })
    }
}

impl Pusher {
    /// A worker that has sent nothing yet.
    pub(crate) fn new(database: Database, push: Push) -> Self {
        let Push { key, settings } = push;
        let sender = key.map(|key| Sender::new(key, settings.allow_local_endpoints));
        Self { database, sender, settings, sending: JoinSet::new(), failing: None }
    }

    /// Sends until `shutdown`, then waits for what is on its way.
    pub(crate) async fn run(mut self, shutdown: CancellationToken) {
        let every = Duration::from_millis(self.settings.poll_ms);
        while !shutdown.is_cancelled() {
            let more = match self.fill().await {
                Ok(more) => {
                    self.failing = None;
                    more
                }
                Err(error) => {
                    self.report(&error);
                    false
                }
            };
            if more {
                // There is more to do as soon as a place is free.
                if let Some(Some(ended)) = shutdown.run_until_cancelled(self.sending.join_next()).await {
                    self.ended(ended);
                }
            } else {
                shutdown.run_until_cancelled(tokio::time::sleep(every)).await;
            }
            while let Some(ended) = self.sending.try_join_next() {
                self.ended(ended);
            }
        }
        while let Some(ended) = self.sending.join_next().await {
            self.ended(ended);
        }
    }

    fn ended(&mut self, ended: Result<Result<(), DatabaseError>, tokio::task::JoinError>) {
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.report(&error),
            Err(error) => tracing::error!(%error, "push: sending was aborted"),
        }
    }

    /// Takes as many messages as there are free places; says whether that left none free.
    async fn fill(&mut self) -> Result<bool, DatabaseError> {
        let free = i64::try_from(AT_ONCE.saturating_sub(self.sending.len())).unwrap_or_default();
        let retry_s = f64::from(self.settings.retry_s);
        let claimed: Vec<Claimed> = self
            .database
            .work(async move |connection| {
                diesel::sql_query("SELECT * FROM booking.claim_pushes($1, $2)")
                    .bind::<BigInt, _>(free)
                    .bind::<Double, _>(retry_s)
                    .load(connection)
                    .await
                    .map_err(DatabaseError::from)
            })
            .await?;
        let ttl = Duration::from_secs(self.settings.ttl_s.into());
        for claimed in claimed {
            let ids = Ids { id: claimed.id, subscription: claimed.subscription_id };
            let (database, sender) = (self.database.clone(), self.sender.clone());
            self.sending.spawn(async move {
                let outcome = match (sender, claimed.request(ttl)) {
                    (Some(sender), Some(request)) => {
                        let sending = tokio::task::spawn_blocking(move || sender.send(request));
                        sending.await.map_err(|_| DatabaseError::Aborted)?
                    }
                    _ => Outcome::Refused("it is nobody's any more".into()),
                };
                settle(&database, ids, outcome).await
            });
        }
        Ok(self.sending.len() >= AT_ONCE)
    }

    fn report(&mut self, error: &DatabaseError) {
        let text = error.to_string();
        if self.failing.as_ref() != Some(&text) {
            tracing::warn!(error = text, "push: failed; trying again until it does not");
            self.failing = Some(text);
        }
    }
}

/// Writes down the outcome of a message.
async fn settle(database: &Database, ids: Ids, outcome: Outcome) -> Result<(), DatabaseError> {
    let Ids { id, subscription } = ids;
    let count = |outcome: &'static str| PUSHES.of([outcome]).increment(1);
    let query = |statement: &'static str| diesel::sql_query(statement).into_boxed::<Pg>();
    let done = || query("DELETE FROM booking.push_queue WHERE id = $1").bind::<BigInt, _>(id);
    let settling = match outcome {
        Outcome::Delivered => {
            count("delivered");
            done()
        }
        Outcome::Refused(reason) => {
            count("refused");
            tracing::info!(subscription, reason, "push: a message is dropped");
            done()
        }
        Outcome::Gone => {
            count("gone");
            query(
                "WITH gone AS (DELETE FROM booking.push_subscriptions WHERE id = $1) \
                 DELETE FROM booking.push_queue WHERE subscription_id = $1",
            )
            .bind::<BigInt, _>(subscription)
        }
        Outcome::Later(reason, wait) => {
            count("later");
            tracing::debug!(subscription, reason, "push: a message is tried again later");
            query(
                "UPDATE booking.push_queue \
                 SET due_at = greatest(due_at, clock_timestamp() + make_interval(secs => $2)) WHERE id = $1",
            )
            .bind::<BigInt, _>(id)
            .bind::<Double, _>(wait.as_secs_f64())
        }
    };
    database.work(async move |connection| Ok(settling.execute(connection).await.map(drop)?)).await
}
