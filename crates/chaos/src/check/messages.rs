//! Riders' messages. Live ones come in order, each once. A connection that recovers goes on where the last one ended;
//! after one that does not, the rider reads the inbox. At rest every screen has every message.

use std::collections::BTreeMap;

use events::{NotificationId, UserId};

use super::{Kind, Truth, Violation};
use crate::history::{Message, ScreenId, What};

#[derive(Debug, Default)]
pub(super) struct Messages {
    phones: BTreeMap<ScreenId, Phone>,
}

#[derive(Debug)]
struct Phone {
    rider: UserId,
    /// What was heard or read, by its number.
    has: BTreeMap<NotificationId, Message>,
    /// Everything up to this one was heard or read.
    last: NotificationId,
    /// The last one that came on this connection.
    on_connection: Option<NotificationId>,
    /// Whether this connection goes on where the last one ended.
    recovered: bool,
    /// The last message of the copy that took the database's place, until the first one after it has come.
    rewound: Option<NotificationId>,
}

impl Messages {
    pub(super) fn take(&mut self, what: &What) -> Option<Violation> {
        match what {
            What::Phone { screen, rider } => {
                self.phones.insert(*screen, Phone::new(*rider));
                None
            }
            What::Greeted { screen, recovered } => {
                let phone = self.phones.get_mut(screen)?;
                (phone.recovered, phone.on_connection) = (*recovered, None);
                None
            }
            What::Heard { screen, message } => self.phones.get_mut(screen)?.hear(*screen, message),
            What::Inbox { screen, messages } => self.phones.get_mut(screen)?.read(*screen, messages),
            What::Restored { last } => {
                for phone in self.phones.values_mut() {
                    phone.rewound = Some(last.get(&phone.rider).copied().unwrap_or(NotificationId(0)));
                }
                None
            }
            _ => None,
        }
    }

    pub(super) fn compare(&self, truth: &Truth) -> Vec<Violation> {
        self.phones.iter().flat_map(|(screen, phone)| phone.compare(*screen, truth)).collect()
    }
}

impl Phone {
    fn new(rider: UserId) -> Self {
        Self {
            rider,
            has: BTreeMap::new(),
            last: NotificationId(0),
            on_connection: None,
            recovered: false,
            rewound: None,
        }
    }

    fn hear(&mut self, screen: ScreenId, message: &Message) -> Option<Violation> {
        let id = message.id;
        if let Some(rewound) = self.rewound {
            if id.0 == rewound.0 + 1 {
                self.accept_copy(rewound);
            } else if id.0 == self.last.0 + 1 {
                // It was on its way when the copy took the database's place.
                self.last = id;
                return None;
            }
        }
        let before = self.on_connection.replace(id);
        let allowed = match before {
            Some(before) => id.0 == before.0 + 1,
            None if self.recovered => id.0 == self.last.0 + 1,
            // The inbox was read after the greeting: it has what came before this one.
            None => id.0 <= self.last.0 + 1,
        };
        let violation = (!allowed).then(|| {
            let expected = before.unwrap_or(self.last).0 + 1;
            let words = format!("{screen:?} of rider {} heard {id} instead of {expected}", self.rider);
            let kind = match id.0.cmp(&expected) {
                std::cmp::Ordering::Greater => Kind::Lost,
                _ if self.has.get(&id) == Some(message) => Kind::Doubled,
                _ => Kind::Contradiction,
            };
            Violation::new(kind, words)
        });
        self.last = self.last.max(id);
        self.keep(screen, message).or(violation)
    }

    fn read(&mut self, screen: ScreenId, messages: &[Message]) -> Option<Violation> {
        let newest = messages.last().map_or(NotificationId(0), |message| message.id);
        if let Some(rewound) = self.rewound {
            self.accept_copy(rewound);
        }
        let mut violation = None;
        if !messages.iter().map(|message| message.id.0).eq(1..=newest.0) {
            let words = format!("{screen:?}: the inbox of rider {} has holes", self.rider);
            violation = Violation::some(Kind::Lost, words);
        }
        self.last = self.last.max(newest);
        messages.iter().filter_map(|message| self.keep(screen, message)).last().or(violation)
    }

    /// Notes a message; another one must not have had its number.
    fn keep(&mut self, screen: ScreenId, message: &Message) -> Option<Violation> {
        let before = self.has.insert(message.id, message.clone())?;
        (before != *message).then(|| {
            let words = format!("{screen:?} of rider {}: {before:?}, then {message:?}", self.rider);
            Violation::new(Kind::Contradiction, words)
        })
    }

    /// Forgets what came after the copy was made: the rider's numbers begin there again.
    fn accept_copy(&mut self, last: NotificationId) {
        self.rewound = None;
        self.on_connection = None;
        self.recovered = true;
        self.has.retain(|id, _| *id <= last);
        self.last = self.last.min(last);
    }

    fn compare(&self, screen: ScreenId, truth: &Truth) -> Vec<Violation> {
        let mut found = Vec::new();
        let none = BTreeMap::new();
        let inbox = truth.inboxes.get(&self.rider).unwrap_or(&none);
        let newest = inbox.keys().last().copied().unwrap_or(NotificationId(0));
        if self.last < newest || self.rewound.is_some() {
            let words = format!("{screen:?} of rider {} is at {} of {newest}", self.rider, self.last);
            found.push(Violation::new(Kind::Pending, words));
            return found;
        }
        for (id, message) in inbox {
            match self.has.get(id) {
                Some(had) if had == message => {}
                Some(had) => {
                    let words =
                        format!("{screen:?} of rider {}: {had:?}, the inbox has {message:?}", self.rider);
                    found.push(Violation::new(Kind::Contradiction, words));
                }
                None => {
                    let words = format!("{screen:?} of rider {} never got {message:?}", self.rider);
                    found.push(Violation::new(Kind::Lost, words));
                }
            }
        }
        if self.last > newest {
            let words =
                format!("{screen:?} of rider {} heard {}, which is in no inbox", self.rider, self.last);
            found.push(Violation::new(Kind::Lost, words));
        }
        found
    }
}
