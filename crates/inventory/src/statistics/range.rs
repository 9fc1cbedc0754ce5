//! A range of time that statistics are asked for, and the buckets that it is divided into.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{BoundingBox, micros};
use serde::{Deserialize, Serialize};
use service::Problem;
use utoipa::{IntoParams, ToSchema};

use crate::error::Error;
use crate::schema::history_begin;

/// More in one answer would be a report, not a page.
const MOST_BUCKETS: i64 = 1_000;
/// The hours of a leap year: what is folded into the hours of a week may be longer.
const MOST_FOLDED_HOURS: i64 = 366 * 24;

/// What the statistics of a station are asked with.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    /// Where it begins. By default a day before `to`, or thirty days with `bucket=day`, or four weeks with
    /// `bucket=hour_of_week`. Where older history is not kept, the answer begins later.
    from: Option<DateTime<Utc>>,
    /// Where it ends, at most now, which is the default.
    to: Option<DateTime<Utc>>,
    #[serde(default)]
    #[param(inline)]
    bucket: Bucket,
}

/// What the statistics of the network are asked with.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct NetworkRange {
    /// Where it begins. By default a day before `to`, or thirty days with `bucket=day`, or four weeks with
    /// `bucket=hour_of_week`. Where older history is not kept, the answer begins later.
    from: Option<DateTime<Utc>>,
    /// Where it ends, at most now, which is the default.
    to: Option<DateTime<Utc>>,
    #[serde(default)]
    #[param(inline)]
    bucket: Bucket,
    /// Only of stations inside `min_lon,min_lat,max_lon,max_lat`; a west greater than the east crosses the
    /// 180th meridian.
    #[param(value_type = Option<String>, example = "13.3,52.4,13.5,52.6")]
    pub(super) bbox: Option<BoundingBox>,
}

/// How long a bucket is, in UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Bucket {
    /// An hour.
    #[default]
    Hour,
    /// A day.
    Day,
    /// The same hour of each week: 168 of them.
    HourOfWeek,
}

/// A range as it was understood.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) from: DateTime<Utc>,
    pub(super) to: DateTime<Utc>,
    pub(super) bucket: Bucket,
}

impl Bucket {
    /// What the database divides a range into: its name and its length.
    pub(super) fn unit(self) -> (&'static str, TimeDelta) {
        match self {
            Self::Hour | Self::HourOfWeek => ("hour", TimeDelta::hours(1)),
            Self::Day => ("day", TimeDelta::days(1)),
        }
    }

    /// How long a range is when the request does not say where it begins.
    fn usual(self) -> TimeDelta {
        match self {
            Self::Hour => TimeDelta::days(1),
            Self::Day => TimeDelta::days(30),
            Self::HourOfWeek => TimeDelta::weeks(4),
        }
    }

    /// How long a range may be, in seconds.
    fn longest_s(self) -> i64 {
        let (_, length) = self.unit();
        let most = if self == Self::HourOfWeek { MOST_FOLDED_HOURS } else { MOST_BUCKETS };
        most * length.num_seconds()
    }
}

impl Span {
    /// Without limits the usual range of the bucket.
    pub(super) fn new(
        from: Option<DateTime<Utc>>,
        to: Option<DateTime<Utc>>,
        bucket: Bucket,
    ) -> Result<Self, Problem> {
        let now = Utc::now();
        let to = to.unwrap_or(now).min(now);
        let from = match from {
            Some(from) => from,
            None => to.checked_sub_signed(bucket.usual()).unwrap_or(to),
        };
        if !micros::in_calendar(&from) {
            return Err(Problem::invalid("from", "the range must lie within the years 0 to 9999"));
        }
        if from >= to {
            return Err(Problem::invalid("from", "must be before to, and in the past"));
        }
        if (to - from).num_seconds() > bucket.longest_s() {
            let days = bucket.longest_s() / TimeDelta::days(1).num_seconds();
            return Err(Problem::invalid(
                "from",
                format!(
                    "the range may have {days} days with this bucket: choose a shorter one or longer buckets"
                ),
            ));
        }
        Ok(Self { from, to, bucket })
    }

    /// The part of it that the history still tells of.
    pub(super) async fn kept(self, connection: &mut AsyncPgConnection) -> Result<Self, Error> {
        let begin: Option<DateTime<Utc>> =
            history_begin::table.select(history_begin::at).first(connection).await?;
        match begin {
            Some(begin) if begin >= self.to => Err(Error::HistoryRemoved(begin)),
            begin => Ok(Self { from: begin.map_or(self.from, |begin| begin.max(self.from)), ..self }),
        }
    }
}

impl TryFrom<Range> for Span {
    type Error = Problem;

    fn try_from(Range { from, to, bucket }: Range) -> Result<Self, Problem> {
        Self::new(from, to, bucket)
    }
}

impl TryFrom<NetworkRange> for Span {
    type Error = Problem;

    fn try_from(NetworkRange { from, to, bucket, bbox: _ }: NetworkRange) -> Result<Self, Problem> {
        Self::new(from, to, bucket)
    }
}
