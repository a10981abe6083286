//! The words of a changed text: what both sides have, what only the old one, what only the new one.

mod room;

pub use room::{in_lines, side_lines, sides_in_lines};

use super::text::{self, SafeText, joined};
use super::value_words::value_words;
use crate::value::Value;
use similar::{ChangeTag, TextDiff};
use std::time::Duration;
use unicode_width::UnicodeWidthChar;

/// A piece of a changed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The piece.
    pub text: SafeText,
    /// Which side it is on.
    pub side: WordSide,
}

/// Which side a piece of text is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordSide {
    Both,
    /// Only the old one: `[-draft-]`.
    Old,
    /// Only the new one: `{+final+}`.
    New,
    /// The whole old value.
    Was,
    /// The whole new value.
    Is,
    /// How long both texts are, where some of them is left out; never broken, and the first to go.
    Length,
}

/// How much of a changed text is told, where it is too long to be told whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToldExtent {
    /// As much as rows of a screen have a use for.
    Rows,
    /// What is near to what changed, so that it is in view.
    Near,
    /// As much as anyone reads.
    Whole,
}

impl ToldExtent {
    /// Characters that are kept beside a changed word, and at both ends of a changed piece.
    fn kept(self) -> usize {
        match self {
            Self::Rows => 600,
            Self::Near => 200,
            Self::Whole => 4_000,
        }
    }
}

/// Bytes from which on a word is long: what differs in it is shown, not the word twice.
const LONG_WORD: usize = 40;
/// Longer texts, or what differs in them, are not compared word by word.
const LONGEST: usize = 20_000;
/// The most time one comparison may take: a frame waits for it.
const PATIENCE: Duration = Duration::from_millis(5);

impl Word {
    /// Text that both sides have.
    pub fn both(text: impl Into<SafeText>) -> Self {
        Self { text: text.into(), side: WordSide::Both }
    }

    /// Columns it takes with the brackets round it, or the blank before it.
    pub fn columns(&self) -> usize {
        self.text.width() + self.brackets()
    }

    fn brackets(&self) -> usize {
        match self.side {
            WordSide::Old | WordSide::New => 4,
            WordSide::Length => 1,
            WordSide::Both | WordSide::Was | WordSide::Is => 0,
        }
    }

    /// The same as text: `[-draft-]`, `{+final+}`.
    pub fn bracketed(&self) -> SafeText {
        let text = &self.text;
        match self.side {
            WordSide::Old => joined!["[-", text, "-]"],
            WordSide::New => joined!["{+", text, "+}"],
            WordSide::Length => joined![" ", text],
            WordSide::Both | WordSide::Was | WordSide::Is => text.clone(),
        }
    }
}

/// `"see [-draft-]{+final+} order"`: the words of two strings as one literal; `None` when they have nothing in common.
/// O(both), and word by word only between the first and the last difference of long ones.
pub fn words(old: &str, new: &str) -> Option<Vec<Word>> {
    compared_words(old, new, ToldExtent::Rows)
}

/// The old and the new side of a changed string for a box, what differs between brackets; of long ones what is near to that.
/// `None` when they have nothing in common, and are short enough to be told whole.
pub fn sides_in_full(old: &str, new: &str, extent: ToldExtent) -> Option<[SafeText; 2]> {
    let words = compared_words(old, new, extent)?;
    let side = |old| SafeText::join(room::side_of(&words, old).iter().map(Word::bracketed), "");
    Some([side(true), side(false)])
}

