//! Who wrote what the state tree shows, in words beside its rows.

use super::text::{self, SafeText, joined};
use crate::history::History;
use crate::questions::Blame;
use crate::record::Version;
use crate::value::Path;
use std::collections::HashMap;

/// A version, and the choices of what names the elements of its arrays.
pub type BlamedAt = (Version, u64);

/// What is known of the writers of one version's values.
#[derive(Debug, Default)]
pub struct Writers {
    of: Option<BlamedAt>,
    known: HashMap<Path, SafeText>,
}

impl Writers {
    /// `#6 ann`; empty as long as it is not known, and where there is no writer.
    pub fn words(&self, path: &Path) -> Option<&SafeText> {
        self.known.get(path)
    }

    /// Those of the paths of which nothing is known. What is known of another version goes.
    pub fn unknown(&mut self, at: BlamedAt, paths: impl Iterator<Item = Path>) -> Vec<Path> {
        if self.of != Some(at) {
            (self.of, self.known) = (Some(at), HashMap::new());
        }
        paths.filter(|path| !self.known.contains_key(path)).collect()
    }

    /// Takes what was found of the paths that were asked about; an answer about another version is dropped.
    pub fn take(&mut self, at: BlamedAt, asked: &[Path], found: Vec<(Path, SafeText)>) {
        if self.of != Some(at) {
            return;
        }
        // Nothing is asked twice.
        for path in asked {
            self.known.entry(path.clone()).or_default();
        }
        self.known.extend(found);
    }
}

/// `#6 ann`; `#2 ann ⟲ #7` where a rollback brought it back.
pub fn words(history: &History, blame: &Blame) -> SafeText {
    let Some(version) = blame.version else { return "cut off".into() };
    let by = history.info(version).and_then(|info| info.by).map(|by| SafeText::from(&by));
    let back = blame.brought_back_by.map(|back| joined!["⟲ ", text::number(back)]);
    let parts = [Some(text::number(version).into()), by, back];
    SafeText::join(parts.into_iter().flatten(), " ")
}
