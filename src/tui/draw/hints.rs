//! The hint line and the which-key box, both made from the ACTIONS table and the bindings.

use crate::tui::action::{ACTIONS, Action, Context, Spec};
use crate::tui::app::{App, Session};
use crate::tui::dialog::frame::{Frame, write_at};
use crate::tui::keymap::{Keymap, Meaning, Node};
use crate::tui::pane::line::{self, Hint, Hints};
use crate::view::text::{fit, number, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// What the keys that begin sequences stand for.
const PREFIXES: [(&str, &str); 7] = [
    ("]", "next"),
    ("[", "previous"),
    ("g", "go to"),
    ("z", "fold, scroll"),
    ("y", "copy"),
    ("m", "mark"),
    ("'", "to a mark"),
];

/// Columns of one entry of the which-key box, at most.
const MOST_COLUMNS: usize = 56;

/// Columns between two of them.
const GAP: usize = 3;

/// Fewer columns have room for few words only.
const BRIEF: u16 = 100;

/// What a hint is called there.
const BRIEF_WORDS: [(&str, &str); 2] = [("set A, B", "A, B"), ("new snapshot", "snap")];

/// Hints that stay before that of an undo which takes something away.
const FIRST: usize = 1;

/// What is left out first: other keys lead there too, or it is of use only now and then.
const LATER: [&str; 10] =
    ["changed", "history", "find", "snapshot", "next", "baseline", "only failed", "copy report", "unchanged", "mouse"];

/// Columns of what one key does, at most: a name in it may be long.
const MOST_HINT: usize = 34;

/// Paints the hint line.
pub fn paint(app: &App, area: Rect, buf: &mut Buffer) {
    line::hints(&hints(app, area.width), app.look(), area, buf);
}

/// The action of the hint at a column: of the key under the pointer, else of the hint's first key.
pub fn spec_at(app: &App, column: u16) -> Option<&'static Spec> {
    let hints = hints(app, app.area.width);
    let (hint, inside) = line::hint_at(&hints, app.area.width, usize::from(column))?;
    let mut end = 0;
    let mut keys = hint.keys.split(' ').map(|key| {
        end += width(key) + 1;
        (key, end)
    });
    let first = keys.next()?;
    let key =
        if inside < first.1 { first.0 } else { keys.find(|(_, end)| inside < *end).map_or(first.0, |(key, _)| key) };
    let contexts = hinted(app);
    let known = |spec: &&Spec| {
        contexts.contains(&spec.context) && app.keymap.is_bound(spec) && app.keymap.first_key(spec) == key
    };
    ACTIONS.iter().find(known)
}

/// The hints of what can be done now, as many as there is room for, the most important ones first.
fn hints(app: &App, columns: u16) -> Hints {
    let contexts = hinted(app);
    let here = ACTIONS.iter().filter(|spec| contexts.contains(&spec.context) && app.why_not(spec).is_none());
    let left = joined(here, &app.keymap);
    let commands = if columns < BRIEF { "cmd" } else { "commands" };
    let right = [(Action::Commands, commands), (Action::Help, "keys")];
    let right = right.map(|(action, does)| Hint { keys: app.keymap.key_of(action), does: does.to_owned() });
    let right = if app.dialog.is_some() { Vec::new() } else { right.into() };
    let mut hints = Hints { left: Vec::new(), right };
    hints.left = chosen(left, &forms_of_turn(app), columns < BRIEF, hints.room(columns));
    hints
}

/// What an undo is called where it would take something away: said with fewer words where there is little room.
fn forms_of_turn(app: &App) -> Vec<String> {
    let forms = app.hints_of_turn(Action::Undo);
    let forms: Vec<String> = forms.iter().map(|form| fit(form, MOST_HINT).into_owned()).collect();
    if forms.len() > 1 || forms.iter().any(|form| form.contains(':')) { forms } else { Vec::new() }
}

/// Those that there is room for: first an undo that takes something away, last what [`LATER`] names. They stay in the order
/// of the table, but that such an undo stands near the beginning.
fn chosen(mut left: Vec<(Action, Hint)>, turn: &[String], is_brief: bool, room: usize) -> Vec<Hint> {
    for (_, hint) in left.iter_mut().filter(|_| is_brief) {
        if let Some((_, brief)) = BRIEF_WORDS.iter().find(|(long, _)| *long == hint.does) {
            (*brief).clone_into(&mut hint.does);
        }
    }
    let undo = left.iter().position(|(action, _)| *action == Action::Undo).filter(|_| !turn.is_empty());
    if let Some(at) = undo.filter(|at| *at > FIRST) {
        let hint = left.remove(at);
        left.insert(FIRST, hint);
    }
    let undo = undo.map(|at| at.min(FIRST));
    let with = |form: Option<&String>| -> Vec<Hint> {
        let mut hints: Vec<(Action, Hint)> = left.clone();
        if let (Some(at), Some(form)) = (undo, form) {
            hints[at].1.does.clone_from(form);
        }
        let rank =
            |at: usize| if undo == Some(at) { 0 } else { 1 + usize::from(LATER.contains(&hints[at].1.does.as_str())) };
        let mut order: Vec<usize> = (0..hints.len()).collect();
        order.sort_by_key(|at| rank(*at));
        let mut used = 0;
        let fits = |at: &usize| {
            used += hints[*at].1.width() + line::GAP;
            used <= room
        };
        let mut kept: Vec<usize> = order.into_iter().take_while(fits).collect();
        kept.sort_unstable();
        kept.into_iter().map(|at| hints[at].1.clone()).collect()
    };
    // As many words as push nothing off the line but what is left out first.
    let first = |hints: &Vec<Hint>| hints.iter().filter(|hint| !LATER.contains(&hint.does.as_str())).count();
    let most = first(&with(turn.last()));
    turn.iter().map(|form| with(Some(form))).find(|hints| first(hints) == most).unwrap_or_else(|| with(turn.last()))
}

