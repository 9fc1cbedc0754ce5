//! The sentences of one language, from its Fluent file.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use events::Locale;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

/// Every sentence of a language.
pub(super) struct Language {
    sentences: FluentBundle<FluentResource>,
}

static LANGUAGES: LazyLock<BTreeMap<Locale, Language>> = LazyLock::new(|| {
    Locale::ALL.iter().map(|locale| (*locale, Language::read(*locale, file(*locale)))).collect()
});
static NONE: LazyLock<Language> = LazyLock::new(|| Language::read(Locale::English, ""));

fn file(locale: Locale) -> &'static str {
    match locale {
        Locale::English => include_str!("en.ftl"),
        Locale::German => include_str!("de.ftl"),
        Locale::Amharic => include_str!("am.ftl"),
    }
}

impl Language {
    /// The sentences of this language.
    pub(super) fn of(locale: Locale) -> &'static Self {
        LANGUAGES.get(&locale).unwrap_or(&NONE)
    }

    /// Reads a file. A part that can't be read is missing; a test finds it.
    pub(super) fn read(locale: Locale, file: &str) -> Self {
        let mut sentences = FluentBundle::new_concurrent(vec![locale.as_str().parse().unwrap_or_default()]);
        // A station's name goes into the text as it is, without marks around it that change its direction.
        sentences.set_use_isolating(false);
        let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(rest, errors)| {
            tracing::error!(locale = locale.as_str(), ?errors, "texts: a file can't be read as a whole");
            rest
        });
        sentences.add_resource_overriding(resource);
        Self { sentences }
    }

    /// A sentence, if there is one that can be written with these arguments.
    pub(super) fn value(&self, id: &str, args: &FluentArgs<'_>) -> Option<String> {
        self.written(id, None, args)
    }

    /// An attribute of a sentence, on the same condition.
    pub(super) fn attribute(&self, id: &str, name: &str, args: &FluentArgs<'_>) -> Option<String> {
        self.written(id, Some(name), args)
    }

    fn written(&self, id: &str, attribute: Option<&str>, args: &FluentArgs<'_>) -> Option<String> {
        let found = self.sentences.get_message(id);
        let pattern = match attribute {
            None => found.and_then(|message| message.value()),
            Some(name) => found.and_then(|message| message.get_attribute(name)).map(|found| found.value()),
        };
        let mut errors = Vec::new();
        let text = pattern.map(|pattern| self.sentences.format_pattern(pattern, Some(args), &mut errors));
        if text.is_none() || !errors.is_empty() {
            tracing::error!(id, attribute, ?errors, "texts: a sentence is missing or lacks an argument");
            return None;
        }
        text.map(Into::into)
    }
}
