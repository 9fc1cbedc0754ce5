//! Texts of clients, whose length is bounded by their type.

use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// `MIN` to `MAX` characters without NUL, which Postgres can't store. White space around it is dropped, and alone it is
/// no text: what must have characters is not blank.
///
/// In a schema it stands inline (`#[schema(inline)]`): each pair of limits is a type of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Text<const MIN: usize, const MAX: usize>(pub String);

impl<const MIN: usize, const MAX: usize> TryFrom<String> for Text<MIN, MAX> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let trimmed = text.trim();
        if trimmed.chars().count() >= MIN && text.chars().count() <= MAX && !text.contains('\0') {
            return Ok(Self(trimmed.to_owned()));
        }
        Err(match MIN {
            0 => format!("must have at most {MAX} characters"),
            _ => format!("must have {MIN} to {MAX} characters"),
        })
    }
}

impl<const MIN: usize, const MAX: usize> PartialSchema for Text<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        let least = (MIN > 0).then_some(MIN);
        ObjectBuilder::new().schema_type(Type::String).min_length(least).max_length(Some(MAX)).into()
    }
}

impl<const MIN: usize, const MAX: usize> ToSchema for Text<MIN, MAX> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<const MIN: usize, const MAX: usize>(text: &str) -> Result<String, String> {
        Text::<MIN, MAX>::try_from(text.to_owned()).map(|text| text.0)
    }

    #[test]
    fn a_text_is_kept_without_the_white_space_around_it() {
        assert_eq!(read::<1, 5>(" ä b ").as_deref(), Ok("ä b"));
        assert_eq!(read::<0, 5>("   ").as_deref(), Ok(""));
    }

    #[test]
    fn a_blank_or_long_text_and_one_with_nul_are_refused_with_the_limits() {
        for refused in ["", " \n\t", "abcdef", "abcd  ", "a\0"] {
            assert_eq!(read::<1, 5>(refused), Err("must have 1 to 5 characters".into()), "{refused:?}");
        }
        assert_eq!(read::<0, 5>("äöüäöü"), Err("must have at most 5 characters".into()));
    }
}
