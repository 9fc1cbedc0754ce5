//! The corpus, and seeded mutations of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fuzzing::TARGETS;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Mutations of each target.
const MUTATIONS: usize = 20_000;
const SEED: u64 = 14;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus")
}

fn entries(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let mut paths: Vec<_> = std::fs::read_dir(corpus().join(target))
        .unwrap_or_else(|error| panic!("{target}: {error}"))
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// Runs a target; says which bytes it panicked on.
fn run(target: fn(&[u8]), bytes: &[u8], what: &str) {
    let result = std::panic::catch_unwind(|| target(bytes));
    assert!(result.is_ok(), "{what}: {:?}", String::from_utf8_lossy(bytes));
}

#[test]
fn every_entry_of_the_corpus_is_read_or_refused() {
    for (name, target) in TARGETS {
        let entries = entries(name);
        assert!(!entries.is_empty(), "the corpus of {name} is empty");
        for (path, bytes) in entries {
            run(target, &bytes, &path.display().to_string());
        }
    }
}

#[test]
fn mutations_of_the_corpus_are_read_or_refused() {
    for (name, target) in TARGETS {
        let mut chance = StdRng::seed_from_u64(SEED);
        let entries: Vec<_> = entries(name).into_iter().map(|(_, bytes)| bytes).collect();
        for number in 0..MUTATIONS {
            let mut bytes = entries[chance.random_range(0..entries.len())].clone();
            for _ in 0..chance.random_range(1..=4) {
                mutate(&mut bytes, &entries, &mut chance);
            }
            run(target, &bytes, &format!("{name}, mutation {number}"));
        }
    }
}

/// One step away: a byte, a bit, a cut, a repetition, or a part of another entry.
fn mutate(bytes: &mut Vec<u8>, entries: &[Vec<u8>], chance: &mut StdRng) {
    let at = chance.random_range(0..=bytes.len());
    let to = chance.random_range(at..=bytes.len());
    match chance.random_range(0..6) {
        0 if at < bytes.len() => bytes[at] = chance.random(),
        1 if at < bytes.len() => bytes[at] ^= 1 << chance.random_range(0..8),
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(at..to)),
        4 => {
            let part = bytes[at..to].to_vec();
            bytes.splice(at..at, part);
        }
        _ => {
            let other = &entries[chance.random_range(0..entries.len())];
            let begin = chance.random_range(0..=other.len());
            bytes.splice(at..to, other[begin..].iter().copied());
        }
    }
    bytes.truncate(20_000);
}

#[test]
fn every_target_has_a_program_for_cargo_fuzz() {
    let programs: BTreeSet<_> = std::fs::read_dir(corpus().join("../fuzz_targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let targets: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(programs, targets);
}
