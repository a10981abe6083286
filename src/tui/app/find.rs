//! Finding in time: the line that says what for, the search, and going through what was found.
//!
//! Must not name: `draw`, `dialog::chooser`.

use super::asked::FindProgress;
use super::tasks::TaskKind;
use super::time::TimeDirection;
use super::{App, Effect, Session, View};
use crate::Result;
use crate::diff::{IgnoredPaths, Settled};
use crate::questions::Stats;
use crate::record::Version;
use crate::recording::{Tenant, kept_array_keys};
use crate::tui::dialog::line::EditLine;
use crate::tui::job::{AnswerPart, Compiled, Inquiry, Job, SpansOf};
use crate::tui::owner::SessionId;
use crate::view::find::{Cause, FindHit, FindKind, FindQuery, FindResults};
use crate::view::path_history::QuestionExtent;
use crate::view::search::Searched;
use crate::view::text::{SafeText, counted, joined, number};
use std::sync::Arc;

impl App {
    /// Whether keys go into the line that says what to find.
    pub fn is_typing_find(&self) -> bool {
        self.workspace.view == View::FIND && self.session().is_some_and(|session| session.asked.finding.line.is_open)
    }

    /// The line that keys go into, outside of boxes.
    pub(super) fn find_line(&mut self) -> Option<&mut EditLine> {
        let typing = self.is_typing_find();
        self.session_mut().filter(|_| typing).map(|session| &mut session.asked.finding.line.line)
    }

    /// After the line has changed.
    pub(super) fn typed_find(&mut self) {
        self.session_mut().into_iter().for_each(|session| session.asked.finding.line.check());
    }

    /// Shows the view; with a text, looks for it at once. Else the line is open where something is asked for: a kind, the first
    /// text, or the view that is shown already.
    pub(super) fn find_in_time(&mut self, kind: Option<FindKind>, text: &str) {
        let is_here = self.workspace.view == View::FIND;
        self.show_view(View::FIND);
        let Some(session) = self.session_mut() else { return };
        let finding = &mut session.asked.finding;
        match kind {
            Some(kind) if !text.is_empty() => {
                finding.line.put(kind, text);
                return self.start_find();
            }
            Some(kind) if finding.line.kind != kind => finding.line.put(kind, ""),
            _ => {}
        }
        let is_new = finding.found.query.text.is_empty();
        finding.line.is_open = kind.is_some() || is_new || is_here;
        finding.is_on |= !is_new;
    }

    /// Opens the line again.
    pub(super) fn edit_find(&mut self) {
        self.session_mut().into_iter().for_each(|session| session.asked.finding.line.is_open = true);
    }

    /// What the keys of the line do beside letters.
    pub(super) fn next_find_kind(&mut self) {
        let Some(session) = self.session_mut() else { return };
        let line = &mut session.asked.finding.line;
        line.kind = line.kind.next();
        line.check();
    }

    pub(super) fn turn_find(&mut self, way: TimeDirection) {
        self.session_mut().into_iter().for_each(|session| session.asked.finding.line.turn(way));
    }

    /// From the other end of time; what was looked for is looked for again.
    pub(super) fn reverse_find(&mut self) {
        let Some(session) = self.session_mut() else { return };
        let finding = &mut session.asked.finding;
        finding.line.newest_first = !finding.line.newest_first;
        let words = if finding.line.newest_first { "Newest first" } else { "Oldest first" };
        let again = !finding.line.is_open && !finding.found.query.text.is_empty();
        self.messages.note(words);
        if again {
            self.start_find();
        }
    }

    /// Leaves the line; where nothing was looked for, the view too.
    pub(super) fn leave_find_line(&mut self) {
        let Some(session) = self.session_mut() else { return };
        let finding = &mut session.asked.finding;
        if finding.found.query.text.is_empty() {
            finding.line.is_open = false;
            self.workspace.view = View::DEBUG;
            return;
        }
        let FindQuery { kind, text, .. } = finding.found.query.clone();
        finding.line.put(kind, &text);
        finding.line.is_open = false;
    }

