//! Words in the columns there are: cut so that what differs is seen, and in lines.

use super::{Word, WordSide};
use crate::view::text::SafeText;

/// The old value, or the new one, of a changed leaf in at most so many lines of so many columns.
pub fn side_lines(words: &[Word], old: bool, room: (usize, usize)) -> Vec<Vec<Word>> {
    in_lines(&side_of(words, old), room)
}

/// Words in at most so many lines of so many columns: all of them where there is room, else as [`fit`] cuts them.
pub fn in_lines(words: &[Word], (columns, most): (usize, usize)) -> Vec<Vec<Word>> {
    let cut = |lines: usize| {
        // Brackets and wide letters may leave cells of a line empty.
        let rooms = (columns * (lines - 1) + 1..=columns * lines).rev().step_by(lines.max(2) - 1);
        rooms.into_iter().find_map(|room| whole_lines(&fit(words, room), (columns, lines)))
    };
    let whole = whole_lines(words, (columns, most));
    whole.or_else(|| (2..=most).rev().find_map(cut)).unwrap_or_else(|| vec![fit(words, columns)])
}

/// Words in lines of at most so many columns, nothing left out; `None` where they have no room in so many lines.
fn whole_lines(words: &[Word], (columns, most): (usize, usize)) -> Option<Vec<Vec<Word>>> {
    let (mut lines, mut used): (Vec<Vec<Word>>, usize) = (vec![Vec::new()], 0);
    for word in words {
        let brackets = word.brackets();
        let mut begun = false;
        // A short piece that changed stays in one line.
        if brackets > 0 && used > 0 && word.columns() <= columns / 3 && used + word.columns() > columns {
            lines.push(Vec::new());
            used = 0;
        }
        let pieces =
            if word.side == WordSide::Length { vec![word.text.clone()] } else { word.text.letters().collect() };
        for letter in pieces {
            if used > 0 && used + letter.width() + if begun { 0 } else { brackets } > columns {
                lines.push(Vec::new());
                (used, begun) = (0, false);
            }
            if lines.len() > most {
                return None;
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

/// The words of one side; how long both are is said where there is room for both.
pub(super) fn side_of(words: &[Word], old: bool) -> Vec<Word> {
    let wanted = if old { [WordSide::Was, WordSide::Old] } else { [WordSide::Is, WordSide::New] };
    let whole = words.iter().any(|word| word.side == WordSide::Was);
    let is_shared = |word: &Word| matches!(word.side, WordSide::Both | WordSide::Length) && !whole;
    let is_of_side = |word: &&Word| wanted.contains(&word.side) || is_shared(word);
    words.iter().filter(is_of_side).cloned().collect()
}

/// Words in at most so many columns. What both sides share is cut first, so that the first piece that differs is seen.
pub(super) fn fit(words: &[Word], columns: usize) -> Vec<Word> {
    if width(words) <= columns {
        return words.to_vec();
    }
    if let [rest @ .., Word { side: WordSide::Length, .. }] = words {
        return fit(rest, columns);
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
        let brackets = word.brackets();
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

/// Adds words as far as they fit; the last one that both sides have may be cut. A quote at their end stays.
fn push_fitting(shown: &mut Vec<Word>, words: &[Word], mut room: usize) {
    let is_quote = |word: &&Word| *word.text.unmarked() == *"\"";
    let quote = words.last().filter(is_quote).filter(|_| room >= LEAST_SHARED && width(words) > room);
    let words = if quote.is_some() { &words[..words.len() - 1] } else { words };
    room -= quote.map_or(0, Word::columns);
    for (at, word) in words.iter().enumerate() {
        let is_last = at + 1 == words.len();
        if word.columns() + usize::from(!is_last) <= room {
            room -= word.columns();
            shown.push(word.clone());
            continue;
        }
        let cut = Word { text: word.text.fit(room.saturating_sub(word.brackets())), side: word.side };
        let is_telling = word.side == WordSide::Both || cut.text.width() >= LEAST_SHARED;
        shown.extend((room > 0).then(|| if is_telling { cut } else { Word::both("…") }));
        break;
    }
    shown.extend(quote.cloned());
}

/// Columns that are left of what both sides share, and of what differs.
const LEAST_SHARED: usize = 5;
const LEAST_CHANGED: usize = 9;
