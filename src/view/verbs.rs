//! How the screen writes the sentences about verbs: numbers in groups of thousands, a large letter at the beginning.

use super::text::{SafeText, counted, number, size};
use crate::ops::words::Style;

/// Numbers as everywhere on the screen.
pub const SCREEN: Style = Style { version: number, counted: |n, thing| counted(n, thing), bytes: size };

/// The sentence with a large letter at its beginning. None of its signs is decoration: they are of names in it.
pub fn sentence(words: &str) -> SafeText {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_agree_with_their_nouns() {
        for (n, thing, expected) in
            [(1, "version", "1 version"), (1_204, "version", "1,204 versions"), (2, "kept branch", "2 kept branches")]
        {
            assert_eq!((SCREEN.counted)(n, thing), expected);
        }
        assert_eq!([sentence("undid it"), sentence("")], ["Undid it".into(), SafeText::default()]);
    }
}
