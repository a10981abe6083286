//! Words in the columns there are: cut so that what differs is seen, and in lines.

use super::{Word, WordSide};
use crate::view::text::SafeText;

/// The old value, or the new one, of a changed leaf in at most so many lines of so many columns.
pub fn side_lines(words: &[Word], old: bool, room: (usize, usize)) -> Vec<Vec<Word>> {
    in_lines(&side_of(words, old), room)
}

/// The old value and the new one, which share so many lines of so many columns, each with the lines that it may take.
pub fn sides_in_lines(words: &[Word], (columns, most): (usize, usize)) -> [(Vec<Word>, usize); 2] {
    let [old, new] = [true, false].map(|old| side_of(words, old));
    let wanted = [&old, &new].map(|side| in_lines(side, (columns, most.saturating_sub(1).max(1))).len());
    let [above, below] = shares(most, wanted);
    [(old, above), (new, below)]
}

/// Words in at most so many lines of so many columns: all of them where there is room, else as [`fit`] cuts them. O(what is
/// visible), however long the texts are.
pub fn in_lines(words: &[Word], size: (usize, usize)) -> Vec<Vec<Word>> {
    in_lines_by(words, size, &fit)
}

/// How often words are cut anew because they do not fit in lines; each time is about what did not fit nearer.
const CUTS: usize = 12;

pub(super) fn in_lines_by(
    words: &[Word],
    (columns, most): (usize, usize),
    fit: &dyn Fn(&[Word], usize) -> Vec<Word>,
) -> Vec<Vec<Word>> {
    let mut room = columns * most;
    let words = within_reach(words, room);
    if let Ok(lines) = whole_lines(&words, (columns, most)) {
        return lines;
    }
    for _ in 0..CUTS {
        if room <= columns {
            break;
        }
        // Brackets and wide letters may leave cells of a line empty.
        match whole_lines(&fit(&words, room), (columns, most)) {
            Ok(lines) => return lines,
            Err(left) => room = room.saturating_sub(left),
        }
    }
    vec![fit(&words, columns)]
}

/// The words of which something may be seen in so many columns; a quote at their end stays.
fn within_reach(words: &[Word], columns: usize) -> Vec<Word> {
    // The first pieces that differ are seen in any case.
    let first = words.iter().position(|word| word.side != WordSide::Both).unwrap_or(0);
    let mut used = 0;
    let seen = words[first..].iter().enumerate().take_while(|(at, word)| {
        let is_seen = *at < TOGETHER || used <= columns;
        used += word.columns();
        is_seen
    });
    let (seen, rest) = words.split_at(first + seen.count());
    seen.iter().chain(rest.last().filter(|word| is_quote(word))).cloned().collect()
}

/// Words in lines of at most so many columns, nothing left out; where they have no room in so many lines, the columns of what is left.
fn whole_lines(words: &[Word], (columns, most): (usize, usize)) -> Result<Vec<Vec<Word>>, usize> {
    let (mut lines, mut used): (Vec<Vec<Word>>, usize) = (vec![Vec::new()], 0);
    let mut left = 0;
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
            used += letter.width() + if begun { 0 } else { brackets };
            if lines.len() > most {
                left += letter.width() + if begun { 0 } else { brackets };
            }
            let Some(line) = lines.last_mut() else { break };
            match line.last_mut().filter(|_| begun) {
                Some(piece) => piece.text += letter,
                None => line.push(Word { text: letter, side: word.side }),
            }
            begun = true;
        }
    }
    if left > 0 { Err(left) } else { Ok(lines) }
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
        let cut = |word: &Word, columns| Word { text: word.text.fit_middle(columns), side: word.side };
        let Some(room) = columns.checked_sub(arrow.columns()).filter(|room| *room > 1) else {
            return vec![cut(is, columns)];
        };
        let [old, new] = shares(room, [was.columns(), is.columns()]);
        return vec![cut(was, old), arrow.clone(), cut(is, new)];
    }
    let first = words.iter().position(|word| word.side != WordSide::Both).unwrap_or(0);
    let (before, rest) = words.split_at(first);
    // The old and the new text of one place stay together.
    let pieces = rest.iter().take(2).take_while(|word| word.side != WordSide::Both).count().max(1).min(rest.len());
    let (differing, after) = rest.split_at(pieces);
    let Some(differing) = fit_pieces(differing, [before, after], columns) else {
        let new = differing.last().map_or_else(SafeText::default, |word| word.text.fit_middle(columns));
        return vec![Word::both(new)];
    };
    let room = columns.saturating_sub(width(&differing));
    let start = SafeText::join(before.iter().map(|word| word.text.clone()), "");
    let start = start.fit_end(room.saturating_sub(width(after)).max(room / 2));
    let room = room.saturating_sub(start.width());
    let mut shown: Vec<Word> = (!start.is_empty()).then(|| Word::both(start)).into_iter().chain(differing).collect();
    push_fitting(&mut shown, after, room);
    shown
}

/// Pieces that differ, so that something of what is around them has room beside them as well; `None` where they have none.
fn fit_pieces(pieces: &[Word], around: [&[Word]; 2], columns: usize) -> Option<Vec<Word>> {
    let brackets = pieces.iter().map(Word::brackets).max().unwrap_or(0);
    let beside = |least: usize| around.iter().map(|words| width(words).min(least)).sum::<usize>();
    let each = |least: usize| columns.saturating_sub(beside(least)) / pieces.len().max(1);
    // Little room is for what differs.
    let shared = [LEAST_SHARED, 1].into_iter().find(|least| each(*least) >= LEAST_CHANGED + brackets).unwrap_or(1);
    let each = each(shared).checked_sub(brackets).filter(|room| *room > 1)?;
    Some(pieces.iter().map(|word| Word { text: word.text.fit_middle(each), side: word.side }).collect())
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
    let quote = words.last().filter(|word| is_quote(word)).filter(|_| room >= LEAST_SHARED && width(words) > room);
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

fn is_quote(word: &Word) -> bool {
    *word.text.unmarked() == *"\""
}

/// Words of an old value, an arrow and a new value.
const TOGETHER: usize = 3;
/// Columns that are left of what both sides share, and of what differs.
const LEAST_SHARED: usize = 5;
const LEAST_CHANGED: usize = 9;
