//! A break: a filter that ends playing and following at the version where it becomes true. Versions are shown only once
//! they have been looked at, so neither goes past it.
//!
//! Must not name: `draw`, `dialog`.

use super::look_ahead::{Break, LookAhead, PlayVerdict};
use super::tasks::TaskKind;
use super::time::TimeDirection;
use super::{App, Effect, Session};
use crate::Result;
use crate::questions::{FindCondition, Span};
use crate::record::Version;
use crate::tui::action::Argument;
use crate::tui::job::{AnswerPart, Compiled, Inquiry, Job, SpansOf};
use crate::tui::owner::SessionId;
use crate::view::text::{SafeText, joined, number};
use std::sync::Arc;

impl Session {
    /// What playing one way does at a version.
    pub(super) fn verdict(&self, way: TimeDirection, version: Version) -> PlayVerdict {
        let Some(stop) = &self.asked.stop else { return PlayVerdict::Pass };
        match stop.look.as_ref().filter(|look| look.way == way) {
            Some(look) if look.found.contains(&version) => PlayVerdict::Stop,
            Some(look) if look.knows(version) => PlayVerdict::Pass,
            _ => PlayVerdict::Wait,
        }
    }

    /// The version that whoever follows is at: the head, or as far as has been looked at.
    pub(super) fn followed_to(&self) -> Version {
        let head = self.tenant.head();
        let look = self.asked.stop.as_ref().and_then(|stop| stop.look.as_ref());
        look.filter(|look| look.way == TimeDirection::Forward)
            .map_or(head, |look| look.reached.min(head).max(look.start))
    }

    /// Which way the cursor goes by itself, and from where.
    fn goes(&self) -> Option<(TimeDirection, Version)> {
        let way = self.play.map(|play| play.way).or_else(|| self.follows.then_some(TimeDirection::Forward));
        way.map(|way| (way, self.cursor))
    }

    /// The versions that are to be looked at next.
    fn spans_to_look_at(&self) -> Option<SpansOf> {
        let stop = self.asked.stop.as_ref()?;
        let (look, newest) = (stop.look.as_ref()?, self.history().newest());
        let (first, last) = match look.way {
            TimeDirection::Forward => (look.reached, newest),
            TimeDirection::Back => (Version(0), look.reached),
        };
        let is_done = first >= last || (look.way == TimeDirection::Back && last <= self.first());
        let (condition, number) = (stop.condition.clone(), stop.number);
        let newest_first = look.way == TimeDirection::Back;
        (!is_done).then_some(SpansOf { condition, number, first, last, newest_first, open: None })
    }
}

/// The end of a span that comes first on the way.
fn edge(of: &SpansOf, span: Span) -> Version {
    if of.newest_first { span.to } else { span.from }
}

fn is_break(kind: &TaskKind) -> bool {
    matches!(kind, TaskKind::Inquiry(Inquiry::Breaks(_)))
}

impl App {
    /// Sets what ends playing and following, says what it is, or turns it off.
    pub(super) fn set_break(&mut self, argument: &Argument) {
        let Some(session) = self.workspace.session_mut() else { return };
        let (id, asked) = (session.id, &mut session.asked);
        let said = match (argument, &asked.stop) {
            (Argument::Filter(query), _) => {
                asked.breaks += 1;
                let text = query.text().to_string();
                let said = joined!["Playing and following stop where ", SafeText::data(&text), " becomes true"];
                let condition = Compiled(Arc::new(FindCondition::Holds(Arc::clone(query))));
                asked.stop = Some(Break { text, condition, number: asked.breaks, look: None });
                said
            }
            (Argument::Off, _) => {
                asked.stop = None;
                "No break".into()
            }
            (_, Some(stop)) => joined![stop.words(), ": playing and following stop where it becomes true"],
            (_, None) => "No break is set: break EXPR sets one, in the jq language".into(),
        };
        self.messages.note(said);
        if !argument.is_none() {
            self.tasks.drop_kind(id, is_break);
        }
    }

