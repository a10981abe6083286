//! One frame: the header, the panes of the view, the message, the hints, and the dialog on top.
//!
//! Reads the [`App`] and changes nothing. Must not name: `job`, `crossterm`, `terminal`.

mod focus;
mod hints;
mod keycast;
mod lists;
mod loading;
mod start;
mod status;

use super::app::{Absent, Access, App, Session, TABS, View};
use super::job::Wanted;
use super::pane::layout::{self, DebugAreas, Pane, Room};
use super::pane::{Focus, Look, Title, changes, diff, header, line, snapshots, timeline, transitions, tree};
use crate::source::Address;
use crate::view;
use crate::view::clock::date_time;
use crate::view::text::{SafeText, data, joined, number, thousands};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;

/// Names of panes that share a place.
const TAB_NAMES: [&str; 3] = [TABS[0].1, TABS[1].1, TABS[2].1];

/// Paints the frame and says where the terminal's cursor is.
pub fn draw(app: &App, frame: &mut Frame<'_>) {
    let area = frame.area();
    if let Some(at) = paint(app, area, frame.buffer_mut()) {
        frame.set_cursor_position(at);
    }
}

/// Paints all of it; answers where the terminal's cursor is: in the line being typed, else on the focused row.
pub fn paint(app: &App, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let look = &app.setup.look;
    buf.set_style(area, look.theme.text);
    if Room::of(area) == Room::TooSmall {
        too_small(app, area, buf);
    } else {
        match app.session().filter(|session| session.history().newest().0 > 0) {
            _ if app.is_start() => start::paint(app, area, buf),
            Some(session) if !app.is_opening() => paint_view(app, session, area, buf),
            _ => loading::paint(app, area, buf),
        }
    }
    keycast::paint(app, area, buf);
    hints::paint_which_key(app, area, buf);
    let cursor = match &app.dialog {
        Some(boxed) => boxed.dialog.paint(&app.around_box(), boxed.scroll, area, buf),
        None => Some(focus::focused(app, buf)),
    };
    look.glyphs.translate(cursor, buf)
}

/// Tells frames apart.
pub fn fingerprint(frame: &Buffer) -> u64 {
    let mut hasher = FxHasher::default();
    frame.hash(&mut hasher);
    hasher.finish()
}

fn paint_strip(app: &App, area: Rect, focus: Focus, buf: &mut Buffer) {
    if let Some((timeline, _)) = app.strip() {
        timeline::paint(&timeline, app.dress(), &app.setup.look, focus, area, buf);
    }
}

fn too_small(app: &App, area: Rect, buf: &mut Buffer) {
    let text = format!("Terminal {}x{} is too small (60x16)", area.width, area.height);
    line::message(&text, line::Tone::Note, &app.setup.look, Rect { height: area.height.min(1), ..area }, buf);
}

fn paint_view(app: &App, session: &Session, area: Rect, buf: &mut Buffer) {
    match app.workspace.view {
        View::Debug => paint_debug(app, session, &app.debug_areas(), buf),
        View::Diff => paint_diff(app, session, area, buf),
        _ => lists::paint(app, session, buf),
    }
}

fn paint_debug(app: &App, session: &Session, areas: &DebugAreas, buf: &mut Buffer) {
    let look = &app.setup.look;
    paint_header(app, session, areas.header, buf);
    paint_strip(app, areas.timeline, app.focus_of(Pane::Timeline), buf);
    paint_lists(app, session, areas, buf);
    let tabs = app.has_tabs();
    if !areas.state.is_empty() {
        let title = if tabs { tab_title(Pane::State) } else { Title::Name("State", state_place(session)) };
        let focus = app.focus_of(Pane::State);
        let place = session.absent().map_or_else(|| data(&session.tree.path_words()).into_owned(), Absent::words);
        tree::paint((&session.tree, &place, session.asked.writers.as_ref()), &title, (look, focus), areas.state, buf);
    }
    if !areas.changes.is_empty() {
        let title = if tabs { tab_title(Pane::Changes) } else { Title::Name("Changes", ends_words(session)) };
        changes::paint(&session.changes, &title, look, app.focus_of(Pane::Changes), areas.changes, buf);
    }
    status::paint_message(app, areas.message, buf);
    hints::paint(app, areas.hints, buf);
}

fn paint_lists(app: &App, session: &Session, areas: &DebugAreas, buf: &mut Buffer) {
    let look = &app.setup.look;
    if !areas.transitions.is_empty() {
        let height = transitions::height(areas.transitions, app.headed());
        transitions::paint(&session.transitions(height), look, app.focus_of(Pane::Transitions), areas.transitions, buf);
    }
    if !areas.snapshots.is_empty() {
        let height = snapshots::height(areas.snapshots);
        let rows = view::snapshots::snapshots(
            &session.history(),
            &session.snapshots,
            &session.lists.filter,
            session.cursor,
            height,
        );
        let filter = &session.lists.filter;
        let filter = if filter.is_empty() { String::new() } else { format!("/{}", data(filter)) };
        let title = if app.has_tabs() { tab_title(Pane::Snapshots) } else { Title::Name("Snapshots", filter) };
        snapshots::paint(&rows, &title, look, app.focus_of(Pane::Snapshots), areas.snapshots, buf);
    }
}

