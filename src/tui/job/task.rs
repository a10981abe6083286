//! A job with an id, for a thread that may block, and what it has to say.

use super::{Job, Report};
use crate::tui::task::{Cancel, Held, TaskId};

/// What a task has to say.
pub struct Message {
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
    pub held: Option<Held>,
}

impl Task {
    /// Does it. Blocks. Whatever it comes to, the last message says that it is over.
    pub fn run(self, tell: &mut dyn FnMut(Message)) {
        let Self { id, job, cancel, held } = self;
        job.run(&cancel, &mut |report| tell(Message { task: id, report }));
        drop(held);
        tell(Message { task: id, report: Report::Ended });
    }
}
