//! Which offer of permessage-deflate is accepted (RFC 7692, sections 5 and 7.1).

const ACCEPTED: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
/// An offer with `server_max_window_bits` is accepted only by an answer with it (section 7.1.2.1).
const ACCEPTED_WITH_WINDOW: &str =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=15";

/// The answer to the first acceptable offer among the values of the Sec-WebSocket-Extensions headers.
pub(crate) fn negotiate<'a>(mut offers: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    offers.find_map(|value| unquoted_split(value, ',').find_map(answer))
}

fn answer(offer: &str) -> Option<&'static str> {
    let mut parameters = unquoted_split(offer, ';');
    if parameters.next()? != "permessage-deflate" {
        return None;
    }
    let mut seen = Vec::new();
    for parameter in parameters {
        let (name, value) = match parameter.split_once('=') {
            Some((name, value)) => (trim(name), Some(unquote(trim(value))?)),
            None => (parameter, None),
        };
        if seen.contains(&name) || !is_acceptable(name, value.as_deref()) {
            return None;
        }
        seen.push(name);
    }
    Some(if seen.contains(&"server_max_window_bits") { ACCEPTED_WITH_WINDOW } else { ACCEPTED })
}

fn is_acceptable(name: &str, value: Option<&str>) -> bool {
    match (name, value) {
        ("server_no_context_takeover" | "client_no_context_takeover" | "client_max_window_bits", None) => {
            true
        }
        ("client_max_window_bits", Some(bits)) => {
            matches!(bits, "8" | "9" | "10" | "11" | "12" | "13" | "14" | "15")
        }
        // The compressor's window has 15 bits.
        ("server_max_window_bits", Some(bits)) => bits == "15",
        _ => false,
    }
}

/// The trimmed elements between separators that don't stand within quotes.
fn unquoted_split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    let elements = text.split(move |character| {
        let literal = std::mem::replace(&mut escaped, false);
        match character {
            _ if literal => false,
            '\\' if quoted => {
                escaped = true;
                false
            }
            '"' => {
                quoted = !quoted;
                false
            }
            other => other == separator && !quoted,
        }
    });
    elements.map(trim)
}

/// The value itself, if it is well-formed, without quotes and escapes.
fn unquote(value: &str) -> Option<String> {
    let Some(quoted) = value.strip_prefix('"') else { return Some(value.to_owned()) };
    let mut characters = quoted.chars();
    let mut text = String::new();
    loop {
        match characters.next()? {
            '"' => return characters.as_str().is_empty().then_some(text),
            '\\' => text.push(characters.next()?),
            character => text.push(character),
        }
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer_to(value: &str) -> Option<&'static str> {
        negotiate([value].into_iter())
    }

    #[test]
    fn an_offer_is_accepted_without_context_takeover() {
        for offer in [
            "permessage-deflate",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate;client_max_window_bits=8",
            " permessage-deflate\t;\tclient_max_window_bits = \"10\" ",
            r#"permessage-deflate; client_max_window_bits="1\5""#,
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        ] {
            assert_eq!(answer_to(offer), Some(ACCEPTED), "{offer}");
        }
    }

    #[test]
    fn an_offer_with_the_whole_server_window_is_answered_with_it() {
        for offer in [
            "permessage-deflate; server_max_window_bits=15",
            "permessage-deflate; client_max_window_bits; server_max_window_bits=\"15\"",
        ] {
            assert_eq!(answer_to(offer), Some(ACCEPTED_WITH_WINDOW), "{offer}");
        }
    }

    #[test]
    fn an_offer_that_is_malformed_or_asks_for_more_is_declined() {
        for offer in [
            "",
            "x-webkit-deflate-frame",
            "permessage-deflate-2",
            "permessage-deflate; ",
            "permessage-deflate; unknown",
            "permessage-deflate; server_no_context_takeover=1",
            "permessage-deflate; client_no_context_takeover=",
            "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
            "permessage-deflate; client_max_window_bits; client_max_window_bits=15",
            "permessage-deflate; client_max_window_bits=7",
            "permessage-deflate; client_max_window_bits=16",
            "permessage-deflate; client_max_window_bits=08",
            "permessage-deflate; client_max_window_bits=",
            "permessage-deflate; client_max_window_bits=\"15",
            "permessage-deflate; client_max_window_bits=\"15\"5",
            "permessage-deflate; client_max_window_bits=\"15\\",
            "permessage-deflate; server_max_window_bits",
            "permessage-deflate; server_max_window_bits=10",
        ] {
            assert_eq!(answer_to(offer), None, "{offer}");
        }
    }

    #[test]
    fn the_first_acceptable_offer_of_all_headers_counts() {
        let small_window = "permessage-deflate; server_max_window_bits=10";
        let whole_window = "permessage-deflate; server_max_window_bits=15";
        for (offers, expected) in [
            (vec!["foo; a=\",permessage-deflate,\"", "bar"], None),
            (vec!["foo; a=\"\\\",permessage-deflate\", bar"], None),
            (vec!["foo, , permessage-deflate"], Some(ACCEPTED)),
            (vec![small_window, "permessage-deflate"], Some(ACCEPTED)),
            (vec!["foo", whole_window, "permessage-deflate"], Some(ACCEPTED_WITH_WINDOW)),
            (vec![small_window, small_window], None),
        ] {
            assert_eq!(negotiate(offers.iter().copied()), expected, "{offers:?}");
        }
        let both = format!("{small_window}, permessage-deflate, {whole_window}");
        assert_eq!(answer_to(&both), Some(ACCEPTED));
        assert_eq!(negotiate(std::iter::empty()), None);
    }
}
