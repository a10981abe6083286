//! The Changes pane: the summary and the list of changes, groups folded.

use super::Sign;
use super::change_row::ChangedPart;
use super::compared::Compared;
use super::found::whole;
use super::list::{ListCursor, ListMove};
use super::path::printed;
use super::summary::DiffSummary;
use super::text::{NamedLine, SafeText, joined};
use super::tree::{Beginning, members as members_of};
use super::value_words::value_words;
use super::words;
use super::{delta, text};
use crate::diff::Change;
use crate::value::{Path, Step, Value};
use std::sync::Arc;

pub use super::words::{ToldExtent, Word, WordSide};

/// One line of the pane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeLine {
    /// The sign in the first column; below a path, that of the old or the new value, or none.
    pub sign: Option<Sign>,
    /// The path, or `… 48 more under .sessions`; empty on continuation lines.
    pub path: SafeText,
    /// What it was and is: `118.50 → 168.50 (+50)`, `{4}`, words of a string.
    pub words: Vec<Word>,
    /// What a container that is new or gone begins with.
    pub begins: Beginning,
    /// Whether the cursor is on it.
    pub selected: bool,
}

impl ChangeLine {
    fn new(sign: Option<Sign>, path: SafeText, words: Vec<Word>, selected: bool) -> Self {
        Self { sign, path, words, begins: Beginning::default(), selected }
    }

    /// Columns of its sign, its path and its words.
    fn columns(&self) -> usize {
        let words = self.words.iter().map(Word::columns).sum::<usize>();
        self.path.width() + words + if self.path.is_empty() { CONTINUED } else { CONTINUED + 2 }
    }
}

/// The pane's model. Lines are made for the window only.
#[derive(Debug)]
pub struct Changes {
    compared: Arc<Compared>,
    entries: Vec<ChangeEntry>,
    list: ListCursor,
}

/// Lines for an entry.
#[derive(Debug, Clone, Copy)]
struct Room {
    /// Below what is new or gone, at most.
    members: usize,
    /// For the old value and for the new one, at most; of one line what has no room is cut.
    side: usize,
}

/// One entry of the list: changes `first` and so many after it.
#[derive(Debug, Clone, Copy)]
struct ChangeEntry {
    first: usize,
    more: usize,
    folded: bool,
}

/// Columns before the words of a line below a path.
const CONTINUED: usize = 2;
/// Columns before a member, from there.
const INDENT: usize = 2;
/// Changes of a group shown before the others fold.
const SHOWN: usize = 2;
/// Changes that are told in full, at most.
const MOST_IN_FULL: usize = 400;
/// Columns of a path and what became of it that stand beside each other.
const SHORT: usize = 48;
/// Fewest changes that one line stands for.
const LEAST: usize = 3;

impl Changes {
    /// Of two values. O(changes).
    pub fn new(compared: Arc<Compared>) -> Self {
        let entries = entries(&compared.diff.changes);
        Self { compared, entries, list: ListCursor::default() }
    }

    /// What it comes to.
    pub fn summary(&self) -> &DiffSummary {
        &self.compared.summary
    }

    /// How many changes there are.
    pub fn count(&self) -> usize {
        self.compared.diff.changes.len()
    }

    /// Rows below the summary on the screen.
    pub fn resize(&mut self, height: usize) {
        self.list.resize(height);
    }

    /// Moves the cursor.
    pub fn act(&mut self, step: ListMove) {
        self.list.act(step, self.entries.len());
    }

    /// Opens the group under the cursor; whether there was one.
    pub fn open(&mut self) -> bool {
        let Some(at) = self.list.selected(self.entries.len()) else { return false };
        let entry = self.entries[at];
        if entry.folded {
            let each =
                (entry.first..=entry.first + entry.more).map(|first| ChangeEntry { first, more: 0, folded: false });
            self.entries.splice(at..=at, each);
        }
        entry.folded
    }

    fn selected(&self) -> Option<&Change> {
        let entry = self.entries.get(self.list.selected(self.entries.len())?)?;
        self.compared.diff.changes.get(entry.first)
    }

