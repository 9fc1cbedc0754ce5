use super::*;
use crate::wire::deflate::compress;

const LARGEST: usize = 100;

/// A masked frame with the shortest length that fits.
fn masked(first: u8, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..=125 => frame.push(0x80 | u8::try_from(length).unwrap()),
        length @ 126..=65_535 => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend_from_slice(&u64::try_from(length).unwrap().to_be_bytes());
        }
    }
    frame.extend_from_slice(&mask);
    frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    masked(first, payload, [0x37, 0xfa, 0x21, 0x3d])
}

/// What an input makes of the bytes in these chunks, and the violation that ends it.
fn read_chunks<'a>(
    mut input: Input,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Received>, Option<Violation>) {
    let mut received = Vec::new();
    for mut chunk in chunks {
        loop {
            match input.next(&mut chunk) {
                Ok(Some(frame)) => received.push(frame),
                Ok(None) => break,
                Err(violation) => return (received, Some(violation)),
            }
        }
        assert!(chunk.is_empty());
    }
    (received, None)
}

/// Reads the bytes as a whole and byte by byte: where a packet ends must not matter.
fn read_with(deflate: bool, bytes: &[u8]) -> Result<Vec<Received>, Violation> {
    let whole = read_chunks(Input::new(LARGEST, deflate), [bytes]);
    let single = read_chunks(Input::new(LARGEST, deflate), bytes.chunks(1));
    assert_eq!(whole, single);
    whole.1.map_or(Ok(whole.0), Err)
}

fn read(bytes: &[u8]) -> Result<Vec<Received>, Violation> {
    read_with(false, bytes)
}

#[test]
fn an_idle_input_is_small() {
    assert!(size_of::<Input>() <= 72, "{}", size_of::<Input>());
    let mut input = Input::new(LARGEST, false);
    let bytes = [frame(0x01, b"a"), frame(0x89, b"p"), frame(0x80, b"b")].concat();
    let mut bytes = &bytes[..];
    while input.next(&mut bytes).unwrap().is_some() {}
    assert!(input.message.is_none());
    assert!(matches!(input.state, State::Header(_)));
}

#[test]
fn a_message_in_parts_is_whole_also_when_a_ping_comes_between() {
    let bytes = [frame(0x01, b"Gr\xc3"), frame(0x89, b"p"), frame(0x00, b"\xbc"), frame(0x80, b"n")];
    let expected = [
        Received::Fragment,
        Received::Ping(b"p".to_vec()),
        Received::Fragment,
        Received::Text("Grün".into()),
    ];
    assert_eq!(read(&bytes.concat()).unwrap(), expected);
}

#[test]
fn each_frame_is_returned_by_itself() {
    let frames = [frame(0x82, b"\xff"), frame(0x8a, b"x"), frame(0x81, b""), frame(0x88, b"")];
    let bytes = frames.concat();
    let mut input = Input::new(LARGEST, false);
    let mut left = &bytes[..];
    let mut next = || (input.next(&mut left), left.len());
    assert_eq!(next(), (Ok(Some(Received::Binary(vec![0xff]))), 7 + 6 + 6));
    assert_eq!(next(), (Ok(Some(Received::Pong)), 6 + 6));
    assert_eq!(next(), (Ok(Some(Received::Text(String::new()))), 6));
    assert_eq!(next(), (Ok(Some(Received::Close(None))), 0));
    assert_eq!(next(), (Ok(None), 0));
}

#[test]
fn what_can_be_no_text_ends_the_connection_at_once() {
    assert_eq!(read(&frame(0x81, b"\xff")), Err(Violation::NotText));
    // The frame says ten bytes; the second of them settles it.
    assert_eq!(read(&[0x81, 0x8a, 0, 0, 0, 0, b'x', 0xff]), Err(Violation::NotText));
    assert_eq!(read(&[0x81, 0x8a, 0, 0, 0, 0, 0xed, 0xa0]), Err(Violation::NotText));
    assert_eq!(read(&frame(0x01, b"\xff")), Err(Violation::NotText));
    assert_eq!(read(&[frame(0x01, b"\xc3"), frame(0x80, b"")].concat()), Err(Violation::NotText));
    assert_eq!(read(&[frame(0x01, b"\xf0\x9f"), frame(0x00, b"x")].concat()), Err(Violation::NotText));
}

#[test]
fn a_binary_message_need_not_be_text() {
    let frames = [frame(0x02, b"\xff"), frame(0x80, b"\xc3")].concat();
    assert_eq!(read(&frames).unwrap(), [Received::Fragment, Received::Binary(vec![0xff, 0xc3])]);
}

