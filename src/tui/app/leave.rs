//! Ending the program: what was opened in the trees is kept, and tasks that must finish are waited for or asked about.

use super::tasks::Kind;
use super::{App, Effect, Leave};
use crate::tui::dialog::Dialog;
use crate::tui::dialog::leaving::{Ending, Leaving};
use crate::tui::job::Write;
use crate::view::text::visible;

impl App {
    /// Ends the program, or asks what should become of the tasks that must finish. Asked to end once more, it ends at once.
    pub(super) fn quit(&mut self, leave: Leave) -> Vec<Effect> {
        let asked = self.leaving.replace(leave).is_some();
        if asked || self.tasks.unfinished().next().is_none() {
            return self.leave(leave);
        }
        self.show_box_on_top(Dialog::Leaving(Leaving::default()));
        Vec::new()
    }

    /// What was chosen for the tasks that must finish.
    pub(super) fn end(&mut self, ending: Ending) -> Vec<Effect> {
        match ending {
            Ending::Now => return self.leave(self.leaving.unwrap_or(Leave::Nothing)),
            Ending::Stay => self.leaving = None,
            Ending::Stop => {
                self.tasks.unfinished().for_each(|task| task.cancel.cancel());
                self.show_box_on_top(Dialog::Leaving(Leaving::stopping()));
            }
        }
        Vec::new()
    }

    /// Ends, where it was asked to and nothing is left that must finish.
    pub(super) fn leave_when_finished(&mut self) -> Vec<Effect> {
        match self.leaving {
            Some(leave) if self.tasks.unfinished().next().is_none() => self.leave(leave),
            _ => Vec::new(),
        }
    }

    /// What had to finish has failed: that is to be seen, so the program goes on.
    pub(super) fn stay(&mut self) {
        self.leaving = None;
        if self.dialog.as_ref().is_some_and(|boxed| matches!(boxed.dialog, Dialog::Leaving(_))) {
            self.dialog = None;
        }
        self.open_next_box();
    }

    fn leave(&self, leave: Leave) -> Vec<Effect> {
        self.keep_folds().into_iter().chain([Effect::Quit(leave)]).collect()
    }

    /// What must finish, a line a task: `Export to out.jsonl: 35 %`.
    pub fn unfinished(&self) -> Vec<String> {
        let words = self.tasks.unfinished().map(|task| {
            let what = match &task.kind {
                Kind::Export(path) => format!("Export to {}", visible(&path.display().to_string())),
                Kind::Write(Write::Nothing) => "Save the recording".to_owned(),
                _ => "Write to the log".to_owned(),
            };
            let tenant = task.owner.session().and_then(|id| self.workspace.of(id));
            let tenant = tenant.map(|session| format!(" ({})", visible(&session.tenant.id().0))).unwrap_or_default();
            let share = task.progress.map(|share| format!(": {:.0} %", share * 100.0)).unwrap_or_default();
            format!("{what}{tenant}{share}")
        });
        words.collect()
    }
}