    /// The path under the cursor (on the right; for what is gone, on the left).
    pub fn path(&self) -> Option<Path> {
        self.selected().map(|change| change.path.clone())
    }

    /// `3 of 56`; empty without changes.
    pub fn position(&self) -> SafeText {
        let entry = self.list.selected(self.entries.len()).and_then(|at| self.entries.get(at));
        let count = text::thousands(self.compared.diff.changes.len() as u64);
        entry.map(|entry| joined![text::thousands(entry.first as u64 + 1), " of ", count]).unwrap_or_default()
    }

    /// The lines on the screen, in entries that fit `width` columns or take several lines: what is new or gone has its members
    /// below it, as far as there are rows that nothing else needs. O(height).
    pub fn lines(&self, width: usize, height: usize) -> Vec<ChangeLine> {
        let selected = self.list.selected(self.entries.len());
        let window = self.list.window(self.entries.len(), height);
        let entry = |at: usize, room: Room| self.entry(self.entries[at], (width, room), selected == Some(at));
        let with = |room: Room| window.clone().map(|at| entry(at, room)).collect::<Vec<_>>();
        let counted = |entries: &[Vec<ChangeLine>]| entries.iter().map(Vec::len).sum::<usize>();
        let mut room = Room { members: 0, side: 1 };
        let mut entries = with(room);
        let begun = |line: &&ChangeLine| !line.begins.fits(width.saturating_sub(line.columns() + 1));
        room.members = height.saturating_sub(counted(&entries)) / entries.iter().flatten().filter(begun).count().max(1);
        if room.members > 0 {
            entries = with(room);
        }
        let mut spare = height.saturating_sub(counted(&entries));
        // Whichever is selected: no entry moves as the selection does.
        for at in window.clone() {
            if spare == 0 {
                break;
            }
            let now = &mut entries[at - window.start];
            // All of both sides, or as much as half of the room holds of each.
            let longer = [spare + 1, spare / 2 + 1].map(|side| entry(at, Room { side, ..room }));
            if let Some(longer) = longer.into_iter().find(|longer| longer.len() <= now.len() + spare) {
                spare -= longer.len().saturating_sub(now.len());
                *now = longer;
            }
        }
        let lines: Vec<ChangeLine> = entries.into_iter().flatten().collect();
        let end = lines.iter().rposition(|line| line.selected).map_or(0, |at| at + 1);
        // Entries of two lines may push the selected one off the end.
        let start = end.saturating_sub(height);
        lines.into_iter().skip(start).take(height).collect()
    }

    /// All of them with their values whole, of long ones as much as said, a line each; of very many the first ones, and how many
    /// there are more. O(letters).
    pub fn in_full(&self, extent: ToldExtent) -> Vec<NamedLine> {
        let changes = &self.compared.diff.changes;
        let more = changes.len().saturating_sub(MOST_IN_FULL);
        let more = (more > 0).then(|| joined!["… ", text::counted(more, "more change")].into());
        changes.iter().take(MOST_IN_FULL).flat_map(|change| self.change_in_full(change, extent)).chain(more).collect()
    }

    /// In a line where it is short; else what it was and what it is in lines of their own, what differs between brackets.
    fn change_in_full(&self, change: &Change, extent: ToldExtent) -> Vec<NamedLine> {
        let part = ChangedPart::from(change);
        let value = |value: &Value| {
            let (text, left) = whole(value);
            text + &left
        };
        let line = |name: SafeText, says: SafeText| NamedLine { name, says };
        let path = self.path_words(change, part.path);
        let says = SafeText::written(&part.words(value, printed));
        let sign = joined![part.sign.word(), " "];
        if path.width() + says.width() <= SHORT {
            return vec![line(sign, joined![path, "  ", says])];
        }
        let side =
            |sign: &'static str, is: Option<&Value>| is.map(|is| line(sign.into(), SafeText::written(&value(is))));
        let texts = part.old.and_then(Value::as_str).zip(part.new.and_then(Value::as_str));
        let texts = texts.filter(|_| part.sign == Sign::Changed);
        let marked = texts.and_then(|(old, new)| words::sides_in_full(old, new, extent));
        let (old, new) = match (part.sign, marked) {
            (_, Some([old, new])) => (Some(line("    - ".into(), old)), Some(line("    + ".into(), new))),
            (Sign::Changed, None) => (side("    - ", part.old), side("    + ", part.new)),
            (Sign::Moved, None) => (Some(line("    ".into(), says)), None),
            (Sign::Added | Sign::Removed, None) => (side("    ", part.old), side("    ", part.new)),
        };
        let delta = part.delta.map(|delta| joined!["  (", delta::signed(delta), ")"]).unwrap_or_default();
        std::iter::once(line(sign, joined![path, delta])).chain(old).chain(new).collect()
    }

