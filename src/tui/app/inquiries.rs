//! Questions over time: what was asked, and how the parts of an answer are taken.
//!
//! Must not name: `draw`, `dialog`.

use super::tasks::TaskKind;
use super::{App, Effect, View};
use crate::Result;
use crate::tui::job::{AnswerPart, Inquiry, Job};
use crate::tui::owner::SessionId;
use crate::tui::task::TaskId;
use std::sync::Arc;

impl App {
    /// Asks about the tenant shown.
    pub(super) fn inquire(&mut self, inquiry: Inquiry) -> Option<Effect> {
        let session = self.session()?;
        let (id, tenant, keys) = (session.id, session.tenant.clone(), Arc::clone(&session.array_keys));
        Some(self.begin(id, Job::Inquire { tenant, inquiry, keys }))
    }

    /// Stops what the view shown has asked; whether there was anything to stop.
    pub(super) fn stop_inquiry(&mut self) -> bool {
        let Some(id) = self.workspace.current_id() else { return false };
        let view = self.workspace.view;
        let is_seen = |kind: &TaskKind| match kind {
            TaskKind::Inquiry(Inquiry::Changes(_)) => view == View::HISTORY,
            TaskKind::Inquiry(Inquiry::Spans(_) | Inquiry::Writers(_) | Inquiry::Breaks(_)) => true,
            TaskKind::Inquiry(Inquiry::Lane(_) | Inquiry::Cells(_)) => view == View::DEBUG,
            _ => false,
        };
        self.tasks.find(id, is_seen).inspect(|task| task.cancel.cancel()).is_some()
    }

    /// Takes a part of an answer.
    pub(super) fn take_part(&mut self, task: TaskId, part: AnswerPart) {
        let Some(running) = self.tasks.get(task) else { return };
        let (Some(id), TaskKind::Inquiry(inquiry)) = (running.owner.session(), &running.kind) else { return };
        match inquiry {
            Inquiry::Changes(of) => {
                let of = of.clone();
                self.take_changes(id, &of, part);
            }
            Inquiry::Spans(of) => {
                let of = of.clone();
                self.take_spans(id, &of, part);
            }
            Inquiry::Writers(of) => {
                let of = of.clone();
                self.take_writers(id, &of, part);
            }
            Inquiry::Counts(of) => {
                let of = of.clone();
                self.take_counts(id, &of, part);
            }
            Inquiry::Labels(of) => {
                let of = of.clone();
                self.take_labels(id, &of, part);
            }
            Inquiry::Breaks(of) => {
                let of = of.clone();
                self.take_breaks(id, &of, part);
            }
            Inquiry::Lane(of) => {
                let of = of.clone();
                self.take_lane(id, &of, part);
            }
            Inquiry::Cells(of) => {
                let of = of.clone();
                self.take_cells(id, &of, part);
            }
        }
    }

    /// Takes the end of an answer.
    pub(super) fn take_answer(&mut self, id: SessionId, inquiry: &Inquiry, stopped: bool, outcome: Result<()>) {
        match inquiry {
            Inquiry::Changes(of) => self.end_changes(id, of, stopped, outcome),
            Inquiry::Spans(of) => self.end_spans(id, of, stopped, outcome),
            Inquiry::Writers(of) => self.end_writers(id, of, stopped, outcome),
            Inquiry::Counts(of) => self.end_counts(id, of, outcome),
            Inquiry::Labels(_) => {}
            Inquiry::Breaks(of) => self.end_breaks(id, of, stopped, outcome),
            Inquiry::Lane(of) => self.end_lane(id, of, stopped, outcome),
            Inquiry::Cells(of) => self.end_cells(id, of, stopped, outcome),
        }
    }
}
