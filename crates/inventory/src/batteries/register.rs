//! `POST /batteries/`: an operator registers one battery, or up to 1,000 in one transaction.

use std::fmt;
use std::marker::PhantomData;

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::json;
use service::body::BulkBody;
use service::database::Database;
use service::{Caller, Problem};

use super::{BULK, Battery, Label, Percent};
use crate::history;
use crate::schema::batteries;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBattery {
    serial_number: Label,
    model: Label,
    state_of_charge_percent: Option<Percent>,
    state_of_health_percent: Option<Percent>,
}

/// One object or an array of them. Written out, because an untagged enum forgets which field was wrong.
#[derive(Debug)]
pub(super) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = OneOrMany<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or an array of objects")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(OneOrMany::One)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(items)).map(OneOrMany::Many)
            }
        }

        deserializer.deserialize_any(Either(PhantomData))
    }
}

pub(super) async fn register(
    caller: Caller,
    body: BulkBody<OneOrMany<NewBattery>>,
    database: Data<Database>,
) -> Result<HttpResponse, Problem> {
    caller.require_operator()?;
    let (new, single) = match body.0 {
        OneOrMany::One(battery) => (vec![battery], true),
        OneOrMany::Many(batteries) => (batteries, false),
    };
    if new.len() > BULK {
        return Err(Problem::invalid(".", format!("at most {BULK} batteries in one request")));
    }
    let rows: Vec<_> = new
        .into_iter()
        .map(|battery| {
            (
                batteries::owner_id.eq(caller.user_id),
                batteries::serial_number.eq(battery.serial_number.0),
                batteries::model.eq(battery.model.0),
                batteries::state_of_charge_percent.eq(battery.state_of_charge_percent.map_or(100.0, |p| p.0)),
                batteries::state_of_health_percent.eq(battery.state_of_health_percent.map_or(100.0, |p| p.0)),
            )
        })
        .collect();
    // A battery at no station is on no screen: there is nobody to wake.
    let registered: Vec<Battery> = history::acting(caller, &database, async move |connection| {
        let insert = diesel::insert_into(batteries::table).values(rows);
        Ok(insert.returning(Battery::as_returning()).get_results(connection).await?)
    })
    .await?;
    let mut response = HttpResponse::Created();
    match registered.as_slice() {
        [battery] if single => {
            Ok(response.insert_header((LOCATION, format!("/batteries/{}/", battery.id))).json(battery))
        }
        _ => Ok(response.json(json!({ "items": registered }))),
    }
}