#[cfg(test)]
thread_local! {
    /// How many pairs of texts were compared on this thread.
    pub static COMPARED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

fn compared_words(old: &str, new: &str, extent: ToldExtent) -> Option<Vec<Word>> {
    #[cfg(test)]
    COMPARED.set(COMPARED.get() + 1);
    let longest = old.len().max(new.len());
    let (head, tail) = if longest > LONGEST { shared(old, new) } else { (0, 0) };
    let parted = |text: &'_ str| head..text.len() - tail;
    let mut words = vec![(WordSide::Both, old[..head].to_owned())];
    words.extend(narrowed(compared(&old[parted(old)], &new[parted(new)])));
    words.push((WordSide::Both, old[old.len() - tail..].to_owned()));
    words.retain(|(_, text)| !text.is_empty());
    let common: usize = words.iter().filter(|word| word.0 == WordSide::Both).map(|word| word.1.trim().len()).sum();
    let is_long = extent != ToldExtent::Rows && longest > ToldExtent::Whole.kept();
    (common * 4 >= longest || is_long).then(|| quoted(&words, (old, new), extent.kept()))
}

/// Bytes that two texts begin with and end with alike, whole words only.
fn shared(old: &str, new: &str) -> (usize, usize) {
    let alike = |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(old, new)| old == new).count();
    let head = alike(&mut old.bytes().zip(new.bytes()));
    let head = old[..old.floor_char_boundary(head)]
        .rfind(char::is_whitespace)
        .map_or(0, |space| space + old[space..].chars().next().map_or(0, char::len_utf8));
    let (old, new) = (&old[head..], &new[head..]);
    let tail = alike(&mut old.bytes().rev().zip(new.bytes().rev()));
    let from = old.ceil_char_boundary(old.len() - tail);
    let tail = old[from..].find(char::is_whitespace).map_or(0, |space| old.len() - from - space);
    (head, tail)
}

fn compared(old: &str, new: &str) -> Vec<(WordSide, String)> {
    if old.len().max(new.len()) > LONGEST {
        return vec![(WordSide::Old, old.to_owned()), (WordSide::New, new.to_owned())];
    }
    let diff = TextDiff::configure().timeout(PATIENCE).diff_unicode_words(old, new);
    let mut words: Vec<(WordSide, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        let side = match change.tag() {
            ChangeTag::Equal => WordSide::Both,
            ChangeTag::Delete => WordSide::Old,
            ChangeTag::Insert => WordSide::New,
        };
        match words.last_mut().filter(|(last, _)| *last == side) {
            Some((_, text)) => text.push_str(change.value()),
            None => words.push((side, change.value().to_owned())),
        }
    }
    words
}

/// The same, but of a long word that became one much like it only what differs: ids, links, texts without blanks.
fn narrowed(words: Vec<(WordSide, String)>) -> Vec<(WordSide, String)> {
    let mut narrowed: Vec<(WordSide, String)> = Vec::new();
    let mut rest = words.into_iter().peekable();
    while let Some((side, text)) = rest.next() {
        let became = rest.next_if(|(next, _)| side == WordSide::Old && *next == WordSide::New);
        match became {
            Some((_, new)) => narrowed.extend(changed_part(&text, &new)),
            None => narrowed.push((side, text)),
        }
    }
    narrowed
}

/// A word, what it became, and what both begin and end with where that is most of them.
fn changed_part(old: &str, new: &str) -> [(WordSide, String); 4] {
    let longest = old.len().max(new.len());
    let alike = |(old, new): &(char, char)| old == new;
    let length = |(char, _): (char, char)| char.len_utf8();
    let head: usize = old.chars().zip(new.chars()).take_while(alike).map(length).sum();
    let head = whole_letters(old, new, head);
    let ends = (old[head..].chars().rev()).zip(new[head..].chars().rev());
    let tail: usize = ends.take_while(alike).map(length).sum();
    let tail = old[old.len() - tail..].char_indices().find(|(_, char)| !joins(*char)).map_or(0, |(at, _)| tail - at);
    let (head, tail) = if longest < LONG_WORD || (head + tail) * 2 < longest { (0, 0) } else { (head, tail) };
    [
        (WordSide::Both, old[..head].to_owned()),
        (WordSide::Old, old[head..old.len() - tail].to_owned()),
        (WordSide::New, new[head..new.len() - tail].to_owned()),
        (WordSide::Both, old[old.len() - tail..].to_owned()),
    ]
}

/// So many bytes of a beginning that two texts share, less what a letter behind it belongs to.
fn whole_letters(old: &str, new: &str, mut head: usize) -> usize {
    while [old, new].iter().any(|text| text[head..].starts_with(joins)) {
        head = old[..head].char_indices().next_back().map_or(0, |(at, _)| at);
        if head == 0 {
            break;
        }
    }
    head
}

