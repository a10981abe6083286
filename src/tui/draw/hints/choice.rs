//! The hints of what can be done now, made from the ACTIONS table and the bindings.

use crate::tui::action::{ACTIONS, Action, Context, Spec, View};
use crate::tui::app::App;
use crate::tui::keymap::Keymap;
use crate::tui::pane::line::{self, Hint, Hints};
use crate::view::text::{SafeText, joined, width};
use std::collections::HashMap;
use std::ops::Range;

/// Fewer columns have room for few words only.
const BRIEF: u16 = 100;

/// What a hint is called there.
const BRIEF_WORDS: [(&str, &str); 3] = [("set A, B", "A, B"), ("new snapshot", "snap"), ("difference", "next")];

/// Hints that stay before that of an undo which takes something away.
const FIRST: usize = 1;

/// What is left out where there is no room for all, the last one first: other keys lead there too, or it is of use only now
/// and then.
const LATER: [&str; 14] = [
    "history",
    "find",
    "copy",
    "new snapshot",
    "changed",
    "snapshot",
    "next",
    "baseline",
    "only failed",
    "copy report",
    "unchanged",
    "one column",
    "array key",
    "mouse",
];

/// Columns of what one key does, at most: a name in it may be long.
const MOST_HINT: usize = 34;

/// What each key does here: of two actions with one key, the one that stands first in the table.
pub fn keys_here(app: &App) -> HashMap<String, &'static Spec> {
    let contexts = hinted(app);
    let here = ACTIONS.iter().filter(|spec| contexts.contains(&spec.context) && app.keymap.is_bound(spec));
    here.rev().map(|spec| (app.keymap.first_key(spec), spec)).collect()
}

/// What each key of a hint does, with the columns of it that the key has: first all of them for the first key, then those of
/// each other one.
pub fn keys_of(keys: &HashMap<String, &'static Spec>, hint: &Hint) -> Vec<(Range<usize>, &'static Spec)> {
    let mut end = 0;
    let columns = |(at, key): (usize, &'_ str)| {
        let start = end;
        end += width(key) + 1;
        let columns = if at == 0 { 0..hint.width() } else { start..end };
        keys.get(key).map(|spec| (columns, *spec))
    };
    hint.keys.unmarked().split(' ').enumerate().filter_map(columns).collect()
}

/// The hints of what can be done now, as many as there is room for, the most important ones first.
pub fn hints(app: &App, columns: u16) -> Hints {
    let contexts = hinted(app);
    let can = |spec: &&Spec| contexts.contains(&spec.context) && app.why_not(spec).is_none() && !leads_here(app, spec);
    let here = ACTIONS.iter().filter(can);
    let left = shared(here, &app.keymap);
    let commands = if columns < BRIEF { "cmd" } else { "commands" };
    let right = [(Action::Commands, commands), (Action::Help, "keys")];
    let right = right.map(|(action, does)| Hint { keys: app.keymap.key_of(action).into(), does: does.into() });
    let right = if app.dialog.is_some() { Vec::new() } else { right.into() };
    let mut hints = Hints { left: Vec::new(), right };
    hints.left = chosen(left, &forms_of_turn(app), columns < BRIEF, hints.room(columns));
    hints
}

/// What an undo is called where it would take something away: said with fewer words where there is little room.
fn forms_of_turn(app: &App) -> Vec<SafeText> {
    let forms = app.hints_of_turn(Action::Undo);
    let forms: Vec<SafeText> = forms.iter().map(|form| form.fit(MOST_HINT)).collect();
    if forms.len() > 1 || forms.iter().any(|form| form.painted().contains(':')) { forms } else { Vec::new() }
}

/// Whether an action shows the view that is shown.
fn leads_here(app: &App, spec: &Spec) -> bool {
    let view = match spec.action {
        Action::DiffView => View::DIFF,
        Action::Show(view) => view,
        _ => return false,
    };
    app.dialog.is_none() && app.workspace.view == view
}

/// Those that there is room for: first an undo that takes something away, last what [`LATER`] names. They stay in the order
/// of the table, but that such an undo stands near the beginning.
fn chosen(mut left: Vec<(Action, Hint)>, turn: &[SafeText], is_brief: bool, room: usize) -> Vec<Hint> {
    let undo = left.iter().position(|(action, _)| *action == Action::Undo).filter(|_| !turn.is_empty());
    if let Some(at) = undo.filter(|at| *at > FIRST) {
        let hint = left.remove(at);
        left.insert(FIRST, hint);
    }
    let undo = undo.map(|at| at.min(FIRST));
    // 0 for what is not among them.
    let place = |(_, hint): &(Action, Hint)| LATER.iter().position(|word| hint.does.painted() == *word);
    let later: Vec<usize> = left.iter().map(|hint| place(hint).map_or(0, |at| at + 1)).collect();
    for (_, hint) in left.iter_mut().filter(|_| is_brief) {
        if let Some((_, brief)) = BRIEF_WORDS.iter().find(|(long, _)| hint.does.painted() == *long) {
            hint.does = (*brief).into();
        }
    }
    // How many of the most important ones there is room for, and all that there is room for.
    let with = |form: Option<&SafeText>| -> (usize, Vec<Hint>) {
        let mut hints: Vec<(Action, Hint)> = left.clone();
        if let (Some(at), Some(form)) = (undo, form) {
            hints[at].1.does.clone_from(form);
        }
        let rank = |at: usize| if undo == Some(at) { 0 } else { 1 + later[at] };
        let mut order: Vec<usize> = (0..hints.len()).collect();
        order.sort_by_key(|at| rank(*at));
        let mut used = 0;
        let fits = |at: &usize| {
            used += hints[*at].1.width() + line::GAP;
            used <= room
        };
        let mut kept: Vec<usize> = order.into_iter().take_while(fits).collect();
        kept.sort_unstable();
        let first = kept.iter().filter(|at| later[**at] == 0).count();
        (first, kept.into_iter().map(|at| hints[at].1.clone()).collect())
    };
    // As many words as push nothing off the line but what is left out first.
    let (most, brief) = with(turn.last());
    turn.iter().map(|form| with(Some(form))).find(|(first, _)| *first == most).map_or(brief, |(_, hints)| hints)
}

/// The contexts whose actions are hinted at.
fn hinted(app: &App) -> Vec<Context> {
    if app.is_opening() && app.dialog.is_none() { vec![Context::Opening] } else { app.contexts() }
}

/// Neighbours with one word share it: `, . step`.
fn shared<'a>(specs: impl Iterator<Item = &'a Spec>, keymap: &Keymap) -> Vec<(Action, Hint)> {
    let mut hints: Vec<(Action, Hint)> = Vec::new();
    let mut taken: Vec<String> = Vec::new();
    for spec in specs.filter(|spec| !spec.hint.is_empty() && keymap.is_bound(spec)) {
        // A nearer place, which stands first in the table, has taken the key.
        let key = keymap.first_key(spec);
        if taken.contains(&key) {
            continue;
        }
        match hints.last_mut() {
            Some((_, last)) if last.does.painted() == spec.hint => {
                last.keys = joined![&last.keys, " ", key.clone()];
            }
            _ => hints.push((spec.action, Hint { keys: key.clone().into(), does: spec.hint.into() })),
        }
        taken.push(key);
    }
    hints
}