    /// In so many columns.
    fn entry(
        &self,
        entry: ChangeEntry,
        (width, Room { members, side }): (usize, Room),
        selected: bool,
    ) -> Vec<ChangeLine> {
        let Some(change) = self.compared.diff.changes.get(entry.first) else { return Vec::new() };
        let sign = Some(Sign::from(&change.kind));
        if entry.folded {
            let parent = self.path_words(change, &change.path.parent().unwrap_or_default());
            let path = joined!["… ", text::thousands(entry.more as u64 + 1), " more under ", parent];
            return vec![ChangeLine::new(sign, path, Vec::new(), selected)];
        }
        let part = ChangedPart::from(change);
        let path = match part.from {
            Some(from) => {
                let [from, to] = [(from, &self.compared.left), (part.path, &self.compared.right)]
                    .map(|(path, root)| self.compared.keys.words(path, root));
                joined![from, " → ", to, " (moved)"]
            }
            None => self.path_words(change, part.path),
        };
        let words = self.words(entry.first, &part);
        let room: usize = words.iter().map(Word::columns).sum::<usize>() + path.width() + 4;
        if room <= width || words.is_empty() || part.sign != Sign::Changed {
            let value = part.new.or(part.old).filter(|_| matches!(part.sign, Sign::Added | Sign::Removed));
            let begins = value.map(Beginning::of).unwrap_or_default();
            let line = ChangeLine { begins, ..ChangeLine::new(sign, path, words, selected) };
            let is_whole = members == 0 || line.begins.fits(width.saturating_sub(line.columns() + 1));
            let Some(value) = value.filter(|_| !is_whole) else { return vec![line] };
            let below = members_of(value, members, width.saturating_sub(CONTINUED + INDENT));
            let below = below.into_iter().map(|member| {
                ChangeLine::new(None, SafeText::default(), vec![Word::both(joined!["  ", member])], selected)
            });
            return [ChangeLine { begins: Beginning::default(), ..line }].into_iter().chain(below).collect();
        }
        let path = ChangeLine::new(sign, path.fit_middle(width.saturating_sub(2)), Vec::new(), selected);
        let below = |sign, words| ChangeLine::new(sign, SafeText::default(), words, selected);
        if words.iter().map(Word::columns).sum::<usize>() + CONTINUED <= width {
            return vec![path, below(None, words)];
        }
        // Old and new below each other, so that neither pushes the other off the line.
        let room = width.saturating_sub(CONTINUED + 2);
        let in_lines = |old| words::side_lines(&words, old, (room, side));
        let sides = [(true, Sign::Removed), (false, Sign::Added)]
            .into_iter()
            .flat_map(|(old, sign)| in_lines(old).into_iter().enumerate().map(move |(at, words)| (at, sign, words)));
        let line = |(at, sign, words): (usize, Sign, Vec<Word>)| match at {
            0 => below(Some(sign), words),
            _ => below(None, std::iter::once(Word::both("  ")).chain(words).collect()),
        };
        std::iter::once(path).chain(sides.map(line)).collect()
    }

