//! The documents in `web/docs` are what the code says, and nothing is missing from them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what is not as a test expects is a failed test, said on the spot"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/docs")
}

#[test]
fn the_committed_documents_are_what_the_code_says() {
    let bless = std::env::var_os("SWAPWIRE_BLESS").is_some();
    for (name, document) in docs::files() {
        let (file, text) = (folder().join(&name), format!("{document:#}\n"));
        if bless {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(committed == text, "{name}: write it anew with SWAPWIRE_BLESS=1 cargo test -p docs");
    }
    let known: BTreeSet<PathBuf> = docs::files().into_keys().map(|name| folder().join(name)).collect();
    for file in std::fs::read_dir(folder().join("schemas")).unwrap() {
        let file = file.unwrap().path();
        assert!(known.contains(&file), "{}: there is no such event any more", file.display());
    }
}

#[test]
fn every_endpoint_is_documented_and_every_documented_one_is_there() {
    let documented: BTreeSet<String> = service::docs::endpoints(&docs::openapi()).into_iter().collect();
    let own = inventory::endpoints().into_iter().chain(booking::endpoints());
    let served: BTreeSet<String> = own.chain(service::health::endpoints()).collect();
    assert_eq!(documented, served);
    assert!(served.len() >= 20, "{served:?}");
}

/// Everything that a document refers to.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found.insert(reference.clone());
            }
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn whatever_is_referred_to_is_there() {
    for (name, document) in docs::files() {
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{name}: {reference}");
        }
    }
}

/// Every operation of the served document.
fn operations() -> Vec<(String, Value)> {
    let document = docs::served_openapi();
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let named = |(method, operation): (&String, &Value)| (format!("{method} {path}"), operation.clone());
        item.as_object().unwrap().iter().map(named).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn every_operation_says_what_it_does_and_answers_and_has_a_name_of_its_own() {
    let mut ids = BTreeSet::new();
    for (name, operation) in operations() {
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{name}");
        for text in ["summary", "description"] {
            assert!(operation[text].as_str().is_some_and(|text| !text.is_empty()), "{name}: {text}");
        }
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name}");
        for (status, response) in responses {
            assert!(!response["description"].as_str().unwrap().is_empty(), "{name} {status}");
            if status.as_str() >= "400" {
                let problem = &response["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(problem, "#/components/schemas/Problem", "{name} {status}");
            }
        }
    }
}

#[test]
fn everything_that_has_a_body_has_an_example() {
    for (name, operation) in operations() {
        let request = operation["requestBody"]["content"].as_object().into_iter().flatten();
        let responses = operation["responses"].as_object().unwrap().values();
        let contents = responses.filter_map(|response| response["content"].as_object()).flatten();
        for (media_type, content) in request.chain(contents) {
            let examples = content["examples"].as_object().is_some_and(|examples| !examples.is_empty());
            assert!(content.get("example").is_some() || examples, "{name}: {media_type}");
        }
    }
}

#[test]
fn no_example_is_of_something_that_is_not_there() {
    let ids: BTreeSet<String> = operations()
        .iter()
        .map(|(_, operation)| operation["operationId"].as_str().unwrap().to_owned())
        .collect();
    let examples: BTreeSet<String> = docs::examples::operations().into_iter().map(|(id, _)| id).collect();
    assert_eq!(&examples - &ids, BTreeSet::new());

    let problems = docs::examples::problems();
    for (code, problem) in &problems {
        assert_eq!(problem["code"], code.as_str());
        assert_eq!(problem["type"], format!("/problems/{code}"));
    }
    for (name, operation) in operations() {
        for (status, response) in operation["responses"].as_object().unwrap() {
            // What is no code is the name of a header or a member.
            let description = response["description"].as_str().unwrap();
            for code in docs::examples::codes_in(description).filter(|code| code.contains('-')) {
                if code != "Retry-After" && code != "If-None-Match" {
                    assert_eq!(problems[code]["status"].to_string(), *status, "{name}: {code}");
                }
            }
        }
    }
}

#[test]
fn every_live_message_says_what_it_is_for_and_has_an_example() {
    let document = docs::served_asyncapi();
    for (name, message) in document["components"]["messages"].as_object().unwrap() {
        for text in ["summary", "description"] {
            assert!(message[text].as_str().is_some_and(|text| !text.is_empty()), "{name}: {text}");
        }
        assert_eq!(message["examples"][0]["payload"]["type"], name.as_str());
    }
    for (name, operation) in document["operations"].as_object().unwrap() {
        assert!(operation["summary"].is_string() && operation["description"].is_string(), "{name}");
    }
}

#[test]
fn every_event_and_every_message_has_a_shape() {
    let files = docs::files();
    let goldens = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events/tests/golden");
    for golden in std::fs::read_dir(goldens).unwrap() {
        let name = golden.unwrap().file_name().into_string().unwrap();
        let schema = &files[&format!("schemas/swap.{name}")];
        assert!(schema["allOf"][0].is_object(), "{name}");
        if name != "inventory_snapshot.v1.json" && name != "battery_ready.v1.json" {
            let name = name.trim_end_matches(".v1.json");
            assert!(files["asyncapi.json"]["components"]["messages"][name].is_object(), "{name}");
        }
    }
}
