//! What the transitions on the screen are called whose labels tell nothing: asked for, taken.
//!
//! Must not name: `draw`, `dialog`.

use super::tasks::TaskKind;
use super::{App, Effect, View};
use crate::record::Version;
use crate::tui::job::{AnswerPart, Inquiry};
use crate::tui::owner::SessionId;
use crate::view::change_labels::LabelsOf;
use crate::view::transitions::TransitionRow;

impl App {
    /// Asks what the rows on the screen are called that have no label, or one that repeats.
    pub(super) fn fetch_labels(&mut self) -> Option<Effect> {
        let height = self.map.heights.transitions;
        let is_listed = self.workspace.view == View::DEBUG || self.workspace.view == View::DIFF && height > 0;
        if !is_listed || self.workspace.is_loading() {
            return None;
        }
        let session = self.session()?;
        let (id, choices) = (session.id, session.choices());
        let asked = |kind: &TaskKind| matches!(kind, TaskKind::Inquiry(Inquiry::Labels(of)) if of.choices == choices);
        // One answer after the other.
        if self.tasks.find(id, asked).is_some() {
            return None;
        }
        let (rows, columns) = (session.transitions(height).rows, self.map.transition_columns);
        let nameless: Vec<Version> =
            rows.iter().filter(|row| row.wants_change(columns)).map(|row: &TransitionRow| row.version).collect();
        let of = self.session_mut()?.asked.labels.wanted(choices, nameless.into_iter())?;
        self.inquire(Inquiry::Labels(of))
    }

    pub(super) fn take_labels(&mut self, id: SessionId, of: &LabelsOf, part: AnswerPart) {
        if let (Some(session), AnswerPart::Labels(labels)) = (self.workspace.of_mut(id), part) {
            session.asked.labels.take(of, labels);
        }
    }
}