    /// Looks for what the line says.
    pub(super) fn start_find(&mut self) {
        let limits = self.session().map(Session::limits).unwrap_or_default();
        self.find_within(limits);
    }

    fn find_within(&mut self, (first, last): (Option<Version>, Option<Version>)) {
        let Some(session) = self.session_mut() else { return };
        let id = session.id;
        if session.asked.finding.line.line.text().trim().is_empty() {
            return self.leave_find_line();
        }
        let ignored = session.ignored();
        let finding = &mut session.asked.finding;
        finding.line.recognise();
        let condition = match finding.line.condition(ignored) {
            Ok(condition) => condition,
            Err(wrong) => {
                finding.line.wrong = Some(wrong);
                finding.line.is_open = true;
                return;
            }
        };
        finding.line.keep();
        finding.line.is_open = false;
        let query = FindQuery {
            kind: finding.line.kind,
            text: finding.line.line.text().to_owned(),
            newest_first: finding.line.newest_first,
            first,
            last,
        };
        finding.found = FindResults::new(query, &finding.found);
        finding.condition = Some(Compiled(Arc::new(condition)));
        (finding.base, finding.reached) = (Stats::default(), None);
        finding.number += 1;
        finding.is_on = true;
        self.tasks.drop_kind(id, |kind| matches!(kind, TaskKind::Inquiry(Inquiry::Spans(_))));
    }

    /// Asks for what has not been looked at: all, then what came since.
    pub(super) fn fetch_spans(&mut self) -> Option<Effect> {
        let session = self.session()?;
        let finding = &session.asked.finding;
        if !finding.is_on || self.workspace.is_loading() {
            return None;
        }
        let of = session.spans_wanted()?;
        let asked =
            |kind: &TaskKind| matches!(kind, TaskKind::Inquiry(Inquiry::Spans(other)) if other.number == of.number);
        if self.tasks.find(session.id, asked).is_some() {
            return None;
        }
        let (id, tenant) = (session.id, session.tenant_of_line());
        let keys = Arc::clone(&session.array_keys);
        Some(self.begin(id, Job::Inquire { tenant, inquiry: Inquiry::Spans(of), keys }))
    }

    pub(super) fn take_spans(&mut self, id: SessionId, of: &SpansOf, part: AnswerPart) {
        let Some(finding) = self.finding_of(id, of) else { return };
        finding.found.extent.go_on(part.indexed());
        match part {
            AnswerPart::Hits(hits) => finding.found.take(hits),
            AnswerPart::Reached(version, stats) => finding.reached(version, &stats),
            _ => {}
        }
    }

    pub(super) fn end_spans(&mut self, id: SessionId, of: &SpansOf, stopped: bool, outcome: Result<()>) {
        let Some(finding) = self.finding_of(id, of) else { return };
        finding.base = finding.found.stats.clone();
        finding.found.newest = finding.found.newest.max(of.last);
        finding.found.extent = match outcome {
            Err(error) => QuestionExtent::Failed(error.to_string()),
            Ok(()) if stopped => QuestionExtent::Stopped(finding.reached.unwrap_or(of.first)),
            Ok(()) => QuestionExtent::Whole,
        };
    }

    fn finding_of(&mut self, id: SessionId, of: &SpansOf) -> Option<&mut FindProgress> {
        let finding = &mut self.workspace.of_mut(id)?.asked.finding;
        Some(finding).filter(|finding| finding.number == of.number)
    }

    /// Goes to the version that made the selected run true, and shows it; where A and B left nothing to find, looks in all versions.
    pub(super) fn go_to_hit(&mut self) {
        let hit = self.session().and_then(|session| session.asked.finding.found.selected().cloned());
        let Some(hit) = hit else {
            if self.session().is_some_and(|session| session.asked.finding.found.is_limited()) {
                return self.find_within((None, None));
            }
            return self.messages.note("Nothing found to go to");
        };
        self.put_on_hit(&hit, "");
        self.workspace.view = View::DEBUG;
    }

