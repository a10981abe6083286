//! What each action does. One arm per action; the arms only choose, the work is in the neighbours.

use super::session::Jumps;
use super::time::Way;
use super::{App, Effect, Leave, View};
use crate::history::History;
use crate::record::Version;
use crate::tui::action::{Action, Request};
use crate::tui::dialog::Dialog;
use crate::tui::pane::diff::Layout;
use crate::tui::pane::layout::{Pane, Room};
use crate::tui::terminal::Mouse;
use crate::view::list::ListMove;
use crate::view::snapshots;
use crate::view::text::number;
use crate::view::timeline::Zoom;
use crate::view::tree::{Found, Towards, TreeMove};

/// Nodes looked at between two looks at the keyboard.
const SEARCH_BUDGET: usize = 200_000;

impl App {
    /// Does what was asked, and says what should happen outside.
    pub fn update(&mut self, request: &Request) -> Vec<Effect> {
        let mut effects = match &self.dialog {
            Some(_) if request.action != Action::Quit => self.update_dialog(request),
            _ => self.act(request),
        };
        self.fit_panes();
        self.tour_stands();
        effects.extend(self.fetch());
        effects
    }

    /// Actions outside dialogs.
    pub(super) fn act(&mut self, request: &Request) -> Vec<Effect> {
        match request.action {
            Action::StepBack => self.step(-1),
            Action::StepForward => self.step(1),
            Action::TenBack => self.step(-10),
            Action::TenForward => self.step(10),
            Action::PreviousSnapshot => self.jump_to_snapshot(Way::Back),
            Action::NextSnapshot => self.jump_to_snapshot(Way::Forward),
            Action::PreviousBroken => self.jump_to_broken(Way::Back),
            Action::NextBroken => self.jump_to_broken(Way::Forward),
            Action::First => self.jump_to_end(Way::Back),
            Action::Newest => self.jump_to_end(Way::Forward),
            Action::OlderWritten => self.in_writing(Way::Back),
            Action::NewerWritten => self.in_writing(Way::Forward),
            Action::JumpBack => self.along_jumps(Jumps::back),
            Action::JumpForward => self.along_jumps(Jumps::forward),
            Action::JumpToggle => self.along_jumps(Jumps::toggle),
            Action::ZoomIn => self.zoom(|zoom, session, width| zoom.closer(&session.history(), width)),
            Action::ZoomOut => self.zoom(|zoom, _, _| zoom.further()),
            Action::ZoomAll => self.zoom(|_, _, _| Zoom::default()),
            _ => return self.act_on_panes(request),
        }
        Vec::new()
    }

    /// Actions that choose what is compared, shown or focused.
    fn act_on_panes(&mut self, request: &Request) -> Vec<Effect> {
        match request.action {
            Action::EndpointA => self.pin(End::A, &request.argument),
            Action::EndpointB => self.pin(End::B, &request.argument),
            Action::GoToA => self.jump(self.session().map(|session| session.ends().a), ""),
            Action::GoToB => self.jump(self.session().map(|session| session.ends().b), ""),
            Action::SwapEnds => self.swap_ends(),
            Action::DiffView | Action::ViewDiff => self.view = View::Diff,
            Action::ViewDebug => self.view = View::Debug,
            Action::NextPane => self.focus_next(1),
            Action::PreviousPane => self.focus_next(PANES.len() - 1),
            Action::Maximise => self.maximised = !self.maximised,
            Action::OneColumn => self.toggle_columns(),
            Action::NextDifference => self.difference(Towards::Next),
            Action::PreviousDifference => self.difference(Towards::Previous),
            Action::NextMatch => self.next_match(Towards::Next),
            Action::PreviousMatch => self.next_match(Towards::Previous),
            _ => return self.act_on_rows(request),
        }
        Vec::new()
    }

