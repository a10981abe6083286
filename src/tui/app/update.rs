//! What each action does. One arm per action; the arms only choose, the work is in the neighbours.

use super::ends::PinnedEnd;
use super::panes::Round;
use super::session::Jumps;
use super::time::TimeDirection;
use super::{App, Effect, View};
use crate::tui::action::{Action, Request};
use crate::tui::dialog::Dialog;
use crate::tui::dialog::form::Form;
use crate::tui::dialog::leaving::Leave;
use crate::tui::job::{Job, Wanted};
use crate::tui::owner::Owner;
use crate::tui::settings::OptionName;
use crate::tui::terminal::Mouse;
use crate::view::find::FindKind;
use crate::view::list::ListMove;
use crate::view::search::Towards;
use crate::view::text::joined;
use crate::view::timeline::Zoom;
use crate::view::tree::TreeMove;
use std::collections::VecDeque;
use std::path::Path;

impl App {
    /// Does what was asked, and says what should happen outside.
    pub fn update(&mut self, request: &Request) -> Vec<Effect> {
        if !matches!(request.action, Action::Undo | Action::Redo) {
            self.session_mut().into_iter().for_each(|session| session.announced = None);
        }
        if request.action != Action::Back {
            self.session_mut().into_iter().for_each(|session| session.unpins = false);
        }
        let mut effects = match &self.dialog {
            Some(_) if request.action != Action::Quit => self.update_dialog(request),
            _ => self.act(request),
        };
        effects.extend(self.settled());
        effects
    }

    /// Actions outside dialogs.
    pub(super) fn act(&mut self, request: &Request) -> Vec<Effect> {
        if let Some(form) = Form::asking(request.action).filter(|_| request.argument.is_none()) {
            self.show_box(Dialog::Form(form));
            return Vec::new();
        }
        match request.action {
            Action::Confirm if self.is_typing_find() => self.start_find(),
            Action::Cancel if self.is_typing_find() => self.leave_find_line(),
            Action::NextField if self.is_typing_find() => self.next_find_kind(),
            Action::Up if self.is_typing_find() => self.turn_find(TimeDirection::Back),
            Action::Down if self.is_typing_find() => self.turn_find(TimeDirection::Forward),
            Action::StepBack => self.step(-1),
            Action::StepForward => self.step(1),
            Action::TenBack => self.step(-10),
            Action::TenForward => self.step(10),
            Action::PreviousSnapshot => self.jump_to_snapshot(TimeDirection::Back),
            Action::NextSnapshot => self.jump_to_snapshot(TimeDirection::Forward),
            Action::PreviousBroken => self.jump_to_broken(TimeDirection::Back),
            Action::NextBroken => self.jump_to_broken(TimeDirection::Forward),
            Action::PreviousTransaction => self.jump_to_transaction(TimeDirection::Back),
            Action::NextTransaction => self.jump_to_transaction(TimeDirection::Forward),
            Action::PreviousBranchPoint => self.jump_to_branch_point(TimeDirection::Back),
            Action::NextBranchPoint => self.jump_to_branch_point(TimeDirection::Forward),
            Action::PreviousVariant => self.jump_to_variant(TimeDirection::Back),
            Action::NextVariant => self.jump_to_variant(TimeDirection::Forward),
            Action::LargestChange => self.jump_to_largest_change(),
            Action::First => self.jump_to_end(TimeDirection::Back),
            Action::Newest => self.jump_to_end(TimeDirection::Forward),
            Action::Follow => self.follow_head(),
            Action::OlderWritten => self.in_writing(TimeDirection::Back),
            Action::NewerWritten => self.in_writing(TimeDirection::Forward),
            Action::JumpBack => self.along_jumps(Jumps::back),
            Action::JumpForward => self.along_jumps(Jumps::forward),
            Action::JumpToggle => self.along_jumps(Jumps::toggle),
            Action::PreviousMark => self.jump_to_mark(TimeDirection::Back),
            Action::NextMark => self.jump_to_mark(TimeDirection::Forward),
            Action::GoToMark => self.go_to_mark(request.argument.letter()),
            Action::Play => self.toggle_play(),
            Action::PlayBack => self.shuttle(TimeDirection::Back),
            Action::PlayForward => self.shuttle(TimeDirection::Forward),
            Action::PlayStop => self.pause(),
            Action::Speed => self.set_speed(request.argument.speed()),
            Action::ZoomIn => self.zoom(|zoom, session, width| zoom.closer(&session.history(), session.kept, width)),
            Action::ZoomOut => self.zoom(|zoom, _, _| zoom.further()),
            Action::ZoomAll => self.zoom(|_, _, _| Zoom::default()),
            Action::ZoomEnds => self.zoom_to_ends(),
            Action::KeptBranches => self.toggle_kept(),
            Action::PreviousGap => self.jump_to_gap(TimeDirection::Back),
            Action::NextGap => self.jump_to_gap(TimeDirection::Forward),
            _ => return self.act_on_panes(request),
        }
        Vec::new()
    }

