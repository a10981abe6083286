//! A job with an id, for a thread that may block, and what it has to say.

use super::{Job, Report};
use crate::tui::task::{Cancel, GateHeld, TaskId};

/// What a task has to say.
pub struct TaskMessage {
    pub task: TaskId,
    pub report: Report,
}

/// Work for a thread that may block.
pub struct Task {
    pub id: TaskId,
    /// What is to be done.
    pub job: Job,
    pub cancel: Cancel,
    /// Held until it is over, where the program must not end before.
    pub held: Option<GateHeld>,
}

impl Task {
    /// Does it. Blocks. Whatever it comes to, the last message says that it is over.
    pub fn run(self, tell: &mut dyn FnMut(TaskMessage)) {
        let Self { id, job, cancel, held } = self;
        job.run(&cancel, &mut |report| tell(TaskMessage { task: id, report }));
        drop(held);
        tell(TaskMessage { task: id, report: Report::Ended });
    }
}
