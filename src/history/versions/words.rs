//! Labels and authors, each text once.

use crate::value::Text;
use rustc_hash::FxHashMap;
use std::num::NonZeroU32;

/// A word of the `Words` table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word(pub NonZeroU32);

/// Labels and authors, each text once.
#[derive(Debug, Default)]
pub struct Words {
    pub(super) texts: Vec<Text>,
    known: FxHashMap<Text, Word>,
}

impl Words {
    /// The word of a text, a new one where it has none. O(1) amortised.
    pub fn word(&mut self, text: &Text) -> Word {
        if let Some(word) = self.known.get(text) {
            return *word;
        }
        self.texts.push(text.clone());
        // Beyond 4 billion different texts all further ones would share one word; memory ends long before.
        let word = Word(u32::try_from(self.texts.len()).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX));
        self.known.insert(text.clone(), word);
        word
    }

    /// O(1).
    pub fn text(&self, word: Word) -> Text {
        self.texts[word.0.get() as usize - 1].clone()
    }
}