    /// Actions on the rows of the focused pane.
    fn act_on_rows(&mut self, request: &Request) -> Vec<Effect> {
        match request.action {
            Action::Up => self.rows(ListMove::Up(1), TreeMove::Up(1)),
            Action::Down => self.rows(ListMove::Down(1), TreeMove::Down(1)),
            Action::PageUp => self.rows(ListMove::PageUp, TreeMove::PageUp),
            Action::PageDown => self.rows(ListMove::PageDown, TreeMove::PageDown),
            Action::HalfUp => self.rows(ListMove::HalfUp, TreeMove::HalfUp),
            Action::HalfDown => self.rows(ListMove::HalfDown, TreeMove::HalfDown),
            Action::Enter => self.enter(),
            Action::OpenRow => self.tree(TreeMove::In),
            Action::CloseRow => self.tree(TreeMove::Out),
            Action::OpenBelow => self.tree(TreeMove::OpenBelow),
            Action::CloseBelow => self.tree(TreeMove::CloseBelow),
            Action::PreviousSibling => self.tree(TreeMove::PreviousSibling),
            Action::NextSibling => self.tree(TreeMove::NextSibling),
            Action::OpenAll => self.tree(TreeMove::OpenAll),
            Action::CloseAll => self.tree(TreeMove::CloseAll),
            Action::FoldTo(levels) => self.tree(TreeMove::Level(levels)),
            Action::Unchanged => self.tree(TreeMove::Unchanged),
            Action::CentreRow => self.tree(TreeMove::Centre),
            _ => return self.act_on_program(request),
        }
        Vec::new()
    }

    /// Actions that ask, write, copy or end.
    fn act_on_program(&mut self, request: &Request) -> Vec<Effect> {
        let argument = request.argument.as_str();
        match request.action {
            Action::PreviousChange => return self.scan(Way::Back, argument),
            Action::NextChange => return self.scan(Way::Forward, argument),
            Action::Goto | Action::GotoTime | Action::GotoShare => self.go_or_ask(request),
            Action::Search => self.search_or_ask(argument),
            Action::NewSnapshot => return self.ask_snapshot(argument),
            Action::RollBack => return self.ask_rollback(argument),
            Action::Undo => return self.undo(),
            Action::Tenants => self.choose_tenant(argument),
            Action::Help => self.dialog = Some(Dialog::help(self)),
            Action::Commands => self.dialog = Some(Dialog::commands(self)),
            Action::Messages => self.dialog = Some(Dialog::messages(self)),
            Action::Back => return self.back(),
            Action::Close => return self.close(),
            Action::Quit => return vec![Effect::Quit(Leave::Nothing)],
            Action::QuitAsText => return vec![Effect::Quit(Leave::Text)],
            Action::Suspend => return vec![Effect::Suspend],
            Action::Redraw => return vec![Effect::Repaint],
            Action::Mouse => return self.toggle_mouse(),
            action => return self.copy(action),
        }
        Vec::new()
    }

    /// Puts an end on the cursor or a target; on the place it has already, lets it follow again.
    fn pin(&mut self, end: End, target: &str) {
        let to = if target.is_empty() { Ok(self.target_of_focus()) } else { self.resolve(target).map(Some) };
        let to = match to {
            Ok(Some(to)) => to,
            Ok(None) => return,
            Err(error) => return self.messages.failure(error.to_string()),
        };
        let Some(session) = self.session_mut() else { return };
        let pin = match end {
            End::A => &mut session.pin_a,
            End::B => &mut session.pin_b,
        };
        *pin = if *pin == Some(to) { None } else { Some(to) };
        let words = match (end, *pin) {
            (End::A, Some(at)) => format!("A is {}; a again lets it follow", number(at)),
            (End::B, Some(at)) => format!("B is {}; b again lets it follow", number(at)),
            (End::A, None) => "A is the version before B".to_owned(),
            (End::B, None) => "B follows the cursor".to_owned(),
        };
        self.messages.note(words);
    }

    fn swap_ends(&mut self) {
        let Some(session) = self.session_mut() else { return };
        let ends = session.ends();
        (session.pin_a, session.pin_b) = (Some(ends.b), Some(ends.a));
        self.messages.note(format!("A is {}, B is {}; Esc lets both follow", number(ends.b), number(ends.a)));
    }

