//! Ids of appends, made by whoever appends, and the ids of the records in them.

use crate::value::Text;
use std::hash::{BuildHasher as _, Hasher as _};

/// Base-36 digits of an id: 62 random bits, and short enough for a [`Text`] to hold it inline.
const DIGITS: usize = 12;

/// The id of one append, made by its caller before it appends: an append whose answer was lost is found by it
/// ([`Log::find`](crate::Log::find)), and is not done twice when it is sent again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AppendId(Text);

impl AppendId {
    /// A new id, unlike any other.
    #[expect(clippy::new_without_default, reason = "each one differs, so none is the default")]
    pub fn new() -> Self {
        let digits = (0..DIGITS).scan(random(), |rest, _| {
            let digit = char::from_digit((*rest % 36) as u32, 36);
            *rest /= 36;
            digit
        });
        Self(digits.collect())
    }

    /// The id of the append's record `number`, counted from 0: its first record has the append's own id.
    pub fn record(&self, number: usize) -> Text {
        if number == 0 { self.0.clone() } else { ecow::eco_format!("{}.{}", self.0, number + 1) }
    }
}

impl std::fmt::Display for AppendId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A number no one can foretell: the standard library seeds its hashers from the operating system.
pub fn random() -> u64 {
    let mut hasher = std::hash::RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_are_short() {
        let (one, two) = (AppendId::new(), AppendId::new());
        let ids = [one.record(0), one.record(1), one.record(8), two.record(0), two.record(1)];
        assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
        assert!(ids.iter().all(|id| id.len() <= 15));
    }
}