    /// Looks ahead of a cursor that goes by itself, in the tenant shown.
    pub(super) fn fetch_breaks(&mut self) -> Option<Effect> {
        if self.workspace.is_loading() {
            return None;
        }
        let session = self.workspace.session_mut()?;
        let (id, goes) = (session.id, session.goes());
        let stop = session.asked.stop.as_mut()?;
        let way = stop.look.as_ref().map(|look| look.way);
        if way != goes.map(|(way, _)| way) {
            session.asked.breaks += 1;
            (stop.number, stop.look) = (session.asked.breaks, goes.map(|(way, cursor)| LookAhead::new(way, cursor)));
            self.tasks.drop_kind(id, is_break);
        }
        if self.tasks.find(id, is_break).is_some() {
            return None;
        }
        let session = self.session()?;
        let of = session.spans_to_look_at()?;
        let (tenant, keys) = (session.tenant_of_line(), Arc::clone(&session.array_keys));
        Some(self.begin(id, Job::Inquire { tenant, inquiry: Inquiry::Breaks(of), keys }))
    }

    pub(super) fn take_breaks(&mut self, id: SessionId, of: &SpansOf, part: AnswerPart) {
        let Some(stop) = self.break_of(id, of) else { return };
        let name = stop.words();
        let Some(look) = &mut stop.look else { return };
        match part {
            AnswerPart::Hits(hits) => {
                // What is true of the first version was so before.
                let begun = |edge: &Version| if of.newest_first { *edge < of.last } else { *edge > of.first };
                look.found.extend(hits.iter().map(|hit| edge(of, hit.span)).filter(begun));
            }
            AnswerPart::Reached(version, stats) => {
                look.reached = version;
                if let Some((at, why)) = stats.first_error.filter(|_| !std::mem::replace(&mut look.erred, true)) {
                    let words =
                        joined![name, ": error at ", number(at), ", which counts as false: ", SafeText::written(&why)];
                    self.note_for(id, words);
                }
                self.follow_to_break(id);
            }
            _ => {}
        }
    }

    pub(super) fn end_breaks(&mut self, id: SessionId, of: &SpansOf, stopped: bool, outcome: Result<()>) {
        let Some(session) = self.workspace.of_mut(id) else { return };
        let Some(stop) = session.asked.stop.as_mut().filter(|stop| stop.number == of.number) else { return };
        let words = stop.words();
        match outcome {
            Ok(()) if !stopped => {
                let end = if of.newest_first { of.first } else { of.last };
                stop.look.iter_mut().for_each(|look| look.reached = end);
                self.follow_to_break(id);
            }
            outcome => {
                (session.asked.stop, session.play) = (None, None);
                match outcome {
                    Err(error) => self.fail_for(id, joined![words, " is off: ", error.to_string()]),
                    Ok(()) => self.note_for(id, joined![words, " is off: stopped"]),
                }
            }
        }
    }

    /// Whoever follows goes as far as has been looked at, and no further than where it became true.
    fn follow_to_break(&mut self, id: SessionId) {
        let Some(session) = self.workspace.of_mut(id).filter(|session| session.follows && session.play.is_none())
        else {
            return;
        };
        let found = session.asked.stop.as_ref().and_then(|stop| stop.look.as_ref()?.found.first().copied());
        if let Some(at) = found {
            session.put_cursor(at, false);
            session.follows = false;
            self.report_break(id, at);
        } else {
            session.cursor = session.followed_to();
            session.knows_newest();
        }
    }

    /// Says at which version it became true.
    pub(super) fn report_break(&mut self, id: SessionId, at: Version) {
        let stop = self.workspace.of_mut(id).and_then(|session| session.asked.stop.as_mut());
        let Some(stop) = stop else { return };
        // Going on is another look.
        stop.look = None;
        let words = joined!["Stopped at ", number(at), ": ", SafeText::data(&stop.text), " became true"];
        self.note_for(id, words);
    }

    fn break_of(&mut self, id: SessionId, of: &SpansOf) -> Option<&mut Break> {
        self.workspace.of_mut(id)?.asked.stop.as_mut().filter(|stop| stop.number == of.number)
    }
}