    /// What the focused pane points at: the selected snapshot's version, else the cursor.
    pub(super) fn target_of_focus(&self) -> Option<Version> {
        let session = self.session()?;
        let selected = if self.view == View::Debug && self.focus == Pane::Snapshots {
            selected_snapshot(&session.history(), session)
        } else {
            None
        };
        Some(selected.unwrap_or(session.cursor))
    }

    fn focus_next(&mut self, by: usize) {
        if self.view == View::Diff {
            return;
        }
        let at = PANES.iter().position(|pane| *pane == self.focus).unwrap_or_default();
        self.focus = PANES[(at + by) % PANES.len()];
    }

    fn toggle_columns(&mut self) {
        let other = match self.layout_of_diff() {
            Layout::SideBySide => Layout::OneColumn,
            Layout::OneColumn => Layout::SideBySide,
        };
        self.diff_layout = Some(other);
    }

    /// Moves in the focused pane's rows. The rows of the transitions list are moments: there the cursor itself moves.
    pub(super) fn rows(&mut self, list: ListMove, tree: TreeMove) {
        if self.view == View::Diff {
            return self.tree(tree);
        }
        match self.focus {
            Pane::State => self.tree(tree),
            Pane::Transitions => self.step_rows(list),
            Pane::Changes => {
                if let Some(session) = self.session_mut() {
                    session.changes.act(list);
                }
            }
            Pane::Snapshots => {
                if let Some(session) = self.session_mut() {
                    let count = session.history().snapshots().len();
                    session.snapshots.act(list, count);
                }
            }
            Pane::Timeline => {}
        }
    }

    fn step_rows(&mut self, list: ListMove) {
        let page = i64::try_from(self.page()).unwrap_or(1);
        match list {
            ListMove::Up(rows) => self.step(-i64::try_from(rows).unwrap_or(1)),
            ListMove::Down(rows) => self.step(i64::try_from(rows).unwrap_or(1)),
            ListMove::PageUp => self.step(-page),
            ListMove::PageDown => self.step(page),
            ListMove::HalfUp => self.step(-page / 2),
            ListMove::HalfDown => self.step(page / 2),
            _ => {}
        }
    }

    fn tree(&mut self, step: TreeMove) {
        let view = self.view;
        let Some(session) = self.session_mut() else { return };
        match view {
            View::Diff => session.difftree.act(step),
            View::Debug => session.tree.act(step),
        }
    }

    fn enter(&mut self) {
        if self.view == View::Diff {
            return self.tree(TreeMove::Toggle);
        }
        match self.focus {
            Pane::State => self.tree(TreeMove::Toggle),
            Pane::Snapshots => {
                let to = self.session().and_then(|session| selected_snapshot(&session.history(), session));
                self.jump(to, "No snapshots yet: s makes one");
            }
            Pane::Changes => self.show_change(),
            Pane::Timeline | Pane::Transitions => {}
        }
    }

    /// Opens a group of changes, or shows the change's path in the tree.
    fn show_change(&mut self) {
        let Some(session) = self.session_mut() else { return };
        if session.changes.open() {
            return;
        }
        if let Some(path) = session.changes.path() {
            session.tree.go_to(&path);
            self.focus = Pane::State;
        }
    }

    /// The next difference: in the diff a row, elsewhere a change that the tree goes to.
    fn difference(&mut self, towards: Towards) {
        let view = self.view;
        let Some(session) = self.session_mut() else { return };
        let found = match (view, towards) {
            (View::Diff, Towards::Next) => session.difftree.next_difference(),
            (View::Diff, Towards::Previous) => session.difftree.previous_difference(),
            (View::Debug, Towards::Next) => session.next_change(ListMove::Down(1)),
            (View::Debug, Towards::Previous) => session.next_change(ListMove::Up(1)),
        };
        if !found {
            self.messages.note("No further difference");
        }
    }

    fn next_match(&mut self, towards: Towards) {
        match self.session().and_then(|session| session.tree.searching()) {
            Some(_) => self.find(towards),
            None => self.difference(towards),
        }
    }

