//! Structs from JSON objects only. Serde also takes an array for a struct, its fields in their order; no document
//! says so, and a client that sends one has made a mistake.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

/// For a field that is a struct: `#[serde(deserialize_with = "service::object::only")]`.
///
/// # Errors
/// Whatever is wrong with the value, an array included.
pub fn only<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(FromMap(PhantomData))
}

struct FromMap<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for FromMap<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

/// A whole body: an object where `T` is a struct, otherwise what `T` takes.
pub(crate) struct Whole<T>(pub(crate) T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if is_struct::<T>() { only(deserializer).map(Self) } else { T::deserialize(deserializer).map(Self) }
    }
}

/// What `T` asks a deserializer for first is what it is.
fn is_struct<T: DeserializeOwned>() -> bool {
    T::deserialize(Probe).is_err_and(|asked| asked.to_string() == STRUCT)
}

const STRUCT: &str = "struct";

struct Probe;

impl<'de> Deserializer<'de> for Probe {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Self::Error::custom("something else"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        Err(Self::Error::custom(STRUCT))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