/// The contexts whose actions are hinted at.
fn hinted(app: &App) -> Vec<Context> {
    if app.is_opening() && app.dialog.is_none() { vec![Context::Opening] } else { app.contexts() }
}

/// Neighbours with one word share it: `, . step`.
fn joined<'a>(specs: impl Iterator<Item = &'a Spec>, keymap: &Keymap) -> Vec<(Action, Hint)> {
    let mut hints: Vec<(Action, Hint)> = Vec::new();
    let mut taken: Vec<String> = Vec::new();
    for spec in specs.filter(|spec| !spec.hint.is_empty() && keymap.is_bound(spec)) {
        // A nearer place, which stands first in the table, has taken the key.
        let key = keymap.first_key(spec);
        if taken.contains(&key) {
            continue;
        }
        match hints.last_mut() {
            Some((_, last)) if last.does == spec.hint => last.keys = format!("{} {key}", last.keys),
            _ => hints.push((spec.action, Hint { keys: key.clone(), does: spec.hint.to_owned() })),
        }
        taken.push(key);
    }
    hints
}

/// Paints what may follow the keys typed so far, at the lower right.
pub fn paint_which_key(app: &App, area: Rect, buf: &mut Buffer) {
    if !app.pending.shown {
        return;
    }
    let contexts: Vec<Context> = app.contexts();
    let Meaning::Prefix(next) = app.keymap.look_up(&contexts, &app.pending.keys) else { return };
    let mut entries: Vec<String> = next.iter().map(|(key, node)| format!("{key}  {}", follows(node))).collect();
    if next.iter().any(|(_, node)| node.action.is_some_and(|spec| spec.action == Action::GoToMark)) {
        entries.extend(
            app.session()
                .into_iter()
                .flat_map(Session::marked_places)
                .map(|mark| format!("{}  {} {}", mark.name, number(mark.version), mark.words)),
        );
    }
    let (columns, column) = columns_for(&entries, area);
    let entries: Vec<String> = entries.iter().map(|entry| fit(entry, column - GAP).into_owned()).collect();
    let rows = entries.len().div_ceil(columns);
    let keys = crate::tui::key::sequence_text(&app.pending.keys);
    let word = PREFIXES.iter().find(|(prefix, _)| *prefix == keys).map_or("", |(_, word)| word);
    let title = format!("{keys} {word}").trim_end().to_owned();
    let inside_width = u16::try_from(column * columns).unwrap_or(area.width);
    let height = u16::try_from(rows).unwrap_or(area.height);
    let footer = match keys.as_str() {
        "]" => "Esc cancels · the same letters after [ go back",
        "[" => "Esc cancels · the same letters after ] go on",
        _ => "Esc cancels",
    };
    let frame = Frame { title: &title, footer, width: inside_width, height };
    let outer = Rect {
        x: area.right().saturating_sub(inside_width + 4),
        y: area.bottom().saturating_sub(height + 3),
        width: inside_width + 4,
        height: height + 2,
    };
    let inside = frame.paint_at(outer.intersection(area), app.look(), buf);
    for (at, entry) in entries.iter().enumerate() {
        write_at(inside, at % rows, at / rows * column, entry, app.look().theme.text, buf);
    }
}

/// How many columns show all entries, and how wide each is, with the gap behind it: as few as there are rows for, else as
/// many as leave the entries whole. Where there are too many, every key is there, and what it does is cut.
fn columns_for(entries: &[String], area: Rect) -> (usize, usize) {
    let widest = entries.iter().map(|entry| width(entry)).max().unwrap_or(0).min(MOST_COLUMNS) + GAP;
    let (across, down) = (usize::from(area.width.saturating_sub(4)), usize::from(area.height.saturating_sub(5)).max(1));
    let columns = (across / widest).clamp(1, 3).max(entries.len().div_ceil(down));
    (columns, (across / columns).min(widest).max(GAP + 1))
}

/// What a key leads to: an action's words, or how many.
fn follows(node: &Node) -> String {
    match node.actions() {
        (Some(spec), 1) => spec.doc.to_owned(),
        (_, many) => format!("{many} more …"),
    }
}