    fn words(&self, place: usize, part: &ChangedPart<'_>) -> Vec<Word> {
        match (part.from, part.old, part.new) {
            (Some(_), ..) | (None, None, None) => Vec::new(),
            (None, Some(old), None) => vec![Word { text: value_words(old, None), side: WordSide::Was }],
            (None, None, Some(new)) => vec![Word { text: value_words(new, None), side: WordSide::Is }],
            (None, Some(old), Some(new)) => {
                let mut words = self.compared.words(place, old, new).to_vec();
                let note = part.delta.map_or_else(|| delta::scalar(old, new), |delta| delta::signed(delta).into());
                if !note.is_empty() {
                    words.push(Word::both(joined![" (", note, ")"]));
                }
                words
            }
        }
    }

    fn path_words(&self, change: &Change, path: &Path) -> SafeText {
        let gone = Sign::from(&change.kind) == Sign::Removed;
        self.compared.keys.words(path, if gone { &self.compared.left } else { &self.compared.right }).into()
    }
}

/// One entry for each change, but of new or gone children of one container only the first ones.
fn entries(changes: &[Change]) -> Vec<ChangeEntry> {
    let mut first = 0;
    let mut entries = Vec::new();
    for group in changes.chunk_by(|left, right| group(left).is_some() && group(left) == group(right)) {
        let shown = if group.len() >= SHOWN + LEAST { SHOWN } else { group.len() };
        entries.extend((first..first + shown).map(|first| ChangeEntry { first, more: 0, folded: false }));
        if shown < group.len() {
            entries.push(ChangeEntry { first: first + shown, more: group.len() - shown - 1, folded: true });
        }
        first += group.len();
    }
    entries
}