#[test]
fn what_the_protocol_forbids_ends_the_connection() {
    for (what, bytes) in [
        ("compression that was not negotiated", frame(0xc1, b"x")),
        ("the second reserved bit", frame(0xa1, b"x")),
        ("the third reserved bit", frame(0x91, b"x")),
        ("a continuation of nothing", frame(0x80, b"x")),
        ("a continuation of a finished message", [frame(0x81, b"x"), frame(0x00, b"x")].concat()),
        ("a message within a message", [frame(0x01, b"x"), frame(0x81, b"x")].concat()),
        ("an unknown data opcode", frame(0x83, b"x")),
        ("an unknown control opcode", frame(0x8b, b"x")),
        ("a ping in parts", frame(0x09, b"x")),
        ("a long ping", frame(0x89, &[b'x'; 126])),
        ("no mask", vec![0x81, 1, b'x']),
        ("a negative length", vec![0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ] {
        assert_eq!(read(&bytes), Err(Violation::Protocol), "{what}");
    }
}

#[test]
fn compression_is_announced_only_by_the_first_frame_of_a_data_message() {
    for (what, bytes) in [
        ("a ping", frame(0xc9, b"")),
        ("a continuation", [frame(0x41, b"x"), frame(0xc0, b"x")].concat()),
        ("the second reserved bit", frame(0xe1, b"x")),
        ("bytes that are not deflated", frame(0xc1, b"\xff")),
    ] {
        assert_eq!(read_with(true, &bytes), Err(Violation::Protocol), "{what}");
    }
    let plain = frame(0x81, b"plain");
    assert_eq!(read_with(true, &plain).unwrap(), [Received::Text("plain".into())]);
}

#[test]
fn too_much_is_refused_before_all_of_it_is_here() {
    let header = [0x81, 0xff, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(read(&header), Err(Violation::TooBig));
    assert_eq!(read(&[&header[..], &[b'x'; 120]].concat()), Err(Violation::TooBig));
    assert_eq!(read(&frame(0x82, &[b'x'; 101])[..8]), Err(Violation::TooBig));
    let parts = [&frame(0x01, &[b'x'; 80])[..], &frame(0x80, &[b'x'; 21])[..6]];
    assert_eq!(read(&parts.concat()), Err(Violation::TooBig));
    assert_eq!(read_with(true, &frame(0xc2, &[b'x'; 101])[..8]), Err(Violation::TooBig));
}

#[test]
fn a_message_may_be_as_large_as_allowed() {
    let text = Received::Text("x".repeat(LARGEST));
    assert_eq!(read(&frame(0x81, &[b'x'; LARGEST])).unwrap(), [text]);
    let parts = [frame(0x02, &[1; 80]), frame(0x80, &[1; 20])].concat();
    assert_eq!(read(&parts).unwrap(), [Received::Fragment, Received::Binary(vec![1; LARGEST])]);
}

#[test]
fn a_message_in_progress_takes_no_more_memory_than_the_largest() {
    let mut input = Input::new(LARGEST, false);
    let bytes = [frame(0x01, &[b'x'; 70]), frame(0x00, &[b'x'; 30])].concat();
    for mut byte in bytes.chunks(1) {
        input.next(&mut byte).unwrap();
    }
    let message = input.message.unwrap();
    assert_eq!((message.bytes.len(), message.checked), (LARGEST, LARGEST));
    assert_eq!(message.bytes.capacity(), LARGEST);
}

#[test]
fn a_close_has_a_code_that_may_be_sent_and_a_reason_that_is_text() {
    assert_eq!(read(&frame(0x88, b"")).unwrap(), [Received::Close(None)]);
    for code in [1000, 1003, 1007, 1014, 3000, 4999_u16] {
        let payload = [&code.to_be_bytes()[..], "Grün".as_bytes()].concat();
        assert_eq!(read(&frame(0x88, &payload)).unwrap(), [Received::Close(Some(code))], "{code}");
    }
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535_u16] {
        assert_eq!(read(&frame(0x88, &code.to_be_bytes())), Err(Violation::Protocol), "{code}");
    }
    assert_eq!(read(&frame(0x88, b"\x03")), Err(Violation::Protocol));
    assert_eq!(read(&frame(0x88, b"\x03\xe8\xc3")), Err(Violation::NotText));
}

#[test]
fn a_compressed_message_is_inflated_also_from_fragments() {
    let text = "Grün, grün, grün sind alle meine Kleider";
    let compressed = compress(&[text.as_bytes()]);
    let expected = Received::Text(text.into());
    assert_eq!(read_with(true, &frame(0xc1, &compressed)).unwrap(), [expected]);

    let (first, rest) = compressed.split_at(7);
    let bytes = [frame(0x41, first), frame(0x89, b""), frame(0x00, b""), frame(0x80, rest)].concat();
    let expected =
        [Received::Fragment, Received::Ping(Vec::new()), Received::Fragment, Received::Text(text.into())];
    assert_eq!(read_with(true, &bytes).unwrap(), expected);
}

#[test]
fn a_compressed_message_is_text_only_if_what_it_inflates_to_is() {
    let compressed = compress(&[b"\xff\xff"]);
    assert_eq!(read_with(true, &frame(0xc1, &compressed)), Err(Violation::NotText));
    assert_eq!(read_with(true, &frame(0xc2, &compressed)).unwrap(), [Received::Binary(vec![0xff, 0xff])]);
}

#[test]
fn a_bomb_is_too_big() {
    let largest = 4096;
    let bomb = compress(&[&vec![0; 1_000_000]]);
    assert!(bomb.len() < largest);
    let (received, violation) = read_chunks(Input::new(largest, true), [&frame(0xc2, &bomb)[..]]);
    assert_eq!((received, violation), (Vec::new(), Some(Violation::TooBig)));
}

/// A deterministic generator (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    fn flip(&mut self) -> bool {
        self.below(2) == 0
    }

    fn masked(&mut self, first: u8, payload: &[u8]) -> Vec<u8> {
        let [a, b, c, d, ..] = self.next().to_be_bytes();
        masked(first, payload, [a, b, c, d])
    }

    /// A message in random frames with pings between them, and what is to be received of it.
    fn message(&mut self, bytes: &mut Vec<u8>, expected: &mut Vec<Received>) {
        let text: String = (0..self.below(400)).map(|_| ['x', 'ü', '→', '🔋'][self.below(4)]).collect();
        let (is_text, compressed) = (self.flip(), self.flip());
        let payload = if compressed { compress(&[text.as_bytes()]) } else { text.clone().into_bytes() };
        let mut first = if is_text { 0x01 } else { 0x02 } | if compressed { 0x40 } else { 0 };
        let mut rest = &payload[..];
        while self.below(3) == 0 {
            let (fragment, behind) = rest.split_at(self.below(rest.len() + 1));
            bytes.extend(self.masked(first, fragment));
            expected.push(Received::Fragment);
            (first, rest) = (0x00, behind);
            if self.flip() {
                let ping = text.as_bytes()[..self.below(text.len().min(125) + 1)].to_vec();
                bytes.extend(self.masked(0x89, &ping));
                expected.push(Received::Ping(ping));
            }
        }
        bytes.extend(self.masked(0x80 | first, rest));
        expected.push(if is_text { Received::Text(text) } else { Received::Binary(text.into_bytes()) });
    }

    /// The bytes in chunks of random length, some of them empty.
    fn cut<'a>(&mut self, mut bytes: &'a [u8]) -> Vec<&'a [u8]> {
        let mut chunks = Vec::new();
        while !bytes.is_empty() {
            let bound = if self.flip() { 5 } else { 200 };
            let (chunk, rest) = bytes.split_at(self.below(bound).min(bytes.len()));
            chunks.push(chunk);
            bytes = rest;
        }
        chunks
    }
}

#[test]
fn random_messages_are_received_whatever_their_chunks() {
    for seed in 0..300 {
        let mut random = Random(seed);
        let (mut bytes, mut expected) = (Vec::new(), Vec::new());
        for _ in 0..random.below(8) {
            random.message(&mut bytes, &mut expected);
        }
        let chunks = random.cut(&bytes);
        assert_eq!(read_chunks(Input::new(1600, true), chunks), (expected, None), "seed {seed}");
    }
}

#[test]
fn damaged_bytes_are_judged_alike_whatever_their_chunks() {
    let mut violations = 0;
    for seed in 0..2000 {
        let mut random = Random(seed);
        let mut bytes = Vec::new();
        for _ in 0..3 {
            random.message(&mut bytes, &mut Vec::new());
        }
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
        let input = || Input::new(1600, true);
        let whole = read_chunks(input(), [&bytes[..]]);
        assert_eq!(whole, read_chunks(input(), bytes.chunks(1)), "seed {seed}");
        assert_eq!(whole, read_chunks(input(), random.cut(&bytes)), "seed {seed}");
        violations += usize::from(whole.1.is_some());
    }
    assert!(violations > 500, "{violations}");
}
