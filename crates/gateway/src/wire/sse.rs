//! The text of an event stream (HTML Living Standard, section 9.2.6).

use bytes::Bytes;

/// A comment, which keeps an idle stream open.
pub(crate) const COMMENT: &[u8] = b":\n\n";

/// An event. The JSON, joined from its parts, has no line breaks.
/// An empty id makes the browser forget the last id; without one it keeps the last.
pub(crate) fn event(id: Option<&str>, name: Option<&str>, json: &[&[u8]]) -> Bytes {
    let mut event = Vec::new();
    if let Some(name) = name {
        line(&mut event, b"event:", &[name.as_bytes()]);
    }
    if let Some(id) = id {
        line(&mut event, b"id:", &[id.as_bytes()]);
    }
    line(&mut event, b"data:", json);
    event.push(b'\n');
    Bytes::from(event)
}

/// How long the browser waits before it connects again.
pub(crate) fn retry(milliseconds: u32) -> Bytes {
    Bytes::from(format!("retry: {milliseconds}\n\n"))
}

/// A field with its value. The space before a value is not part of it.
fn line(out: &mut Vec<u8>, field: &[u8], value: &[&[u8]]) {
    let length = value.iter().map(|part| part.len()).sum::<usize>();
    // The space, the line's end, and the empty line that may follow.
    out.reserve(field.len() + length + 3);
    out.extend_from_slice(field);
    if length > 0 {
        out.push(b' ');
    }
    for part in value {
        out.extend_from_slice(part);
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_the_fields_it_is_given() {
        assert_eq!(event(None, None, &[b"{", b"}"])[..], *b"data: {}\n\n");
        assert_eq!(event(Some("7-1"), None, &[b"1"])[..], *b"id: 7-1\ndata: 1\n\n");
        assert_eq!(event(None, Some("state"), &[b"1"])[..], *b"event: state\ndata: 1\n\n");
        let whole = event(Some("7-1"), Some("state"), &[b"[1,", b"2]"]);
        assert_eq!(whole[..], *b"event: state\nid: 7-1\ndata: [1,2]\n\n");
    }

    #[test]
    fn an_empty_id_is_a_field_of_its_own() {
        assert_eq!(event(Some(""), None, &[b"1"])[..], *b"id:\ndata: 1\n\n");
    }

    #[test]
    fn a_retry_is_a_block_of_its_own() {
        assert_eq!(retry(1500)[..], *b"retry: 1500\n\n");
    }
}