/// Whether it belongs to the letter before it.
fn joins(char: char) -> bool {
    char.width() == Some(0)
}

/// The words as one literal; where some of them are left out, with the lengths of both texts.
fn quoted(words: &[(WordSide, String)], (old, new): (&str, &str), kept: usize) -> Vec<Word> {
    let last = words.len() - 1;
    let mut cut = false;
    let mut piece = |(at, (side, text)): (usize, &(WordSide, String))| {
        let is_changed = *side != WordSide::Both;
        let keep = shortened(text, is_changed || at > 0, is_changed || at < last, kept);
        cut |= keep.is_some();
        Word { text: keep.unwrap_or_else(|| inside(text).into()), side: *side }
    };
    let inner: Vec<Word> = words.iter().enumerate().map(&mut piece).collect();
    let quote = || std::iter::once(Word::both("\""));
    let length = cut.then(|| Word { text: lengths(old, new), side: WordSide::Length });
    quote().chain(inner).chain(quote()).chain(length).collect()
}

/// `306 chars`, `306 → 309 chars`.
fn lengths(old: &str, new: &str) -> SafeText {
    let [old, new] = [old, new].map(|text| text::thousands(text.chars().count() as u64));
    if old == new { joined![new, " chars"] } else { joined![old, " → ", new, " chars"] }
}

/// A literal without its quotes.
fn inside(text: &str) -> String {
    let literal = text::literal(text);
    literal[1..literal.len() - 1].to_owned()
}

/// Text with only the characters that are near to what is `after` and `before` it; `None` when that is all of it.
fn shortened(text: &str, after: bool, before: bool, near: usize) -> Option<SafeText> {
    let chars = text.chars().count();
    let (head, tail) = (if after { near } else { 0 }, if before { near } else { 0 });
    if chars <= head + tail + 1 || (!after && !before) {
        return None;
    }
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(chars - tail).collect();
    Some(joined![inside(&start), "…", inside(&end)])
}

/// What a leaf was and is: the words of two strings that have some in common, else `old → new`.
pub fn changed(old: &Value, new: &Value) -> Vec<Word> {
    match (old, new) {
        (Value::String(old), Value::String(new)) => words(old, new),
        _ => None,
    }
    .unwrap_or_else(|| {
        let whole = |value, side| Word { text: value_words(value, None), side };
        vec![whole(old, WordSide::Was), Word::both(" → "), whole(new, WordSide::Is)]
    })
}

#[cfg(test)]
mod tests {
    use super::room::{fit, in_lines_by};
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;

    fn width(words: &[Word]) -> usize {
        words.iter().map(Word::columns).sum()
    }

    fn plain(words: &[Word]) -> String {
        words.iter().map(|word| word.bracketed().unmarked().into_owned()).collect()
    }

