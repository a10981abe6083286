//! Labels and authors, each text once.

use crate::history::chunked::Chunked;
use crate::value::Text;
use rustc_hash::FxHashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

/// A word of the `Words` table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextId(pub NonZeroU32);

/// Labels and authors, each text once.
#[derive(Debug, Default, Clone)]
pub struct TextTable {
    pub(super) texts: Chunked<Text>,
    /// The last two that were asked for: most versions have the label and the author of the one before.
    recent: [Option<(Text, TextId)>; 2],
    /// Where a text may be, for whoever adds to any of the clones: believed only where it is there.
    known: Arc<Mutex<FxHashMap<Text, TextId>>>,
}

impl TextTable {
    /// Those of these texts.
    pub(super) fn restored(texts: Chunked<Text>) -> Self {
        let words = (1..).map_while(|n| NonZeroU32::new(n).map(TextId));
        let known = texts.iter().cloned().zip(words).collect();
        Self { texts, recent: Default::default(), known: Arc::new(Mutex::new(known)) }
    }

    /// The word of a text, a new one where it has none. O(1) amortised.
    pub fn word(&mut self, text: &Text) -> TextId {
        if let Some((_, word)) = self.recent.iter().flatten().find(|(recent, _)| recent == text) {
            return *word;
        }
        let word = self.known_or_new(text);
        self.recent.swap(0, 1);
        self.recent[0] = Some((text.clone(), word));
        word
    }

    fn known_or_new(&mut self, text: &Text) -> TextId {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(word) = known.get(text).filter(|word| self.texts.get(index(**word)) == Some(text)) {
            return *word;
        }
        self.texts.push(text.clone());
        // Beyond 4 billion different texts all further ones would share one word; memory ends long before.
        let word = TextId(u32::try_from(self.texts.len()).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX));
        known.insert(text.clone(), word);
        word
    }

    /// O(1).
    pub fn text(&self, word: TextId) -> Text {
        self.texts.get(index(word)).cloned().unwrap_or_default()
    }
}

fn index(word: TextId) -> usize {
    word.0.get() as usize - 1
}
