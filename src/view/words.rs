//! The words of a changed text: what both sides have, what only the old one, what only the new one.

use super::text::{self, SafeText, joined};
use super::tree::value_words;
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
}

/// Characters of unchanged text kept beside a changed word.
const CONTEXT: usize = 80;
/// The same at both ends of a changed piece.
const CHANGED: usize = 120;
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

    /// Columns it takes with the brackets round it.
    pub fn columns(&self) -> usize {
        self.text.width() + if matches!(self.side, WordSide::Old | WordSide::New) { 4 } else { 0 }
    }
}

/// `"see [-draft-]{+final+} order"`: the words of two strings as one literal; `None` when they have nothing in common.
/// O(both), and word by word only between the first and the last difference of long ones.
pub fn words(old: &str, new: &str) -> Option<Vec<Word>> {
    let longest = old.len().max(new.len());
    let (head, tail) = if longest > LONGEST { shared(old, new) } else { (0, 0) };
    let parted = |text: &'_ str| head..text.len() - tail;
    let mut words = vec![(WordSide::Both, old[..head].to_owned())];
    words.extend(narrowed(compared(&old[parted(old)], &new[parted(new)])));
    words.push((WordSide::Both, old[old.len() - tail..].to_owned()));
    words.retain(|(_, text)| !text.is_empty());
    let common: usize = words.iter().filter(|word| word.0 == WordSide::Both).map(|word| word.1.trim().len()).sum();
    (common * 4 >= longest).then(|| quoted(&words, old, new))
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
fn quoted(words: &[(WordSide, String)], old: &str, new: &str) -> Vec<Word> {
    let last = words.len() - 1;
    let mut cut = false;
    let mut piece = |(at, (side, text)): (usize, &(WordSide, String))| {
        let keep = match side {
            WordSide::Both | WordSide::Was | WordSide::Is => shortened(text, at > 0, at < last, CONTEXT),
            WordSide::Old | WordSide::New => shortened(text, true, true, CHANGED),
        };
        cut |= keep.is_some();
        Word { text: keep.unwrap_or_else(|| inside(text).into()), side: *side }
    };
    let inner: Vec<Word> = words.iter().enumerate().map(&mut piece).collect();
    let quote = || std::iter::once(Word::both("\""));
    let length = cut.then(|| Word::both(joined![" ", lengths(old, new)]));
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

/// The old value, or the new one, of a changed leaf in at most so many columns. What both sides share is cut first, so that
/// what differs is seen.
pub fn side_in(words: &[Word], old: bool, columns: usize) -> Vec<Word> {
    fit(&side_of(words, old), columns)
}

/// The same whole, in lines of at most so many columns; `None` where it has no room in so many lines.
pub fn side_lines(words: &[Word], old: bool, room: (usize, usize)) -> Option<Vec<Vec<Word>>> {
    lines(&side_of(words, old), room)
}

/// Words in lines of at most so many columns, nothing left out; `None` where they have no room in so many lines.
pub fn lines(words: &[Word], (columns, most): (usize, usize)) -> Option<Vec<Vec<Word>>> {
    let (mut lines, mut used): (Vec<Vec<Word>>, usize) = (vec![Vec::new()], 0);
    for word in words {
        let brackets = word.columns() - word.text.width();
        let mut begun = false;
        for letter in word.text.letters() {
            if used > 0 && used + letter.width() + if begun { 0 } else { brackets } > columns {
                lines.push(Vec::new());
                (used, begun) = (0, false);
                if lines.len() > most {
                    return None;
                }
            }
            used += letter.width() + if begun { 0 } else { brackets };
            let Some(line) = lines.last_mut() else { break };
            match line.last_mut().filter(|_| begun) {
                Some(piece) => piece.text += letter,
                None => line.push(Word { text: letter, side: word.side }),
            }
            begun = true;
        }
    }
    Some(lines)
}

fn side_of(words: &[Word], old: bool) -> Vec<Word> {
    let wanted = if old { [WordSide::Was, WordSide::Old] } else { [WordSide::Is, WordSide::New] };
    let whole = words.iter().any(|word| word.side == WordSide::Was);
    let is_of_side = |word: &&Word| wanted.contains(&word.side) || (word.side == WordSide::Both && !whole);
    let mut side: Vec<Word> = words.iter().filter(is_of_side).cloned().collect();
    let is_quote = |word: &Word| *word.text.unmarked() == *"\"";
    if side.len() > 2 && is_quote(&side[side.len() - 2]) {
        // How long both are is said where there is room for more.
        side.pop();
    }
    side
}

/// Words in at most so many columns. What both sides share is cut first, so that the first piece that differs is seen.
pub fn fit(words: &[Word], columns: usize) -> Vec<Word> {
    if width(words) <= columns {
        return words.to_vec();
    }
    if let [was, arrow, is] = words
        && (was.side, is.side) == (WordSide::Was, WordSide::Is)
    {
        let [old, new] = shares(columns.saturating_sub(arrow.columns()), [was.columns(), is.columns()]);
        let cut = |word: &Word, columns| Word { text: word.text.fit_middle(columns), side: word.side };
        return vec![cut(was, old), arrow.clone(), cut(is, new)];
    }
    let first = words.iter().position(|word| word.side != WordSide::Both).unwrap_or(0);
    let (before, rest) = words.split_at(first);
    // The old and the new text of one place stay together.
    let pieces = rest.iter().take(2).take_while(|word| word.side != WordSide::Both).count().max(1).min(rest.len());
    let (differing, after) = rest.split_at(pieces);
    let least: usize = [before, after].map(|words| width(words).min(LEAST_SHARED)).iter().sum();
    let each = columns.saturating_sub(least) / pieces.max(1);
    let cut = |word: &Word| {
        let brackets = word.columns() - word.text.width();
        Word { text: word.text.fit_middle(each.saturating_sub(brackets).max(LEAST_CHANGED)), side: word.side }
    };
    let differing: Vec<Word> = differing.iter().map(cut).collect();
    let room = columns.saturating_sub(width(&differing));
    let start = SafeText::join(before.iter().map(|word| word.text.clone()), "");
    let start = start.fit_end(room.saturating_sub(width(after)).max(room / 2));
    let room = room.saturating_sub(start.width());
    let mut shown: Vec<Word> = (!start.is_empty()).then(|| Word::both(start)).into_iter().chain(differing).collect();
    push_fitting(&mut shown, after, room);
    shown
}

/// How much of the room each of two gets: half, and what the other leaves.
fn shares(room: usize, wanted: [usize; 2]) -> [usize; 2] {
    let [one, other] = wanted;
    let first = one.min(room.saturating_sub(other).max(room / 2));
    [first, other.min(room.saturating_sub(first))]
}

fn width(words: &[Word]) -> usize {
    words.iter().map(Word::columns).sum()
}

/// Adds words as far as they fit; the last one that both sides have may be cut.
fn push_fitting(shown: &mut Vec<Word>, words: &[Word], mut room: usize) {
    for (at, word) in words.iter().enumerate() {
        let is_last = at + 1 == words.len();
        if word.columns() + usize::from(!is_last) <= room {
            room -= word.columns();
            shown.push(word.clone());
            continue;
        }
        let brackets = word.columns() - word.text.width();
        let cut = Word { text: word.text.fit(room.saturating_sub(brackets)), side: word.side };
        let is_telling = word.side == WordSide::Both || cut.text.width() >= LEAST_SHARED;
        shown.extend((room > 0).then(|| if is_telling { cut } else { Word::both("…") }));
        return;
    }
}

/// Columns that are left of what both sides share, and of what differs.
const LEAST_SHARED: usize = 5;
const LEAST_CHANGED: usize = 9;

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(words: &[Word]) -> String {
        let word = |word: &Word| match word.side {
            WordSide::Both | WordSide::Was | WordSide::Is => word.text.unmarked().into_owned(),
            WordSide::Old => format!("[-{}-]", word.text.unmarked()),
            WordSide::New => format!("{{+{}+}}", word.text.unmarked()),
        };
        words.iter().map(word).collect()
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
                plain(&shown.iter().filter(|word| word.side != WordSide::Both).cloned().collect::<Vec<_>>());
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
    fn of_long_texts_what_is_near_the_change_is_kept() {
        let long = "word ".repeat(30);
        for (times, old, new, length) in [
            (1, "old", "new", "304 chars"),
            (1, "old", "newer", "304 → 306 chars"),
            (1000, "old", "new", "300,004 chars"),
        ] {
            let long = long.repeat(times);
            let words = words(&format!("{long}{old} {long}"), &format!("{long}{new} {long}"));
            let shown = plain(&words.unwrap_or_default());
            let (before, after) = ("word ".repeat(16), " word".repeat(16));
            let near = format!(r#""…{before}[-{old}-]{{+{new}+}}{after}…" {length}"#);
            assert_eq!(shown, near);
        }
    }

    #[test]
    fn of_a_long_changed_piece_both_ends_are_kept() {
        let (same, other) = ("same ".repeat(9000), ["x", "y"].map(|letter| letter.repeat(21_000)));
        let shown = plain(&words(&format!("{same}{}", other[0]), &format!("{same}{}", other[1])).unwrap_or_default());
        let piece = |letter: &str| format!("{0}…{0}", letter.repeat(120));
        assert!(shown.contains(&format!("[-{}-]{{+{}+}}", piece("x"), piece("y"))), "{shown}");
    }

    #[test]
    fn what_long_texts_share_ends_between_words_and_characters() {
        let text = |middle: &str| format!("{} é{middle}é {}", "a b ".repeat(6000), "ü ".repeat(3000));
        let shown = plain(&words(&text("è"), &text("ê")).unwrap_or_default());
        assert!(shown.contains("[-éèé-]{+éêé+} ü"), "{shown}");
    }
}
