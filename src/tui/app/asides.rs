//! What the views show beside the frame's own values, kept once found out: versions never change.

use crate::Error;
use crate::record::Version;
use crate::tui::job::{AsideAnswer, AsideQuestion};
use crate::value::Sharing;
use crate::view::Ends;
use crate::view::changes::Changes;
use crate::view::tree::Beginning;
use std::collections::BTreeMap;

/// Diffs kept: each holds two values, though those share what they have in common.
const MOST_DIFFS: usize = 48;
/// Counts kept.
const MOST_COUNTS: usize = 10_000;

/// What has been found out.
#[derive(Debug, Default)]
pub struct Asides {
    diffs: BTreeMap<Ends, Result<Box<Changes>, String>>,
    keys: BTreeMap<Version, Result<u64, String>>,
    sharing: BTreeMap<Ends, Result<Sharing, String>>,
    beginnings: BTreeMap<Version, Result<Beginning, String>>,
    choices: u64,
}

impl Asides {
    /// What differs between two versions: nothing yet, or why it could not be found out.
    pub fn diff(&self, ends: Ends) -> Option<Result<&Changes, &str>> {
        self.diffs.get(&ends).map(|found| found.as_ref().map(AsRef::as_ref).map_err(String::as_str))
    }

    /// Whether two versions are equal, where that is known.
    pub fn equal(&self, a: Version, b: Version) -> Option<bool> {
        self.diff(Ends { a, b })?.ok().map(|changes| changes.count() == 0)
    }

    /// How many keys a version has, where that is known.
    pub fn keys(&self, version: Version) -> Option<u64> {
        self.keys.get(&version)?.as_ref().ok().copied()
    }

    /// What the second of two versions has in common with the first in memory, where that is known.
    pub fn sharing(&self, ends: Ends) -> Option<&Sharing> {
        self.sharing.get(&ends)?.as_ref().ok()
    }

    /// What a version's value begins with, where that is known.
    pub fn beginning(&self, version: Version) -> Option<&Beginning> {
        self.beginnings.get(&version)?.as_ref().ok()
    }

    /// Forgets what differs where arrays are matched by other choices by now.
    pub(super) fn match_by(&mut self, choices: u64) {
        if self.choices != choices {
            (self.choices, self.diffs) = (choices, BTreeMap::new());
        }
    }

    /// Whether the answer is known.
    pub(super) fn knows(&self, ask: AsideQuestion) -> bool {
        match ask {
            AsideQuestion::Diff(ends) => self.diffs.contains_key(&ends),
            AsideQuestion::Keys(version) => self.keys.contains_key(&version),
            AsideQuestion::Sharing(ends) => self.sharing.contains_key(&ends),
            AsideQuestion::Beginning(version) => self.beginnings.contains_key(&version),
        }
    }

    /// Takes an answer. When there are too many all go: those still shown are asked for again.
    pub fn take(&mut self, ask: AsideQuestion, found: Result<AsideAnswer, Error>) {
        if self.diffs.len() >= MOST_DIFFS {
            self.diffs.clear();
        }
        if self.keys.len() >= MOST_COUNTS {
            self.keys.clear();
        }
        if self.sharing.len() >= MOST_COUNTS {
            self.sharing.clear();
        }
        if self.beginnings.len() >= MOST_COUNTS {
            self.beginnings.clear();
        }
        match (ask, found.map_err(|error| error.to_string())) {
            (AsideQuestion::Diff(ends), Ok(AsideAnswer::Diff(changes))) => drop(self.diffs.insert(ends, Ok(changes))),
            (AsideQuestion::Keys(version), Ok(AsideAnswer::Keys(keys))) => drop(self.keys.insert(version, Ok(keys))),
            (AsideQuestion::Sharing(ends), Ok(AsideAnswer::Sharing(Some(sharing)))) => {
                drop(self.sharing.insert(ends, Ok(sharing)));
            }
            (AsideQuestion::Diff(ends), Err(why)) => drop(self.diffs.insert(ends, Err(why))),
            (AsideQuestion::Keys(version), Err(why)) => drop(self.keys.insert(version, Err(why))),
            (AsideQuestion::Sharing(ends), Err(why)) => drop(self.sharing.insert(ends, Err(why))),
            (AsideQuestion::Beginning(version), Ok(AsideAnswer::Beginning(begins))) => {
                drop(self.beginnings.insert(version, Ok(begins)));
            }
            (AsideQuestion::Beginning(version), Err(why)) => drop(self.beginnings.insert(version, Err(why))),
            (
                AsideQuestion::Diff(_)
                | AsideQuestion::Keys(_)
                | AsideQuestion::Sharing(_)
                | AsideQuestion::Beginning(_),
                Ok(_),
            ) => {}
        }
    }
}
