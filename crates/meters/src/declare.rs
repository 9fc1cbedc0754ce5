//! The macro that declares a crate's metrics and the table of them, so that none can be missing in it.

/// Declares metrics: `counter NAME = "name_total" by [LABEL, …];`, likewise `gauge` and `histogram`. The doc comment is
/// the help. Also makes `ALL`.
#[macro_export]
macro_rules! declare {
    ($($(#[doc = $help:literal])+ $kind:ident $meter:ident = $name:literal by [$($label:expr),*];)+) => {
        $(
            $(#[doc = $help])+
            pub static $meter: $crate::Meter<$crate::kind_of!($kind), { $crate::count(&[$($label),*]) }> =
                $crate::Meter::new($name, $crate::kind!($kind), &[$($label),*], concat!($($help),+));
        )+

        /// Everything that this crate measures.
        pub static ALL: &[$crate::Declared] = &[$($meter.declared),+];
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! kind_of {
    (counter) => {
        $crate::recorded::Counter
    };
    (gauge) => {
        $crate::recorded::Gauge
    };
    (histogram) => {
        $crate::recorded::Histogram
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! kind {
    (counter) => {
        $crate::Kind::Counter
    };
    (gauge) => {
        $crate::Kind::Gauge
    };
    (histogram) => {
        $crate::Kind::Histogram
    };
}

/// How many labels there are.
#[doc(hidden)]
#[must_use]
pub const fn count(labels: &[crate::Label]) -> usize {
    labels.len()
}

#[doc(hidden)]
pub mod recorded {
    pub use metrics::{Counter, Gauge, Histogram};
}