fn paint_diff(app: &App, session: &Session, area: Rect, buf: &mut Buffer) {
    let look = &app.setup.look;
    let areas = layout::diff(area);
    paint_header(app, session, areas.header, buf);
    paint_strip(app, areas.timeline, Focus::Elsewhere, buf);
    let summary = session.changes.summary();
    let words = summary.fit(usize::from(areas.summary.width).saturating_sub(2));
    line::message(words.painted(), line::Tone::Note, look, areas.summary, buf);
    let layout = app.layout_of_diff();
    let titles = end_titles(session, diff::title_columns(layout, areas.diff.width, session.shown.versions.a));
    diff::paint(&session.difftree, &titles, layout, look, areas.diff, buf);
    status::paint_diff_message(app, session, areas.message, buf);
    hints::paint(app, areas.hints, buf);
}

fn paint_header(app: &App, session: &Session, area: Rect, buf: &mut Buffer) {
    let history = session.history();
    let info = history.info(session.cursor);
    let header = header::Header {
        views: app.listed_views().map(|spec| spec.tab.to_owned()).collect(),
        digits: "1-7".to_owned(),
        view: app.listed_views().position(|spec| spec.view == app.workspace.view).unwrap_or(0),
        tenant: owner_name(app, session),
        branch: data(&history.lineage().branch_of(session.cursor)).into_owned(),
        place: format!("{}/{}", number(session.cursor), thousands(history.newest().0)),
        time: info.and_then(|info| info.at).map(date_time).unwrap_or_default(),
        life: app.life_words(),
        stop: session.break_words(),
        access: access_words(app, area.width).to_owned(),
    };
    header::paint(&header, &app.setup.look, area, buf);
}

/// The tenant; where the source has only the one that nobody named, the source.
fn owner_name(app: &App, session: &Session) -> String {
    let name = |path: &Path| path.file_name().map(|name| data(&name.to_string_lossy()).into_owned());
    let source = match &app.workspace.address {
        Some(Address::File(path) | Address::Recording(path)) => name(path),
        Some(Address::Git(path)) => name(path).map(|name| format!("git:{name}")),
        Some(Address::Stdin | Address::Demo(_) | Address::Watched(_)) | None => None,
    };
    let tenant = &session.tenant.id().0;
    source.filter(|_| *tenant == *"main").unwrap_or_else(|| data(tenant).into_owned())
}

/// Who may write where: a recording in memory is gone with the program, and that should not surprise anyone.
fn access_words(app: &App, columns: u16) -> &'static str {
    match app.setup.access {
        _ if app.refused().is_some() => "RO",
        Access::ReadOnly => "RO",
        Access::ReadWrite if app.workspace.is_in_memory() && columns >= 100 => "RW in memory",
        Access::ReadWrite => "RW",
    }
}

fn tab_title(shown: Pane) -> Title {
    Title::Tabs(&TAB_NAMES, TABS.iter().position(|(pane, _)| *pane == shown).unwrap_or(1))
}

/// `at B`, or which version it is while the cursor's is still on its way.
fn state_place(session: &Session) -> String {
    let shown = session.shown.versions.cursor;
    match session.ends().b == session.cursor {
        _ if shown != session.cursor => format!("at {} …", number(shown)),
        true => "at B".to_owned(),
        false => format!("at {}", number(session.cursor)),
    }
}

fn ends_words(session: &Session) -> String {
    let shown = session.shown.versions;
    let late = if session.is_current() { "" } else { " …" };
    format!("A {} → B {}{late}", number(shown.a), number(shown.b))
}

/// `A #44,640  09:39:58.120Z  price.refresh`: of a label that does not fit, what tells it from that of the other end.
fn end_titles(session: &Session, columns: usize) -> diff::Titles {
    let Wanted { a, b, .. } = session.shown.versions;
    let history = session.history();
    let infos = [a, b].map(|version| history.info(version));
    let labels = infos.each_ref().map(|info| info.as_ref().map(|info| SafeText::from(&info.label)).unwrap_or_default());
    let title = |at: usize, end: char, version| {
        let time = infos[at].as_ref().and_then(|info| info.at).map(date_time).unwrap_or_default();
        let begin = SafeText::join([joined![end.to_string(), " ", number(version)], time.into()], "  ");
        let label = labels[at].fit_from_others(labels.iter(), columns.saturating_sub(begin.width() + 2));
        SafeText::join([begin, label], "  ").painted().to_owned()
    };
    diff::Titles { a: title(0, 'A', a), b: title(1, 'B', b) }
}

impl App {
    fn focus_of(&self, pane: Pane) -> Focus {
        if self.focus == pane && self.workspace.view == View::Debug { Focus::Here } else { Focus::Elsewhere }
    }

    /// The focused pane's name, for titles.
    pub fn place_name(&self) -> &'static str {
        match (self.workspace.view, self.focus) {
            _ if self.is_start() => "Start",
            (View::Debug, Pane::Timeline) => "Timeline",
            (View::Debug, Pane::Transitions) => "Transitions",
            (View::Debug, Pane::Snapshots) => "Snapshots",
            (View::Debug, Pane::State) => "State",
            (View::Debug, Pane::Changes) => "Changes",
            (view, _) => view.spec().name,
        }
    }

    /// How everything looks.
    pub fn look(&self) -> &Look {
        &self.setup.look
    }
}

/// A painted screen as text: lines without trailing blanks.
pub fn text_of(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width).max(1);
    let lines = buffer.content.chunks(width).map(|cells| {
        let mut line = String::new();
        let mut skip = 0;
        for cell in cells {
            if skip == 0 {
                line.push_str(cell.symbol());
                skip = view::text::width(cell.symbol()).max(1);
            }
            skip -= 1;
        }
        line.trim_end().to_owned()
    });
    let lines: Vec<String> = lines.collect();
    format!("{}\n", lines.join("\n").trim_end())
}
