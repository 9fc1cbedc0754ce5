//! `battery_ready` in, `booking_ready` out: the one event that this service consumes. Its queue keeps a message
//! until it is settled here. The database notifies a rider once, however often a message comes.

use std::time::Duration;

use broker::{BrokerError, BrokerSettings, QueueMessage, QueueReader};
use database::{DatabaseError, only_row};
use events::{BatteryReady, DecodeError, Decoded, Event};
use service::application::Tools;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::metrics::BATTERY_READY;
use crate::schema::tell_ready;

const NAME: &str = "swapwire booking battery-ready";
const RETRY: Duration = Duration::from_millis(500);
/// Messages that are handled at a time: one that has to wait does not delay the others.
const IN_HAND: u16 = 16;
/// The first pause before a message is handed back, doubled each time it has come: with the queue's delivery limit
/// of five a message is given up after some six seconds.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The outcome of a `battery_ready`, as `booking.tell_ready` names it.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// The rider reads it now.
    Told,
    /// The rider has read it before.
    Repeated,
    /// The hold that it was about is over.
    Ended,
    /// The battery is booked without an order. Its order is not committed yet, or the state was set by hand.
    Unknown,
    /// The database refuses it.
    Refused,
}

/// Consumes the queue until `shutdown`, over every loss of the broker.
pub(crate) async fn consume(broker: BrokerSettings, tools: Tools, shutdown: CancellationToken) {
    let mut failing = String::new();
    while !shutdown.is_cancelled() {
        let Some(Err(error)) = shutdown.run_until_cancelled(read(&broker, &tools, &mut failing)).await else {
            break;
        };
        // An outage is one line, not two a second.
        let text = error.to_string();
        if failing != text {
            tracing::warn!(error = text, "battery-ready: interrupted; attaching again until it lasts");
            failing = text;
        }
        shutdown.run_until_cancelled(tokio::time::sleep(RETRY)).await;
    }
}

async fn read(
    broker: &BrokerSettings,
    tools: &Tools,
    failing: &mut String,
) -> Result<std::convert::Infallible, BrokerError> {
    let mut queue = QueueReader::battery_ready(broker, NAME, IN_HAND).await?;
    failing.clear();
    // Work on messages ends with the subscription that delivered them: the broker delivers them again.
    let mut in_hand = JoinSet::new();
    loop {
        let message = queue.next().await?;
        let tools = tools.clone();
        in_hand.spawn(async move { settle(message, &tools).await });
        while in_hand.try_join_next().is_some() {}
    }
}

/// Handles a message and settles it at the broker.
async fn settle(message: QueueMessage, tools: &Tools) {
    let id = message.headers.id.clone().unwrap_or_default();
    let settled = match understood(&message) {
        Err(error) => {
            tracing::error!(id, %error, "battery-ready: no event of ours; a dead letter");
            count("rejected");
            message.reject().await
        }
        Ok(ready) => match tell(&ready, tools).await {
            Outcome::Unknown => {
                let battery = ready.battery_id.0;
                tracing::warn!(
                    id,
                    battery,
                    returns = message.returns,
                    "battery-ready: no order holds the battery yet"
                );
                count("returned");
                tokio::time::sleep(FIRST_PAUSE * 2_u32.saturating_pow(message.returns.min(10))).await;
                message.again().await
            }
            Outcome::Refused => {
                count("rejected");
                message.reject().await
            }
            Outcome::Told => {
                tools.wake.committed();
                count("told");
                message.done().await
            }
            Outcome::Repeated | Outcome::Ended => {
                count("obsolete");
                message.done().await
            }
        },
    };
    if let Err(error) = settled {
        tracing::warn!(id, %error, "battery-ready: not settled; the message comes again");
    }
}

fn understood(message: &QueueMessage) -> Result<BatteryReady, NotReady> {
    match Event::decode(&message.headers, &message.routing_key, &message.body)? {
        Decoded::BatteryReady(_, ready) => Ok(ready),
        _ => Err(NotReady::AnotherType(message.headers.event_type.clone().unwrap_or_default())),
    }
}

/// Why a message of the queue can't be understood.
#[derive(Debug, thiserror::Error)]
enum NotReady {
    #[error(transparent)]
    Undecodable(#[from] DecodeError),
    #[error("the type is {0:?}")]
    AnotherType(String),
}

/// While the database is away, nothing is wrong with the message: it waits until the database is back.
async fn tell(ready: &BatteryReady, tools: &Tools) -> Outcome {
    loop {
        match try_to_tell(ready, tools).await {
            Ok(told) => return told,
            Err(error) if error.passes() => {
                tracing::warn!(%error, "battery-ready: the database does not answer; trying again");
                tokio::time::sleep(RETRY).await;
            }
            Err(error) => {
                tracing::error!(%error, battery = ready.battery_id.0, "battery-ready: refused; a dead letter");
                return Outcome::Refused;
            }
        }
    }
}

async fn try_to_tell(ready: &BatteryReady, tools: &Tools) -> Result<Outcome, DatabaseError> {
    let tell = diesel::select(tell_ready(ready.battery_id, ready.timestamp));
    let told = tools.database.work(async |c| Ok::<String, DatabaseError>(only_row(tell, c).await?)).await?;
    Ok(match told.as_str() {
        "told" => Outcome::Told,
        "repeated" => Outcome::Repeated,
        "ended" => Outcome::Ended,
        _ => Outcome::Unknown,
    })
}

fn count(outcome: &'static str) {
    BATTERY_READY.of([outcome]).increment(1);
}