/// What changes must share to fold: kind and parent.
fn group(change: &Change) -> Option<(Sign, &[Step])> {
    let sign = Sign::from(&change.kind);
    let (_, parent) = change.path.0.split_last()?;
    matches!(sign, Sign::Added | Sign::Removed).then_some((sign, parent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::parse;

    #[expect(clippy::unwrap_used, reason = "a test")]
    fn changes(left: &str, right: &str) -> Changes {
        let (left, right) = (parse(left.as_bytes()).unwrap(), parse(right.as_bytes()).unwrap());
        Changes::new(Compared::new(&left, &right))
    }

    fn shown(changes: &Changes, width: usize) -> String {
        shown_lines(&changes.lines(width, 20))
    }

    fn shown_lines(lines: &[ChangeLine]) -> String {
        let word = |word: &Word| word.bracketed().unmarked().into_owned();
        let line = |line: &ChangeLine| {
            let sign = line.sign.map_or(" ", Sign::word);
            let words: String = line.words.iter().map(word).collect();
            let indent = if line.path.is_empty() && line.sign.is_some() { "  " } else { "" };
            format!("{indent}{sign} {} {words}", line.path.unmarked()).trim_end().to_owned()
        };
        lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn changes_are_listed_with_paths_and_groups_fold() {
        let left = r#"{"cart":{"coupon":"SPRING","items":[{"qty":1,"sku":"A7"}],"total":118.50},"n":{},"note":"see draft order","promo":{}}"#;
        let right = r#"{"cart":{"items":[{"qty":2,"sku":"A7"},{"qty":1,"sku":"B2"}],"total":168.50},
            "n":{"a":1,"b":2,"c":3,"d":4,"e":5,"odd key":6},"note":"see final order","promo":{"code":"SPRING"}}"#;
        let mut changes = changes(left, right);
        let listed = [
            "~ .cart.items[sku=A7].qty 1 → 2 (+1)",
            "+ .cart.items[sku=B2] {2}",
            "~ .cart.total 118.50 → 168.50 (+50)",
            "+ .n.a 1",
            "+ .n.b 2",
            "+ … 4 more under .n",
            "~ .note \"see [-draft-]{+final+} order\"",
            "> .cart.coupon → .promo.code (moved)",
        ];
        assert_eq!(shown(&changes, 60), listed.join("\n"));
        changes.act(ListMove::Down(5));
        assert!(changes.open());
        let opened = [
            "~ .cart.items[sku=A7].qty",
            "   1 → 2 (+1)",
            "+ .cart.items[sku=B2] {2}",
            "     qty  1",
            "     sku  \"B2\"",
            "~ .cart.total",
            "   118.50 → 168.50 (+50)",
            "+ .n.a 1",
            "+ .n.b 2",
            "+ .n.c 3",
            "+ .n.d 4",
            "+ .n.e 5",
            "+ .n.\"odd key\" 6",
            "~ .note",
            "  -  \"see [-draft-] order\"",
            "  +  \"see {+final+} order\"",
            "> .cart.coupon → .promo.code (moved)",
        ];
        assert_eq!(shown(&changes, 28), opened.join("\n"));
        assert_eq!(changes.position(), "6 of 11");
    }

    /// What is new or gone shows its members, in rows that nothing else needs, and says how many it leaves out.
    #[test]
    fn what_is_new_shows_its_members_where_there_are_rows() {
        let new = r#"{"new":{"contact":"somebody","url":"https://example.org/somebody/packages","tags":[1,2],"n":4}}"#;
        for (height, expected) in [
            (1, vec!["+ .new {4}"]),
            (3, vec!["+ .new {4}", "     contact  \"somebody\"", "     … 3 more"]),
            (
                20,
                vec![
                    "+ .new {4}",
                    "     contact  \"somebody\"",
                    "     n        4",
                    "     tags     [2] 1, 2",
                    "     url      \"https://example.org/…\"",
                ],
            ),
        ] {
            let changes = changes("{}", new);
            let lines = changes.lines(36, height);
            let text: String = shown_lines(&lines);
            assert_eq!(text, expected.join("\n"));
        }
    }

    /// A hash, an address, a long text: whatever is cut, both sides are there, and what differs in them.
    #[test]
    fn of_a_long_change_old_and_new_are_below_each_other_and_differ() {
        let hash = |letter: &str| letter.repeat(64);
        let address =
            |version: &str| format!("https://example.org/some/long/path/download/v{version}/tool-v{version}.zip");
        let text = |word: &str| format!("{} {word} {}", "before ".repeat(30), "after ".repeat(30));
        for (old, new) in [
            (hash("a"), hash("b")),
            (address("2026.8.9"), address("2026.8.10")),
            (text("old"), text("new")),
            ("x".repeat(90), "y".to_owned()),
        ] {
            for width in [30, 38, 60] {
                let left = format!(r#"{{"a-key-of-some-length":{{"another":"{old}"}}}}"#);
                let changes = changes(&left, &left.replace(&old, &new));
                let lines = changes.lines(width, 20);
                let columns =
                    |line: &ChangeLine| line.words.iter().map(Word::columns).sum::<usize>() + line.path.width() + 2;
                assert!(lines.iter().all(|line| columns(line) <= width), "{width}: {}", shown(&changes, width));
                let of = |sign| {
                    let begun = lines.iter().skip_while(move |line| line.sign != Some(sign) || line.words.is_empty());
                    let side = begun.enumerate().take_while(|(at, line)| *at == 0 || line.sign.is_none());
                    let words = side.flat_map(|(_, line)| &line.words).map(|word| word.text.unmarked().into_owned());
                    words.collect::<String>()
                };
                let (removed, added) = (of(Sign::Removed), of(Sign::Added));
                assert!(!removed.is_empty() && !added.is_empty() && removed != added, "{}", shown(&changes, width));
                // Where there are rows for all of both, nothing is cut.
                let whole = shown_lines(&changes.lines(width, 60));
                let mut sides = whole.lines().filter(|line| line.starts_with(' '));
                assert!(!sides.any(|line| line.contains('…')) || text("old") == old, "{whole}");
            }
        }
    }

    #[test]
    fn the_selected_change_is_on_the_screen() {
        let numbers =
            |add: u32| (0..9).map(|n| format!(r#""a-long-name-{n}":{}"#, n + add)).collect::<Vec<_>>().join(",");
        let mut changes = changes(&format!("{{{}}}", numbers(0)), &format!("{{{}}}", numbers(10)));
        changes.resize(4);
        changes.act(ListMove::Last);
        let lines = changes.lines(20, 4);
        assert_eq!((lines.len(), lines.iter().filter(|line| line.selected).count()), (4, 2));
        assert!(lines[2].path.unmarked().ends_with("-8") && lines[2].selected);
    }
}
