//! The message line: what was said last, else how far the reading is, else what is compared; below what was said the line of
//! the walkthrough, which stays.

use super::loading::{bar, share};
use crate::history::History;
use crate::record::Version;
use crate::tui::action::View;
use crate::tui::app::{App, Session};
use crate::tui::frame_map::DiffLayout;
use crate::tui::message::MessageTone;
use crate::tui::pane::line;
use crate::tui::tour::Tour;
use crate::view::text::{SafeText, counted, joined, number, thousands};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget as _};

/// Rows that a message may take.
const ROWS: usize = 3;

/// Paints the message line of the Debug view.
pub fn paint_message(app: &App, area: Rect, buf: &mut Buffer) {
    let said = status_message(app).or_else(|| app.session().and_then(broken));
    paint_said(app, said, || app.session().map(compared).unwrap_or_default(), area, buf);
}

/// Paints the message line of the Diff view.
pub fn paint_diff_message(app: &App, session: &Session, layout: DiffLayout, area: Rect, buf: &mut Buffer) {
    let columns = usize::from(area.width).saturating_sub(2);
    paint_said(app, status_message(app), || about_diff(app, session, layout, columns), area, buf);
}

/// Paints the message line of a view that is a list.
pub fn paint_list_message(app: &App, about: &SafeText, area: Rect, buf: &mut Buffer) {
    paint_said(app, status_message(app), || about.clone(), area, buf);
}

/// Rows that the message needs beyond its one. What was said is never cut: it takes rows from the panes above, as many as it
/// needs and up to [`ROWS`]. What only describes the panes stays in its line, so that stepping does not move the frame.
pub fn more_rows(app: &App, columns: u16) -> u16 {
    if app.workspace.hovered.is_some() {
        return 0;
    }
    let said = status_message(app).or_else(|| match app.workspace.view {
        View::DEBUG => app.session().and_then(broken),
        _ => None,
    });
    (lines(app, said, columns).len() as u16).saturating_sub(1)
}

/// What was said, and below it the line of the walkthrough, in rows.
fn lines(app: &App, said: Option<(MessageTone, SafeText)>, columns: u16) -> Vec<(MessageTone, SafeText)> {
    let step = app
        .workspace
        .tour
        .as_ref()
        .and_then(Tour::line)
        .map(|step| (MessageTone::Note, app.keymap.with_keys(&step).into()));
    said.into_iter().chain(step).flat_map(|said| in_rows(said, columns)).collect()
}

/// In the rows of its area, from the last one up; where the panes had no rows to give, over their last ones.
fn paint_said(
    app: &App,
    said: Option<(MessageTone, SafeText)>,
    otherwise: impl FnOnce() -> SafeText,
    area: Rect,
    buf: &mut Buffer,
) {
    let look = app.look();
    let area = Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area };
    if let Some(hovered) = &app.workspace.hovered {
        return line::message(hovered, MessageTone::Note, look, area, buf);
    }
    let lines = lines(app, said, area.width);
    if lines.is_empty() {
        return line::message(&otherwise(), MessageTone::Note, look, area, buf);
    }
    let above = (lines.len() as u16 - 1).min(area.y);
    for (row, (tone, text)) in (area.y - above..).zip(lines) {
        let area = Rect { y: row, height: 1, ..area };
        Clear.render(area, buf);
        buf.set_style(area, look.theme.text);
        line::message(&text, tone, look, area, buf);
    }
}

/// What was said, in as many rows as it needs. What is beyond the last row is cut there, visibly.
fn in_rows((tone, text): (MessageTone, SafeText), columns: u16) -> Vec<(MessageTone, SafeText)> {
    let columns = usize::from(columns).saturating_sub(if tone == MessageTone::Failure { 4 } else { 2 });
    let mut lines = text.wrap(columns);
    let last = SafeText::join(lines.split_off(lines.len().min(ROWS) - 1), " ");
    lines.into_iter().chain([last]).map(|line| (tone, line)).collect()
}

/// Why the version under the cursor has no state of its own.
fn broken(session: &Session) -> Option<(MessageTone, SafeText)> {
    let problem = session.history().info(session.cursor)?.problem?;
    Some((MessageTone::Failure, joined![number(session.cursor), ": ", problem.to_string()]))
}

fn status_message(app: &App) -> Option<(MessageTone, SafeText)> {
    if let Some(comparing) = app.comparing() {
        return Some((MessageTone::Note, comparing));
    }
    if let Some(message) = app.messages.line() {
        return Some((message.tone, message.text.clone()));
    }
    if let Some(writing) = app.writing_words() {
        return Some((MessageTone::Note, writing));
    }
    if let Some(refused) = app.refused() {
        return Some((MessageTone::Failure, refused));
    }
    if let Some(playing) = app.playing() {
        return Some((MessageTone::Note, playing));
    }
    let bar = || share(app).map(|share| joined![bar(app, share, 20), "  "]).unwrap_or_default();
    let reading = || joined!["Reading ", bar(), app.workspace.pace(app.now), " · Esc stop"];
    app.workspace.is_loading().then(|| (MessageTone::Note, reading()))
}

/// `A #44,640 → B #48,213  sessions: 100 → 150 (+50)  +51 ~4 -0 >1`.
fn compared(session: &Session) -> SafeText {
    let versions = session.shown.versions;
    joined!["A ", number(versions.a), " → B ", number(versions.b), "  ", session.changes.summary().signs()]
}

/// `3,573 transitions apart`; of versions on different lines where these part: `main and main~1 part at #3: 6 and 4 versions since`.
fn apart(history: &History, a: Version, b: Version) -> SafeText {
    let lineage = history.lineage();
    let shared = lineage.lowest_common_ancestor(a, b);
    let [of_a, of_b] = [a, b].map(|version| lineage.steps_between(shared, version));
    if shared == a || shared == b {
        return joined![counted(of_a + of_b, "transition"), " apart"];
    }
    let [name_a, name_b] = [a, b].map(|version| SafeText::data(&lineage.branch_of(version)));
    let since = joined![thousands(of_a), " and ", counted(of_b, "version"), " since"];
    joined![name_a, " and ", name_b, " part at ", number(shared), ": ", since]
}

/// `3,573 transitions apart · arrays matched by "sku" (auto) · unchanged folded`, as much as so many columns hold.
fn about_diff(app: &App, session: &Session, layout: DiffLayout, columns: usize) -> SafeText {
    let versions = session.shown.versions;
    let mut parts = vec![apart(&session.history(), versions.a, versions.b)];
    if layout == DiffLayout::OneColumn && app.diff_layout.is_none() {
        parts.insert(0, "one column: side by side needs 100 columns (zi)".into());
    }
    parts.push(session.difftree.matching().clone());
    parts.extend(session.embedded.then(|| "JSON in strings opened".into()));
    parts.push(if session.difftree.folds() { "unchanged folded" } else { "unchanged shown" }.into());
    let said = |said: SafeText, part| {
        let both = SafeText::join([said.clone(), part], " · ");
        if both.width() <= columns { both } else { said }
    };
    parts.into_iter().fold(SafeText::default(), said)
}