    /// Actions that choose what is compared, shown or focused.
    fn act_on_panes(&mut self, request: &Request) -> Vec<Effect> {
        match request.action {
            Action::EndpointA => self.pin(PinnedEnd::A, request.argument.moment()),
            Action::EndpointB => self.pin(PinnedEnd::B, request.argument.moment()),
            Action::GoToA => self.jump_or_stay(self.session().map(|session| session.ends().a)),
            Action::GoToB => self.jump_or_stay(self.session().map(|session| session.ends().b)),
            Action::SwapEnds => self.swap_ends(),
            Action::DiffView => self.compare(request.argument.moments()),
            Action::Show(View::DIFF) => self.show_diff(),
            Action::Show(View::FIND) => {
                let filter = request.argument.filter();
                self.find_in_time(filter.map(|_| FindKind::Where), filter.map_or("", |filter| filter.text().as_str()));
            }
            Action::FindText => self.find_in_time(Some(FindKind::Text), request.argument.text()),
            Action::FindLabel => self.find_in_time(Some(FindKind::Label), request.argument.text()),
            Action::FindAuthor => self.find_in_time(Some(FindKind::Author), request.argument.text()),
            Action::FindTag => self.find_in_time(Some(FindKind::Tag), request.argument.text()),
            Action::EditFind => self.edit_find(),
            Action::ReverseFind => self.reverse_find(),
            Action::PreviousTenant => self.show_tenant_beside(TimeDirection::Back),
            Action::NextTenant => self.show_tenant_beside(TimeDirection::Forward),
            Action::DiffThis => self.diff_this(),
            Action::VariantLeft => self.beside(TimeDirection::Back),
            Action::VariantRight => self.beside(TimeDirection::Forward),
            Action::NextBaseline => self.next_baseline(),
            Action::OnlyFailed => self.toggle_failed(),
            Action::NextPane => self.focus_next(Round::Forward),
            Action::PreviousPane => self.focus_next(Round::Back),
            Action::Maximise => self.maximise(),
            Action::OneColumn => self.toggle_columns(),
            Action::ArrayKey => return self.array_key(&request.argument),
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
            Action::Up if self.is_start() => self.offered_rows(ListMove::Up(1)),
            Action::Down if self.is_start() => self.offered_rows(ListMove::Down(1)),
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
            Action::RowToTop => self.tree(TreeMove::ToTop),
            Action::RowToBottom => self.tree(TreeMove::ToBottom),
            Action::FirstRow => self.rows(ListMove::First, TreeMove::First),
            Action::LastRow => self.rows(ListMove::Last, TreeMove::Last),
            Action::Whole => self.show_whole(),
            Action::OpenHere => self.tree(TreeMove::Open),
            Action::CloseHere => self.tree(TreeMove::Close),
            _ => return self.act_on_program(request),
        }
        Vec::new()
    }

