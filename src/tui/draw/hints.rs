//! The hint line and the which-key box, both made from the ACTIONS table and the bindings.

mod choice;

use crate::tui::action::{Action, Context};
use crate::tui::app::{App, Session};
use crate::tui::dialog::frame::{DialogFrame, write_at};
use crate::tui::frame_map::{FrameMap, HitArea};
use crate::tui::keymap::{Meaning, TrieNode};
use crate::tui::pane::line;
use crate::view::text::{SafeText, joined, number};
use choice::{hints, keys_here, keys_of};
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

/// Paints the hint line. A click on a key is that key; beside the keys, the first one.
pub fn paint(app: &App, area: Rect, map: &mut FrameMap, buf: &mut Buffer) {
    let (hints, keys) = (hints(app, area.width), keys_here(app));
    for (start, hint) in line::hints(&hints, app.look(), area, buf) {
        for (columns, spec) in keys_of(&keys, hint) {
            let [x, width] = [start + columns.start, columns.len()].map(|it| u16::try_from(it).unwrap_or(u16::MAX));
            map.put(Rect { x: area.x.saturating_add(x), width, ..area }, HitArea::Hint(spec));
        }
    }
}

/// Paints what may follow the keys typed so far, at the lower right.
pub fn paint_which_key(app: &App, area: Rect, buf: &mut Buffer) {
    if !app.pending.shown {
        return;
    }
    let contexts: Vec<Context> = app.contexts();
    let Meaning::Prefix(next) = app.keymap.look_up(&contexts, &app.pending.keys) else { return };
    let mut entries: Vec<SafeText> =
        next.iter().map(|(key, node)| joined![key.to_string(), "  ", follows(node)]).collect();
    if next.iter().any(|(_, node)| node.action.is_some_and(|spec| spec.action == Action::GoToMark)) {
        entries.extend(
            app.session()
                .into_iter()
                .flat_map(Session::marked_places)
                .map(|mark| joined![mark.name, "  ", number(mark.version), " ", mark.words]),
        );
    }
    let (columns, column) = columns_for(&entries, area);
    let entries: Vec<SafeText> = entries.iter().map(|entry| entry.fit(column - GAP)).collect();
    let rows = entries.len().div_ceil(columns);
    let keys = crate::tui::key::sequence_text(&app.pending.keys);
    let word = PREFIXES.iter().find(|(prefix, _)| *prefix == keys).map_or("", |(_, word)| *word);
    let title = SafeText::join([keys.clone().into(), word.into()], " ");
    let inside_width = u16::try_from(column * columns).unwrap_or(area.width);
    let height = u16::try_from(rows).unwrap_or(area.height);
    let footer = match keys.as_str() {
        "]" => "Esc cancels · the same letters after [ go back",
        "[" => "Esc cancels · the same letters after ] go on",
        _ => "Esc cancels",
    };
    let frame = DialogFrame { title: &title, footer: &footer.into(), width: inside_width, height };
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
fn columns_for(entries: &[SafeText], area: Rect) -> (usize, usize) {
    let widest = entries.iter().map(SafeText::width).max().unwrap_or(0).min(MOST_COLUMNS) + GAP;
    let (across, down) = (usize::from(area.width.saturating_sub(4)), usize::from(area.height.saturating_sub(5)).max(1));
    let columns = (across / widest).clamp(1, 3).max(entries.len().div_ceil(down));
    (columns, (across / columns).min(widest).max(GAP + 1))
}

/// What a key leads to: an action's words, or how many.
fn follows(node: &TrieNode) -> SafeText {
    match node.actions() {
        (Some(spec), 1) => spec.doc.into(),
        (_, many) => joined![many.to_string(), " more …"],
    }
}
