//! `POST /batteries/`: an operator registers one battery, or up to 1,000 in one transaction.

use std::fmt;

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use database::Database;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use service::body::BulkBody;
use service::{Caller, Problem};
use utoipa::openapi::schema::{ArrayBuilder, OneOfBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::{BULK, Battery, Label, Percent};
use crate::quota::{self, Kind};
use crate::schema::batteries;
use crate::settings::QuotaSettings;
use crate::transaction;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBattery {
    #[schema(inline)]
    serial_number: Label,
    #[schema(inline)]
    model: Label,
    state_of_charge_percent: Option<Percent>,
    state_of_health_percent: Option<Percent>,
}

/// One object or an array of them. Written out, because an untagged enum forgets which field was wrong.
#[derive(Debug)]
pub(super) enum NewBatteries {
    One(NewBattery),
    Many(Vec<NewBattery>),
}

impl PartialSchema for NewBatteries {
    fn schema() -> RefOr<Schema> {
        let one = || Ref::from_schema_name("NewBattery");
        let many = ArrayBuilder::new().items(one()).max_items(Some(BULK));
        OneOfBuilder::new().item(one()).item(many).into()
    }
}

impl ToSchema for NewBatteries {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("NewBattery".into(), NewBattery::schema()));
        NewBattery::schemas(schemas);
    }
}

/// What was registered: as it was sent, one or many.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Registered {
    One(Battery),
    Many { items: Vec<Battery> },
}

impl<'de> Deserialize<'de> for NewBatteries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = NewBatteries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or an array of objects")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                NewBattery::deserialize(MapAccessDeserializer::new(map)).map(NewBatteries::One)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(items)).map(NewBatteries::Many)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

/// Registers one battery, or a list of up to 1,000, all of them or none.
///
/// For operators and admins. Who registers a battery owns it. It is at no station yet.
#[utoipa::path(
    post,
    path = "/batteries/",
    operation_id = "register_batteries",
    tag = "batteries",
    request_body = NewBatteries,
    responses(
        (
            status = 201,
            description = "The battery; for a list, `items` in the same order.",
            body = Registered,
        ),
        (status = 409, description = "`serial-number-taken`, `battery-quota-reached`"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn register(
    caller: Caller,
    body: BulkBody<NewBatteries>,
    database: Data<Database>,
    quota: Data<QuotaSettings>,
) -> Result<HttpResponse, Problem> {
    caller.require_operator()?;
    let (new, single) = match body.0 {
        NewBatteries::One(battery) => (vec![battery], true),
        NewBatteries::Many(batteries) => (batteries, false),
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
    let quota = **quota;
    // A battery at no station is on no screen: no relay needs to wake.
    let registered: Vec<Battery> = transaction::acting(caller, &database, async move |connection| {
        quota::require(caller, Kind::Battery, rows.len(), quota, connection).await?;
        let insert = diesel::insert_into(batteries::table).values(rows);
        Ok(insert.returning(Battery::as_returning()).get_results(connection).await?)
    })
    .await?;
    let mut response = HttpResponse::Created();
    let mut items = registered;
    if single && let Some(battery) = items.pop() {
        response.insert_header((LOCATION, format!("/batteries/{}/", battery.id)));
        return Ok(response.json(Registered::One(battery)));
    }
    Ok(response.json(Registered::Many { items }))
}
