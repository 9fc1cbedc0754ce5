#![doc = include_str!("../README.md")]

mod declare;

#[doc(hidden)]
pub use declare::{count, recorded};

use metrics::{Counter, Gauge, Histogram, Key, Level, Metadata, SharedString, with_recorder};

static METADATA: Metadata<'static> = Metadata::new("meters", Level::INFO, None);

/// The type of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows; its name ends in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts by size.
    Histogram,
}

/// A label and what it can say.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    /// Its name.
    pub name: &'static str,
    /// Its values.
    pub values: Values,
}

/// The values of a label.
#[derive(Debug, Clone, Copy)]
pub enum Values {
    /// Exactly these. Their series are there from the start, with 0.
    These(&'static [&'static str]),
    /// A bounded number; says what bounds it.
    Bounded(&'static str),
}

/// What is declared of a metric.
#[derive(Debug, Clone, Copy)]
pub struct Declared {
    /// Its name, with the unit in it.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Its labels.
    pub labels: &'static [Label],
    help: &'static str,
}

/// A declared metric with `N` labels. `declare!` makes them.
#[derive(Debug)]
pub struct Meter<K, const N: usize> {
    /// What is declared.
    pub declared: Declared,
    kind: std::marker::PhantomData<fn() -> K>,
}

impl Label {
    /// A label with exactly these values.
    #[must_use]
    pub const fn of(name: &'static str, values: &'static [&'static str]) -> Self {
        Self { name, values: Values::These(values) }
    }

    /// A label whose values are bounded by what `bound` says.
    #[must_use]
    pub const fn bounded(name: &'static str, bound: &'static str) -> Self {
        Self { name, values: Values::Bounded(bound) }
    }

    fn can_be(&self, value: &str) -> bool {
        match self.values {
            Values::These(values) => values.contains(&value),
            Values::Bounded(_) => true,
        }
    }
}

impl Declared {
    /// What it measures, in a sentence.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        self.help.trim_ascii()
    }

    /// The unit, which stands in the name.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        let name = self.name.trim_end_matches("_total");
        [("_seconds", "seconds"), ("_bytes", "bytes"), ("_ratio", "ratio, 0 to 1")]
            .into_iter()
            .find_map(|(end, unit)| name.ends_with(end).then_some(unit))
            .unwrap_or("count")
    }

    fn describe(&self) {
        let help = SharedString::const_str(self.help());
        with_recorder(|recorder| match self.kind {
            Kind::Counter => recorder.describe_counter(self.name.into(), None, help),
            Kind::Gauge => recorder.describe_gauge(self.name.into(), None, help),
            Kind::Histogram => recorder.describe_histogram(self.name.into(), None, help),
        });
    }

    /// Counters whose series are known begin with 0: a first increment is an increase then, not a new series.
    fn begin(&self) {
        match (self.kind, self.labels) {
            (Kind::Counter, []) => self.counter(Vec::new()).increment(0),
            (Kind::Counter, [Label { name, values: Values::These(values) }]) => {
                for value in *values {
                    self.counter(vec![metrics::Label::from_static_parts(name, value)]).increment(0);
                }
            }
            _ => {}
        }
    }

    fn counter(&self, labels: Vec<metrics::Label>) -> Counter {
        let key = Key::from_parts(self.name, labels);
        with_recorder(|recorder| recorder.register_counter(&key, &METADATA))
    }
}

impl<K, const N: usize> Meter<K, N> {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        kind: Kind,
        labels: &'static [Label; N],
        help: &'static str,
    ) -> Self {
        Self { declared: Declared { name, kind, labels, help }, kind: std::marker::PhantomData }
    }

    fn key<V: Into<SharedString>>(&self, values: [V; N]) -> Key {
        let labels = self.declared.labels.iter().zip(values).map(|(label, value)| {
            let value = value.into();
            debug_assert!(label.can_be(&value), "{} of {} can't be {value}", label.name, self.declared.name);
            metrics::Label::new(label.name, value)
        });
        Key::from_parts(self.declared.name, labels.collect::<Vec<_>>())
    }
}

impl<const N: usize> Meter<Counter, N> {
    /// The counter with these values of its labels.
    pub fn of<V: Into<SharedString>>(&self, values: [V; N]) -> Counter {
        with_recorder(|recorder| recorder.register_counter(&self.key(values), &METADATA))
    }
}

impl<const N: usize> Meter<Gauge, N> {
    /// The gauge with these values of its labels.
    pub fn of<V: Into<SharedString>>(&self, values: [V; N]) -> Gauge {
        with_recorder(|recorder| recorder.register_gauge(&self.key(values), &METADATA))
    }
}

impl<const N: usize> Meter<Histogram, N> {
    /// The histogram with these values of its labels.
    pub fn of<V: Into<SharedString>>(&self, values: [V; N]) -> Histogram {
        with_recorder(|recorder| recorder.register_histogram(&self.key(values), &METADATA))
    }
}

impl Meter<Counter, 0> {
    /// The counter, which has no labels.
    pub fn get(&self) -> Counter {
        self.of::<&'static str>([])
    }
}

impl Meter<Gauge, 0> {
    /// The gauge, which has no labels.
    pub fn get(&self) -> Gauge {
        self.of::<&'static str>([])
    }
}

impl Meter<Histogram, 0> {
    /// The histogram, which has no labels.
    pub fn get(&self) -> Histogram {
        self.of::<&'static str>([])
    }
}

/// Tells the recorder of this process what its metrics are. Call it once, when the recorder is there.
pub fn register(tables: &[&[Declared]]) {
    for declared in tables.iter().copied().flatten() {
        declared.describe();
        declared.begin();
    }
}