    /// The next run after the cursor, or the one before it; whether runs are gone through at all.
    pub(super) fn next_hit(&mut self, way: TimeDirection) -> bool {
        let in_view = self.workspace.view == View::FIND;
        let Some(session) = self.session_mut() else { return false };
        let finding = &mut session.asked.finding;
        if !finding.is_on || !(in_view || session.tree.needle().is_none()) {
            return false;
        }
        let (cursor, found) = (session.cursor, &mut session.asked.finding.found);
        let is_forward = way == TimeDirection::Forward;
        let is_only = found.hits().len() == 1 && found.hits().front().is_some_and(|hit| hit.span.from == cursor);
        let is_whole = !found.extent.is_running();
        if let Some(hit) = found.go_near(cursor, is_forward).cloned() {
            self.put_on_hit(&hit, "");
        } else if let Some(hit) = is_whole.then(|| found.go_round(is_forward).cloned()).flatten() {
            self.put_on_hit(
                &hit,
                match (is_only, is_forward) {
                    (true, _) => "only hit · ",
                    (false, true) => "wrapped to the first hit · ",
                    (false, false) => "wrapped to the last hit · ",
                },
            );
        } else {
            let side = if is_forward { "after" } else { "before" };
            let so_far = if is_whole { "" } else { " so far" };
            let words = joined!["Nothing found ", side, " ", number(cursor), so_far, "; Esc ends the search"];
            self.messages.note(words);
        }
        true
    }

    /// Puts the cursor on a hit and says what it is, behind how it was come to.
    fn put_on_hit(&mut self, hit: &FindHit, how: &'static str) {
        let Some(session) = self.session_mut() else { return };
        let at = hit.span.from;
        session.put_cursor(at, true);
        if let Some(cause) = &hit.cause {
            session.aim_at(at, cause.path.clone());
        }
        let long = joined!["for ", counted(hit.span.versions, "version")];
        let query = session.asked.finding.found.query.text.clone();
        let cause = hit.cause.as_ref().map_or_else(|| SafeText::data(&query), Cause::words);
        self.messages.note(joined![how, number(at), "  ", &cause, "  ", long, " · n next, N previous"]);
    }

    /// Selects the run that begins at a version, once it is found.
    pub(super) fn select_hit(&mut self, version: Version) {
        self.session_mut().into_iter().for_each(|session| session.asked.finding.found.await_hit(version));
    }

    /// Ends going through what was found; whether that was on.
    pub(super) fn leave_find(&mut self) -> bool {
        let Some(session) = self.session_mut() else { return false };
        std::mem::take(&mut session.asked.finding.is_on)
    }
}

impl Session {
    /// The paths that are left out of what is compared and found.
    pub(super) fn ignored(&self) -> IgnoredPaths {
        let history = self.history();
        let rules = self.array_keys.on(&kept_array_keys(history.ledger().settings()), &Settled::default());
        rules.ignored().clone()
    }

    /// The versions that A and B limit a search to, where they are pinned.
    pub fn limits(&self) -> (Option<Version>, Option<Version>) {
        match (self.pin_a, self.pin_b) {
            (Some(a), Some(b)) => (Some(a.min(b)), Some(a.max(b))),
            ends => ends,
        }
    }

    /// The handle that goes on with the branch that is looked at; of one that does not grow, with the branch it was left by.
    pub(super) fn tenant_of_line(&self) -> Tenant {
        self.tenant.on(&self.walked()).unwrap_or_else(|_| self.tenant.clone())
    }

    fn spans_wanted(&self) -> Option<SpansOf> {
        let finding = &self.asked.finding;
        let (found, newest) = (&finding.found, self.history().newest());
        let last = found.query.last.unwrap_or(newest).min(newest);
        let is_first = found.newest.0 == 0;
        if found.newest >= last || !(found.extent.is_running() || found.extent == QuestionExtent::Whole) {
            return None;
        }
        Some(SpansOf {
            condition: finding.condition.clone()?,
            number: finding.number,
            first: if is_first { found.query.first.unwrap_or_default() } else { Version(found.newest.0 + 1) },
            last,
            newest_first: is_first && found.query.newest_first,
            // It goes on in the new versions, if it is true of the first of them.
            open: found.hits().back().filter(|_| !is_first).map(|hit| hit.span),
        })
    }
}
