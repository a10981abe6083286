//! How many keys the versions on the screen changed, by the rules that comparisons go by: asked for, taken.
//!
//! Must not name: `draw`, `dialog`.

use super::tasks::TaskKind;
use super::{App, Effect, View};
use crate::Result;
use crate::record::Version;
use crate::tui::job::{AnswerPart, Inquiry};
use crate::tui::owner::SessionId;
use crate::view::counts::CountsOf;
use crate::view::timeline::MOST_COUNTED;
use crate::view::transitions::TransitionOutcome;

/// Rows of the list that are asked for.
const ROWS: usize = 60;

impl App {
    /// Asks how many keys the versions on the screen changed, where rules may say otherwise than the history, and whether
    /// they do, where that is not known of the newest state.
    pub(super) fn fetch_counts(&mut self) -> Option<Effect> {
        if self.workspace.is_loading() {
            return None;
        }
        let session = self.session()?;
        let (id, choices, newest) = (session.id, session.choices(), session.history().newest());
        if session.asked.counts.is_settled(choices, newest) {
            return None;
        }
        let shown = self.versions_counted();
        let of = self.session_mut()?.asked.counts.wanted(choices, newest, shown.into_iter())?;
        let asked = |kind: &TaskKind| matches!(kind, TaskKind::Inquiry(Inquiry::Counts(_)));
        let current = |kind: &TaskKind| matches!(kind, TaskKind::Inquiry(Inquiry::Counts(of)) if of.choices == choices);
        // One answer after the other.
        if newest.0 == 0 || self.tasks.find(id, current).is_some() {
            return None;
        }
        self.tasks.drop_kind(id, asked);
        self.inquire(Inquiry::Counts(of))
    }

    /// The versions on the screen whose counts are shown, the rows of lists first.
    fn versions_counted(&self) -> Vec<Version> {
        let Some(session) = self.session() else { return Vec::new() };
        let mut versions: Vec<Version> = match self.workspace.view {
            View::DEBUG => {
                let rows = session.transitions(ROWS).rows.into_iter();
                rows.filter(|row| matches!(row.outcome, TransitionOutcome::Counts(_))).map(|row| row.version).collect()
            }
            _ => self.list_view().map(|list| list.counted(session)).unwrap_or_default(),
        };
        if session.asked.counts.is_by_rules()
            && let Some(window) = self.window().filter(|window| window.end - window.start <= MOST_COUNTED)
        {
            versions.extend(window.map(Version));
        }
        versions
    }

    pub(super) fn take_counts(&mut self, id: SessionId, of: &CountsOf, part: AnswerPart) {
        let Some(session) = self.workspace.of_mut(id) else { return };
        match part {
            AnswerPart::Plain(state) => session.asked.counts.judge(of, state),
            AnswerPart::Counts(counted) => session.asked.counts.take(of, counted),
            _ => {}
        }
    }

    /// What could not be found out is shown as it was recorded, and not asked for again.
    pub(super) fn end_counts(&mut self, id: SessionId, of: &CountsOf, outcome: Result<()>) {
        if let (Some(session), Err(_)) = (self.workspace.of_mut(id), outcome) {
            session.asked.counts.judge(of, Some(of.plain.clone()));
        }
    }
}
