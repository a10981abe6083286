//! Many versions judged by their whole values: in blocks, each shared by the processors.

use crate::record::Version;
use crate::recording::Tenant;
use crate::value::Value;
use crate::{Error, Result};
use std::collections::VecDeque;
use std::iter::Fuse;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::thread::{Builder, ScopedJoinHandle, available_parallelism, scope};

/// Versions that one thread judges at a time, at most. The first of them costs a replay from the nearest kept value.
const MOST: usize = 2048;

/// Fewer are judged by one thread: beginning another costs more.
const FEW: usize = 16;

/// Bytes of stack: as many as the main thread has.
const STACK: usize = 8 << 20;

/// What is asked of each version.
pub(super) trait Judgement: Sync {
    type Answer: Send;

    /// Answers for a version, by its value and by that of a version before it between which nothing that counts was touched.
    fn judge(&self, version: Version, before: Option<&Value>, now: Result<&Value, Error>) -> Self::Answer;

    /// The version whose value the first of a block is compared with; `None` where none is.
    fn before(&self, version: Version) -> Option<Version>;

    /// Whether to give up.
    fn is_stopped(&self) -> bool;
}

/// Versions with their answers, in the order in which they are given. Some are judged ahead of those asked for: the first
/// alone, then twice as many each time.
pub(super) struct JudgedBlocks<'j, J: Judgement, I: Iterator<Item = Version>> {
    tenant: &'j Tenant,
    judgement: &'j J,
    versions: Fuse<I>,
    ready: VecDeque<(Version, J::Answer)>,
    size: usize,
}

impl<'j, J: Judgement, I: Iterator<Item = Version>> JudgedBlocks<'j, J, I> {
    /// Of versions that rise or fall.
    pub fn new(tenant: &'j Tenant, judgement: &'j J, versions: I) -> Self {
        Self { tenant, judgement, versions: versions.fuse(), ready: VecDeque::new(), size: 1 }
    }

    /// Judges the next ones.
    fn fill(&mut self) {
        let processors = available_parallelism().map_or(1, NonZero::get);
        let mut block: Vec<Version> = self.versions.by_ref().take(self.size).collect();
        self.size = (self.size * 2).min(MOST * processors);
        // Each thread goes through its versions as they rise.
        let falls = block.first() > block.last();
        if falls {
            block.reverse();
        }
        let share = block.len().div_ceil(processors).max(FEW);
        let (tenant, judgement) = (self.tenant, self.judgement);
        let judged = scope(|scope| {
            let mut parts = block.chunks(share).rev();
            let last = parts.next();
            let begun: Vec<_> = parts
                .map(|part| {
                    let work = move || judge_all(tenant, judgement, part);
                    (part, Builder::new().stack_size(STACK).spawn_scoped(scope, work))
                })
                .collect();
            let last = last.map(|part| judge_all(tenant, judgement, part)).unwrap_or_default();
            let done = begun.into_iter().rev().map(|(part, thread)| match thread.map(ScopedJoinHandle::join) {
                Ok(Ok(judged)) => judged,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                Err(_) => judge_all(tenant, judgement, part),
            });
            done.collect::<Vec<_>>().into_iter().chain([last]).flatten().collect::<VecDeque<_>>()
        });
        self.ready = if falls { judged.into_iter().rev().collect() } else { judged };
    }
}

impl<J: Judgement, I: Iterator<Item = Version>> Iterator for JudgedBlocks<'_, J, I> {
    type Item = (Version, J::Answer);

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty() && !self.judgement.is_stopped() {
            self.fill();
        }
        self.ready.pop_front().filter(|_| !self.judgement.is_stopped())
    }
}

/// Judges rising versions, as many as there is time for.
fn judge_all<J: Judgement>(tenant: &Tenant, judgement: &J, versions: &[Version]) -> Vec<(Version, J::Answer)> {
    let before = versions.first().and_then(|first| judgement.before(*first));
    let mut before = before.and_then(|before| tenant.value_at(before).ok());
    let mut judged = Vec::with_capacity(versions.len());
    tenant.values_of(versions, &mut |version, value| {
        if judgement.is_stopped() {
            return ControlFlow::Break(());
        }
        let (answer, now) = match value {
            Ok(value) => (judgement.judge(version, before.as_ref(), Ok(&value)), Some(value)),
            Err(error) => (judgement.judge(version, before.as_ref(), Err(error)), None),
        };
        before = now;
        judged.push((version, answer));
        ControlFlow::Continue(())
    });
    judged
}