    /// Searches in the tree; a text that is not found at once is looked for between key presses.
    pub(super) fn search(&mut self, text: &str) {
        let Some(session) = self.session_mut() else { return };
        session.tree.search(text);
        self.focus = Pane::State;
        self.view = View::Debug;
        if text.is_empty() {
            self.searching = None;
        } else {
            self.find(Towards::Next);
        }
    }

    fn find(&mut self, towards: Towards) {
        self.searching = Some(towards);
        self.go_on_searching();
    }

    pub(super) fn go_on_searching(&mut self) {
        let Some(towards) = self.searching else { return };
        let Some(session) = self.sessions.get_mut(self.current) else { return };
        let found = session.tree.find(towards, SEARCH_BUDGET);
        let text = session.tree.searching().unwrap_or_default().to_owned();
        match found {
            Found::More => self.messages.note(format!("Searching for \"{text}\" … Esc stops")),
            Found::Hit => self.messages.note(format!("\"{text}\": n next, N previous, Esc ends the search")),
            Found::Nothing => self.messages.note(format!("\"{text}\" is nowhere in this state")),
        }
        if found != Found::More {
            self.searching = None;
        }
    }

    /// Stops what is running; then leaves the diff that a rollback question opened, the search, and the ends.
    fn back(&mut self) -> Vec<Effect> {
        let searching = self.session().is_some_and(|session| session.tree.searching().is_some());
        if self.parked.is_some() {
            self.resume_question();
        } else if self.stop_scan() {
            self.messages.note("Stopping");
        } else if self.searching.take().is_some() {
            self.messages.note("Search stopped");
        } else if self.load.is_running() {
            self.load.cancel.cancel();
            self.messages.note("Stopping: what has been read stays");
        } else if searching {
            self.search("");
        } else if self.maximised {
            self.maximised = false;
        } else {
            self.leave_ends();
        }
        Vec::new()
    }

    fn leave_ends(&mut self) {
        let Some(session) = self.session_mut() else { return };
        if session.pin_a.take().is_some() | session.pin_b.take().is_some() {
            self.messages.note("A and B follow the cursor again");
        } else if self.view == View::Diff {
            self.view = View::Debug;
        }
    }

    fn close(&mut self) -> Vec<Effect> {
        if self.parked.is_some() {
            self.resume_question();
        } else if self.view != View::Debug {
            self.view = View::Debug;
        } else {
            return vec![Effect::Quit(Leave::Nothing)];
        }
        Vec::new()
    }

    fn toggle_mouse(&mut self) -> Vec<Effect> {
        self.mouse = match self.mouse {
            Mouse::Free => Mouse::Captured,
            Mouse::Captured => Mouse::Free,
        };
        self.messages.note(match self.mouse {
            Mouse::Captured => "Mouse: click or drag on the timeline moves through time; F2 gives it back",
            Mouse::Free => "Mouse: the terminal's own selection",
        });
        vec![Effect::Mouse(self.mouse)]
    }

    /// Whether nothing but quitting and commands makes sense.
    pub fn is_too_small(&self) -> bool {
        Room::of(self.area) == Room::TooSmall
    }
}

/// An end of the diff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    A,
    B,
}

/// The panes in the order of Tab.
const PANES: [Pane; 5] = [Pane::Timeline, Pane::Transitions, Pane::Snapshots, Pane::State, Pane::Changes];

fn selected_snapshot(history: &History, session: &super::Session) -> Option<Version> {
    let id = snapshots::selected(history, &session.snapshots)?;
    history.snapshot(id).map(|snapshot| snapshot.version)
}

impl super::Session {
    /// The next change of the list, shown in the tree; whether there was one.
    fn next_change(&mut self, step: ListMove) -> bool {
        let before = self.changes.path();
        self.changes.act(step);
        let path = self.changes.path();
        if let Some(path) = &path {
            self.tree.go_to(path);
        }
        path.is_some() && path != before
    }
}
