//! The states of things, by the one name that SQL, JSON and code use for each.

use serde::{Deserialize, Serialize};

/// A name that is none of the states asked for.
#[derive(Debug, thiserror::Error)]
#[error("unknown {kind} {name:?}")]
pub struct UnknownName {
    /// What was being read, for example `battery state`.
    pub kind: &'static str,
    /// What stood there.
    pub name: String,
}

macro_rules! names {
    ($(#[$doc:meta])* $name:ident ($kind:literal) { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(
            feature = "diesel",
            derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow),
            diesel(sql_type = diesel::sql_types::Text)
        )]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Each of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in JSON and SQL.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        // Written out: the derive does not see a name that a macro puts into `rename`.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($text),+]))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}

        impl std::str::FromStr for $name {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(UnknownName { kind: $kind, name: text.to_owned() }),
                }
            }
        }

        #[cfg(feature = "diesel")]
        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                use std::io::Write;
                out.write_all(self.as_str().as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }

        #[cfg(feature = "diesel")]
        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                Ok(std::str::from_utf8(value.as_bytes())?.parse()?)
            }
        }
    };
}

names! {
    /// Whether a station serves riders.
    StationStatus ("station status") {
        /// In service.
        Online = "online",
        /// Out of contact: no new bookings.
        Offline = "offline",
        /// Being worked on: no new bookings.
        Maintenance = "maintenance",
    }
}

names! {
    /// A station's status as screens hear of it: its own, or that it is no more.
    BroadcastStatus ("broadcast status") {
        /// In service.
        Online = "online",
        /// Out of contact.
        Offline = "offline",
        /// Being worked on.
        Maintenance = "maintenance",
        /// Deleted: a screen drops it.
        Removed = "removed",
    }
}

impl From<StationStatus> for BroadcastStatus {
    fn from(status: StationStatus) -> Self {
        match status {
            StationStatus::Online => Self::Online,
            StationStatus::Offline => Self::Offline,
            StationStatus::Maintenance => Self::Maintenance,
        }
    }
}

names! {
    /// What a battery is doing.
    BatteryState ("battery state") {
        /// Can be booked.
        Available = "available",
        /// Held for a rider.
        Booked = "booked",
        /// Not full enough to be offered.
        Charging = "charging",
        /// Out of order.
        Faulty = "faulty",
        /// With a rider, at no station.
        Collected = "collected",
    }
}

names! {
    /// How far an order has come.
    OrderStatus ("order status") {
        /// The battery is held.
        Booked = "booked",
        /// The rider took it.
        Collected = "collected",
        /// The rider gave it up.
        Cancelled = "cancelled",
        /// The hold ran out.
        Expired = "expired",
    }
}

names! {
    /// How a notification is shown.
    Level ("level") {
        /// Neutral.
        Info = "info",
        /// Something went well.
        Success = "success",
        /// Something wants attention.
        Warning = "warning",
        /// Something failed.
        Error = "error",
    }
}

names! {
    /// What a rider can be told: the `type` of a [`RiderMessage`](crate::RiderMessage).
    MessageKind ("message kind") {
        /// A battery is held for the rider.
        BookingConfirmed = "booking_confirmed",
        /// The held battery has reached the ready charge.
        BookingReady = "booking_ready",
        /// The rider took the battery.
        BookingCollected = "booking_collected",
        /// The rider gave the booking up.
        BookingCancelled = "booking_cancelled",
        /// The hold ran out.
        BookingExpired = "booking_expired",
        /// The hold is about to run out.
        BookingExpiring = "booking_expiring",
        /// A word from the network.
        Notification = "notification",
    }
}

names! {
    /// A language that messages are written in, by its code in ISO 639.
    Locale ("locale") {
        /// English.
        English = "en",
        /// German.
        German = "de",
        /// Amharic.
        Amharic = "am",
    }
}

impl Locale {
    /// The language of a tag as clients and identity providers write it, `de-AT` or `de_AT` for example.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        tag.split(['-', '_']).next()?.to_ascii_lowercase().parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_told_by_the_first_part_of_its_tag() {
        for (tag, expected) in [
            ("de", Some(Locale::German)),
            ("de-AT", Some(Locale::German)),
            ("AM_ET", Some(Locale::Amharic)),
            ("en-Latn-GB", Some(Locale::English)),
            ("fr", None),
            ("deutsch", None),
            ("", None),
        ] {
            assert_eq!(Locale::of_tag(tag), expected, "{tag:?}");
        }
    }
}
