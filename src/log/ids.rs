//! Ids of records: a nonce for the writer, a number for the record. 15 bytes at most, so a `Text` holds them inline.

use crate::value::Text;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::atomic::{AtomicU64, Ordering};

/// Gives every record of one writer an id of its own.
#[derive(Debug)]
pub struct Ids {
    nonce: String,
    given: AtomicU64,
}

impl Default for Ids {
    fn default() -> Self {
        let nonce = (0..8).scan(random(), |rest, _| {
            let digit = char::from_digit((*rest % 36) as u32, 36);
            *rest /= 36;
            digit
        });
        Self { nonce: nonce.collect(), given: AtomicU64::new(0) }
    }
}

impl Ids {
    /// The next id, such as `k3j2h1g0-1`.
    pub fn next(&self) -> Text {
        let number = self.given.fetch_add(1, Ordering::Relaxed) + 1;
        ecow::eco_format!("{}-{number}", self.nonce)
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
        let (one, two) = (Ids::default(), Ids::default());
        let ids = [one.next(), one.next(), two.next(), two.next()];
        assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
        assert!(ids.iter().all(|id| id.len() <= 15));
    }
}