    /// Actions that ask, write, copy or end.
    fn act_on_program(&mut self, request: &Request) -> Vec<Effect> {
        let argument = request.argument.text();
        match request.action {
            Action::Show(View::HISTORY) => self.show_history(request.argument.path()),
            Action::PreviousChange => return self.scan(TimeDirection::Back, request.argument.path()),
            Action::NextChange => return self.scan(TimeDirection::Forward, request.argument.path()),
            Action::Goto | Action::GotoTime | Action::GotoShare => {
                request.argument.moment().into_iter().for_each(|target| self.goto(target));
            }
            Action::GotoPath => request.argument.path().into_iter().for_each(|path| self.goto_path(path)),
            Action::GotoBranch => self.goto_branch(argument),
            Action::SetMark => return self.set_mark(request.argument.letter()),
            Action::JumpList => self.list_jumps(),
            Action::MarkList => self.list_marks(),
            Action::Print => return self.print(),
            Action::Edit => return self.edit(),
            Action::Pipe => return self.pipe(argument),
            Action::Hash => return self.show_checksum(),
            Action::CopyWhat => return self.copy(request.argument.action().unwrap_or(Action::CopyValue)),
            Action::Export => return self.export(request.argument.file()),
            Action::Save => return self.save(request.argument.file()),
            Action::Zoom if !request.argument.moments().is_empty() => self.zoom_to_moments(request.argument.moments()),
            Action::Zoom => return request.argument.action().map_or_else(Vec::new, |zoom| self.act(&zoom.into())),
            Action::Source => return self.source(request.argument.file()),
            Action::Keycast => self.toggle_keycast(),
            Action::Blame => self.toggle_blame(),
            Action::Embedded => self.toggle_embedded(),
            Action::Column => self.toggle_column(&request.argument),
            Action::Lane => self.toggle_lane(&request.argument),
            Action::Break => self.set_break(&request.argument),
            Action::Search => self.search_or_ask(argument),
            Action::NewSnapshot => return self.ask_snapshot(argument),
            Action::EditSnapshot => self.ask_edit(),
            Action::DeleteSnapshot => self.ask_delete(),
            Action::Filter => self.filter_or_ask(argument),
            Action::RollBack => return self.ask_rollback(request.argument.moment()),
            Action::Promote => return self.ask_promotion(argument),
            Action::Compact => return self.ask_compaction(request.argument.moment()),
            Action::Fork => return self.fork(argument),
            Action::Undo | Action::Redo => return self.turn(request.action),
            Action::Tenants => self.choose_tenant(argument),
            Action::Help if argument == "all" => self.show_bindings(),
            Action::Help => self.list_keys(),
            Action::Commands => {
                // Files come and go: they are looked up once for each line that is typed.
                self.files = Default::default();
                self.list_commands();
            }
            Action::OpenSource => return self.open_text(argument),
            Action::OpenRecent => return self.open_offered(),
            Action::OpenDemo => return self.open_demo(argument),
            Action::OpenVersions => return self.open_versions(),
            Action::InBackground => self.workspace.load.aside = true,
            Action::Messages => self.show_messages(),
            Action::Back => return self.back(),
            Action::Close => return self.close(),
            Action::Quit => return self.quit(Leave::Nothing),
            Action::QuitAsText => return self.quit(Leave::Text),
            Action::QuitNow => return self.leave(Leave::Nothing),
            Action::SaveAndQuit => return self.save_and_quit(request.argument.file()),
            Action::Suspend => return vec![Effect::Suspend],
            Action::Redraw => return self.redraw(),
            Action::Mouse => return self.toggle_mouse(),
            Action::Set => return self.set(&request.argument),
            Action::Glyphs => return self.set_one(OptionName::Glyphs, &request.argument),
            Action::Axis => return self.choose_axis(&request.argument),
            Action::Density => return self.set_one(OptionName::Density, &request.argument),
            Action::Theme => return self.set_one(OptionName::Theme, &request.argument),
            Action::Show(view) => self.show_view(view),
            action => return self.copy(action),
        }
        Vec::new()
    }

