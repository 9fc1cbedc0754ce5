//! Riders' screens, which resume at any gateway, and what they have shown compared with what was sent.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use service::auth::Role;
use testbed::{Screen, Upgrade, token};
use tokio::time::{sleep, timeout};

use crate::rush::{Answers, REQUEST, doors, gateway};

/// The gateway pings every 25 s: a socket that is silent for longer is dead.
const SILENCE: Duration = Duration::from_secs(27);

/// What a rider's screen has shown, over every loss of the connection.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// The messages in the order in which they were seen first, live or in the inbox.
    seen: Vec<i64>,
    /// Those that came live, and the event of each.
    live: Vec<(i64, String)>,
}

/// A rider's socket on one of the gateways, with its greeting.
pub(crate) async fn open_phone(rider: i64, attempt: i64, cursor: Option<&str>) -> Option<(Screen, Value)> {
    let machine = u32::try_from(attempt.rem_euclid(3)).unwrap_or_default() + 1;
    let since = cursor.map(|cursor| format!("?since={cursor}")).unwrap_or_default();
    let upgrade = Upgrade::new(&gateway(machine), &format!("/ws/notifications/{since}"));
    let open = upgrade.token(&token(rider, Role::Rider)).open();
    let mut screen = timeout(Duration::from_secs(5), open).await.ok()?.ok()?;
    let first = timeout(Duration::from_secs(5), screen.next()).await.ok()?.ok()?;
    Some((screen, first))
}

/// Follows a rider's messages over every loss of the connection, up to the last one.
pub(crate) async fn watch(
    rider: i64,
    (mut screen, mut first): (Screen, Value),
    answers: Arc<Answers>,
) -> Shown {
    let (mut shown, mut cursor, mut attempt) = (Shown::default(), None::<String>, rider);
    loop {
        if first["recovered"] == false && cursor.is_some() {
            // Said honestly: the inbox has what was missed.
            let last = shown.seen.last().copied().unwrap_or_default();
            shown.seen.extend(inbox(rider, last, &answers).await);
        }
        cursor = first["cursor"].as_str().map(ToOwned::to_owned).or(cursor);
        while let Ok(Ok(message)) = timeout(SILENCE, screen.next()).await {
            cursor = message["cursor"].as_str().map(ToOwned::to_owned).or(cursor);
            let Some(id) = message["notification_id"].as_i64() else { continue };
            shown.take(id, &message);
            if message["title"] == "end" {
                return shown;
            }
        }
        (screen, first) = loop {
            attempt += 1;
            match open_phone(rider, attempt, cursor.as_deref()).await {
                Some(opened) => break opened,
                None => sleep(Duration::from_millis(100)).await,
            }
        };
    }
}

impl Shown {
    /// Asserts that each message that was sent was shown once, in order, and that those that came live were the same.
    pub(crate) async fn agrees(&self, database: &tokio_postgres::Client, rider: i64) {
        let sent = sent_to(database, rider).await;
        assert!(self.seen.iter().eq(sent.keys()), "rider {rider}: each message once, in order: {self:?}");
        for (id, event) in &self.live {
            assert_eq!(Some(event), sent.get(id), "rider {rider}: message {id} is not the one in the inbox");
        }
    }

    /// A message that came live. It comes once. The inbox may have shown it before: it has a message when that is
    /// committed, live it comes when it is published, also over a later connection.
    fn take(&mut self, id: i64, message: &Value) {
        assert!(self.live.last().is_none_or(|(last, _)| id > *last), "{message} came behind {:?}", self.live);
        self.live.push((id, message["id"].as_str().expect("an event").to_owned()));
        if self.seen.last().is_none_or(|last| id > *last) {
            self.seen.push(id);
        }
    }
}

async fn inbox(rider: i64, after: i64, answers: &Answers) -> Vec<i64> {
    let doors = doors().map(|door| door.rider(rider));
    for door in doors.iter().cycle() {
        let path = format!("/user/notifications/?after={after}&limit=500");
        if let Ok(Ok(answer)) = timeout(REQUEST, door.try_send(Method::GET, &path, None)).await
            && answer.status.is_success()
        {
            let items = answer.body["items"].as_array().cloned().unwrap_or_default();
            return items.iter().filter_map(|item| item["id"].as_i64()).collect();
        }
        answers.unclear.fetch_add(1, Ordering::Relaxed);
        sleep(Duration::from_millis(100)).await;
    }
    unreachable!("there are doors")
}

/// A rider's messages, and the event that carries each.
async fn sent_to(database: &tokio_postgres::Client, rider: i64) -> BTreeMap<i64, String> {
    let sql = "SELECT notification_id, event_id::text FROM booking.notifications WHERE user_id = $1";
    let rows = database.query(sql, &[&rider]).await.expect("the messages");
    let sent: BTreeMap<i64, String> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert!(sent.keys().copied().eq(1..=i64::try_from(sent.len()).expect("a number")), "{rider}: {sent:?}");
    sent
}