    #[test]
    fn changed_words_stand_beside_each_other() {
        for (old, new, expected) in [
            ("see draft order", "see final order", r#""see [-draft-]{+final+} order""#),
            ("one two", "one two three", r#""one two{+ three+}""#),
            ("active", "idle", r#""active" → "idle""#),
            ("", "x", r#""" → "x""#),
            ("say \"no\" twice", "say \"yes\" twice", r#""say \"[-no-]{+yes+}\" twice""#),
        ] {
            assert_eq!(plain(&changed(&old.into(), &new.into())), expected);
        }
    }

    #[test]
    fn of_a_long_word_what_differs_is_told() {
        for (head, [old, new], tail) in [
            ("x".repeat(130), ["0", "1"], "y".repeat(160)),
            ("https://example.org/".repeat(3), ["", "v2/"], "orders".into()),
            ("漢字".repeat(5_000), ["仮", "名前"], "かな".repeat(5_000)),
            (String::new(), ["a", "b"], "z".repeat(60)),
        ] {
            let [was, is] = [old, new].map(|part| format!("{head}{part}{tail}"));
            let shown = words(&was, &is).unwrap();
            let differing: String =
                plain(&shown.iter().filter(|word| word.brackets() == 4).cloned().collect::<Vec<_>>());
            let part = |text: &str, [open, close]: [&str; 2]| {
                if text.is_empty() { String::new() } else { format!("{open}{text}{close}") }
            };
            assert_eq!(differing, part(old, ["[-", "-]"]) + &part(new, ["{+", "+}"]), "{}", plain(&shown));
            for columns in [20, 40, 77] {
                let shown = fit(&shown, columns);
                assert!(width(&shown) <= columns && plain(&shown).contains(&differing), "{columns}: {}", plain(&shown));
            }
        }
        // A letter and its accent stay together.
        let [was, is] = ["e\u{301}", "e\u{300}"].map(|letter| format!("{}{letter}{}", "x".repeat(50), "y".repeat(50)));
        let shown = plain(&words(&was, &is).unwrap());
        assert!(shown.contains("[-e") && shown.contains("{+e"), "{shown}");
        // What has little in common is told whole.
        assert_eq!(words(&"ab".repeat(40), &"cd".repeat(40)), None);
    }

    #[test]
    fn of_two_whole_values_both_are_seen_however_little_room_there_is() {
        for (old, new, columns, least) in [
            ("0123456789abcdef", "fedcba9876543210", 39, 18),
            ("0123456789abcdef", "fedcba9876543210", 23, 10),
            ("0123456789abcdef", "x", 18, 3),
            ("x", "0123456789abcdef", 18, 3),
        ] {
            let shown = fit(&changed(&old.into(), &new.into()), columns);
            assert_eq!(width(&shown), columns, "{}", plain(&shown));
            assert!(shown[0].columns().min(shown[2].columns()) >= least, "{}", plain(&shown));
            let [was, is] = [&shown[0], &shown[2]].map(|word| word.text.unmarked().into_owned());
            assert!(was[1..].starts_with(&old[..1]) && is[1..].starts_with(&new[..1]), "{was} {is}");
        }
    }

    #[test]
    fn in_lines_nothing_is_cut_that_has_room_and_what_differs_is_in_view() {
        let long = |word: &str| format!("{}{word} {}", "before it ".repeat(16), "behind it ".repeat(16));
        let between = |old: &str, new: &str| changed(&old.into(), &new.into());
        let texts = between(&long("old"), &long("newer"));
        let hashes = between(&"a1".repeat(60), &"b2".repeat(60));
        let flags = between(&long("🇩🇪"), &long("🇫🇷"));
        let controls = between(&long("\u{202e}\u{202e}"), &long("\u{1b}"));
        let longer = words(&long("old").repeat(8), &(long("old").repeat(4) + "new" + &long("old").repeat(4))).unwrap();
        for words in [&texts, &hashes, &flags, &controls, &longer] {
            let all = plain(words);
            for (columns, most) in [(40, 1), (40, 2), (20, 5), (40, 3), (40, 12), (60, 4), (77, 30), (300, 40)] {
                let lines = in_lines(words, (columns, most));
                assert!(lines.len() <= most, "{}", lines.len());
                for line in &lines {
                    assert!(width(line) <= columns && !line.is_empty(), "{columns}: {}", plain(line));
                    let escapes = plain(line).replace("\\u{202e}", "").replace("\\u{1b}", "");
                    assert!(!escapes.contains('\\') && !plain(line).ends_with("chars "), "{}", plain(line));
                }
                let shown: String = lines.iter().map(|line| plain(line)).collect();
                if columns * (most - 1) > all.len() + 4 * most {
                    assert_eq!(shown.matches('…').count(), all.matches('…').count(), "{columns} {most}: {shown}");
                } else if columns * most > 30 {
                    assert!(lines.len() == most || !shown.contains('…'), "{columns} {most}: {shown}");
                    let is_changed = |word: &Word| matches!(word.side, WordSide::Old | WordSide::New | WordSide::Is);
                    assert!(lines.iter().flatten().any(is_changed), "{columns} {most}: {shown}");
                }
            }
        }
    }

    #[test]
    fn in_lines_no_more_is_looked_at_than_is_seen() {
        let rare =
            |times: usize, word: &str| format!("{}{word} ", "some of many words ".repeat(times)).repeat(200 / times);
        for (old, new) in [
            ("word ".repeat(40) + "old", "word ".repeat(40) + "new"),
            ("x".repeat(500_000) + "old", "x".repeat(500_000) + "new"),
            ("long text ".repeat(100_000), "other text ".repeat(100_000)),
            // Thousands of pieces that differ.
            (rare(2, "old"), rare(2, "new")),
            (rare(1, "\u{202e}日"), rare(1, "\u{202e}本")),
        ] {
            let words = changed(&old.as_str().into(), &new.as_str().into());
            for (columns, most) in [(20, 2), (41, 20), (80, 20), (76, 30)] {
                let (calls, looked_at) = (Cell::new(0), Cell::new(0));
                let counting = |words: &[Word], room: usize| {
                    calls.set(calls.get() + 1);
                    looked_at.set(looked_at.get() + words.iter().map(|word| word.text.painted().len()).sum::<usize>());
                    fit(words, room)
                };
                let lines = in_lines_by(&words, (columns, most), &counting);
                assert!(lines.len() == most || calls.get() == 0, "{columns} {most}: {} lines", lines.len());
                let each = 3 * (columns * most + 2 * ToldExtent::Rows.kept());
                assert!(calls.get() <= 6 && looked_at.get() <= 6 * each, "{} {}", calls.get(), looked_at.get());
            }
        }
    }

    proptest! {
        #[test]
        fn what_has_little_room_is_never_wider(
            [before, old, new, after] in prop::array::uniform4("[ab日🦀\" \u{202e}]{0,14}"),
            columns in 0usize..60,
        ) {
            prop_assume!(old != new);
            let text = |changed: &str| format!("{before} {changed} {after}");
            for words in [
                changed(&text(&old).as_str().into(), &text(&new).as_str().into()),
                changed(&text(&old).as_str().into(), &1_i64.into()),
                changed(&old.as_str().into(), &new.as_str().into()),
            ] {
                let shown = fit(&words, columns);
                prop_assert!(width(&shown) <= columns, "{columns}: {}", plain(&shown));
            }
        }
    }

    #[test]
    fn of_two_pieces_that_differ_both_are_seen_in_little_room() {
        let words = changed(&"a text that is old here".into(), &"a text that is new here".into());
        for columns in [35, 34, 30, 24, 18, 16] {
            let shown = plain(&fit(&words, columns));
            assert!(shown.contains("[-old-]{+new+}"), "{columns}: {shown}");
        }
        assert_eq!(plain(&fit(&words, 8)), "new");
    }

    #[test]
    fn of_long_texts_what_is_near_the_change_is_kept() {
        let long = "word ".repeat(30);
        for (times, old, new, length) in [
            (10, "old", "new", "3,004 chars"),
            (10, "old", "newer", "3,004 → 3,006 chars"),
            (1000, "old", "new", "300,004 chars"),
        ] {
            let long = long.repeat(times);
            let words = words(&format!("{long}{old} {long}"), &format!("{long}{new} {long}"));
            let shown = plain(&words.unwrap_or_default());
            let (before, after) = ("word ".repeat(120), " word".repeat(120));
            let near = format!(r#""…{before}[-{old}-]{{+{new}+}}{after}…" {length}"#);
            assert_eq!(shown, near);
        }
    }

    #[test]
    fn of_a_long_changed_piece_both_ends_are_kept() {
        let (same, other) = ("same ".repeat(9000), ["x", "y"].map(|letter| letter.repeat(21_000)));
        let shown = plain(&words(&format!("{same}{}", other[0]), &format!("{same}{}", other[1])).unwrap_or_default());
        let piece = |letter: &str| format!("{0}…{0}", letter.repeat(600));
        assert!(shown.contains(&format!("[-{}-]{{+{}+}}", piece("x"), piece("y"))), "{shown}");
    }

    #[test]
    fn what_long_texts_share_ends_between_words_and_characters() {
        let text = |middle: &str| format!("{} é{middle}é {}", "a b ".repeat(6000), "ü ".repeat(3000));
        let shown = plain(&words(&text("è"), &text("ê")).unwrap_or_default());
        assert!(shown.contains("[-éèé-]{+éêé+} ü"), "{shown}");
    }
}