    fn maximise(&mut self) {
        if self.workspace.view != View::DEBUG {
            return self.explain_one_pane();
        }
        self.maximised = !self.maximised;
    }

    /// Stops what is running; then leaves the diff that a rollback question opened, the search, the view, filters, and the ends.
    fn back(&mut self) -> Vec<Effect> {
        let view = self.workspace.view;
        let searching = self.session().is_some_and(|session| session.searched(view).needle().is_some());
        if self.is_question_parked() {
            self.resume_question();
        } else if self.stop_comparing() {
            self.messages.stopping();
        } else if self.is_playing() {
            self.pause();
        } else if self.stop_script() {
            self.messages.note("Script stopped");
        } else if self.stop_inquiry() || self.stop_scan() {
            self.messages.stopping();
        } else if self.stop_search() {
            self.messages.note("Search stopped");
        } else if self.stop_reading() {
            self.messages.note("Stopping; what was read is kept");
        } else if self.stop_writing() {
            self.messages.note("Stopping the write");
        } else if searching {
            self.search("");
        } else if self.workspace.view == View::DEBUG && self.leave_find() {
            self.messages.note("n and N go to differences again");
        } else if self.workspace.view == View::HISTORY {
            self.leave_history();
        } else if self.workspace.view == View::FIND {
            self.workspace.view = View::DEBUG;
        } else if self.maximised {
            self.maximised = false;
        } else if view == View::DIFF {
            self.workspace.view = self.workspace.before;
        } else if self.session().is_some_and(|session| session.lists.only.is_on()) {
            self.filter_transitions("");
        } else if self.session().is_some_and(|session| !session.lists.filter.is_empty()) {
            self.filter_snapshots("");
        } else if !self.leave_ends() {
            let key = self.keymap.key_of(Action::Close);
            self.messages.note(joined!["Nothing to cancel; ", key, " closes"]);
        }
        Vec::new()
    }

    /// Every cell anew; and what was not compared to its end.
    fn redraw(&mut self) -> Vec<Effect> {
        if let Some(session) = self.session_mut().filter(|session| !session.shown.is_whole()) {
            session.shown.versions = Wanted::default();
        }
        vec![Effect::Repaint]
    }

    fn close(&mut self) -> Vec<Effect> {
        if self.is_question_parked() {
            self.resume_question();
        } else if self.workspace.view == View::DIFF {
            self.workspace.view = self.workspace.before;
        } else if self.workspace.view == View::HISTORY {
            self.leave_history();
        } else if self.workspace.view != View::DEBUG {
            self.workspace.view = View::DEBUG;
        } else {
            return self.quit(Leave::Nothing);
        }
        Vec::new()
    }

    /// Shows the keys that are pressed, for an audience, or no longer.
    fn toggle_keycast(&mut self) {
        self.keycast = match self.keycast {
            Some(_) => None,
            None => Some(VecDeque::new()),
        };
    }

    /// Runs a file of commands.
    fn source(&mut self, path: Option<&Path>) -> Vec<Effect> {
        path.map(|path| self.begin(Owner::Program, Job::ReadScript(path.to_owned()))).into_iter().collect()
    }

    fn toggle_mouse(&mut self) -> Vec<Effect> {
        self.mouse = match self.mouse {
            Mouse::Free => Mouse::Captured,
            Mouse::Captured => Mouse::Free,
        };
        self.messages.note(match self.mouse {
            Mouse::Captured => "Mouse on: click, drag on the timeline, wheel (F2 turns it off)",
            Mouse::Free => "Mouse off: select text as usual (F2 turns it on)",
        });
        vec![Effect::Mouse(self.mouse)]
    }

    /// Whether nothing but quitting and commands makes sense.
    pub fn is_too_small(&self) -> bool {
        self.map.is_too_small
    }
}
