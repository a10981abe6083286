//! Reading a source on a thread of its own while what was read is taken in.
//!
//! Must not name: files, `recording`.

use crate::error::Result;
use crate::import::{ImportItem, ItemSink};
use crate::record::{Body, Entry, StateChange};
use std::ops::ControlFlow;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

/// Items handed over at once, and bytes of their values.
const ITEMS: usize = 256;
const BYTES: u64 = 1 << 20;
/// Batches that wait to be taken, at most.
const WAITING: usize = 2;

/// Items on their way.
pub(super) struct ItemBatch {
    items: Vec<ImportItem>,
    bytes: u64,
    to: SyncSender<Vec<ImportItem>>,
}

impl ItemBatch {
    /// One that is sent there.
    pub fn new(to: SyncSender<Vec<ImportItem>>) -> Self {
        Self { items: Vec::new(), bytes: 0, to }
    }

    /// Holds an item back until there are enough of them, or there is progress.
    pub fn take(&mut self, item: ImportItem) -> ControlFlow<()> {
        let is_progress = matches!(item, ImportItem::Progress(..) | ImportItem::End(_));
        if let ImportItem::Entry(imported) = &item {
            self.bytes = self.bytes.saturating_add(bytes(&imported.entry));
        }
        self.items.push(item);
        if is_progress || self.items.len() >= ITEMS || self.bytes >= BYTES {
            self.send()
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Sends what is held back. Breaks where nobody takes it any more.
    pub fn send(&mut self) -> ControlFlow<()> {
        self.bytes = 0;
        let sent = self.to.send(std::mem::take(&mut self.items));
        if sent.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

/// Runs `read` on a thread, whose items come to `take` here, in order. Where no thread can be had, both run here. The
/// thread has ended when this returns; what it panics with goes on here.
///
/// # Errors
/// Those of `read`.
pub(super) fn read_ahead(
    read: impl FnOnce(&mut ItemSink<'_>) -> Result<()> + Send,
    take: &mut ItemSink<'_>,
) -> Result<()> {
    if thread::available_parallelism().map_or(1, usize::from) < 2 {
        return read(take);
    }
    thread::scope(|scope| {
        let (to, batches) = sync_channel(WAITING);
        let reader = scope.spawn(move || {
            let mut batch = ItemBatch::new(to);
            let outcome = read(&mut |item| batch.take(item));
            let _nobody_wants_more = batch.send();
            outcome
        });
        let taken = batches.iter().try_for_each(|items| items.into_iter().try_for_each(&mut *take));
        // Who reads is told by its next item that nothing more is wanted.
        drop(batches);
        let outcome = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        if taken.is_break() { Ok(()) } else { outcome }
    })
}

/// About how many bytes an entry's values take written out.
pub(super) fn bytes(entry: &Entry) -> u64 {
    match &entry.body {
        Body::Transition { change: StateChange::State(value), .. } => value.size(),
        Body::Transition { change: StateChange::Patch(patch), .. } => patch.size(),
        Body::Transition { change: StateChange::Invalid { raw, .. }, .. } => raw.len() as u64,
        _ => 0,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::error::{Error, InputPlace};
    use crate::import::{Follows, Imported};

    fn entry(n: u64) -> ImportItem {
        let body = Body::Transition { label: n.to_string().as_str().into(), change: StateChange::Deleted };
        let place = InputPlace { line: n, ..InputPlace::default() };
        ImportItem::Entry(Box::new(Imported {
            tenant: "t".into(),
            entry: Entry::new(body),
            follows: Follows::LineBefore,
            place,
        }))
    }

    fn line(item: &ImportItem) -> u64 {
        match item {
            ImportItem::Entry(imported) => imported.place.line,
            ImportItem::Progress(read, _) => *read,
            _ => 0,
        }
    }

    #[test]
    fn items_come_in_order_and_no_more_than_wanted() {
        for (count, wanted) in
            [(0, 5), (1, 5), (255, 900), (256, 900), (257, 900), (5_000, 9_000), (5_000, 300), (5_000, 1)]
        {
            let mut taken = Vec::new();
            let mut made = 0;
            let read = |sink: &mut ItemSink<'_>| {
                for n in 0..count {
                    made += 1;
                    let item = if n % 97 == 96 { ImportItem::Progress(n, None) } else { entry(n) };
                    if sink(item).is_break() {
                        return Ok(());
                    }
                }
                Ok(())
            };
            read_ahead(read, &mut |item| {
                taken.push(line(&item));
                if taken.len() as u64 == wanted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .unwrap();
            assert_eq!(taken, (0..count.min(wanted)).collect::<Vec<_>>());
            assert!(made <= wanted + 5 * ITEMS as u64, "{made} of {count} for {wanted}");
        }
    }

    #[test]
    fn what_came_before_an_error_is_taken_and_a_panic_goes_on() {
        let mut taken = 0;
        let read = |sink: &mut ItemSink<'_>| {
            let _ = (sink(entry(1)), sink(entry(2)));
            Err(Error::Usage("no more".into()))
        };
        let outcome = read_ahead(read, &mut |_| {
            taken += 1;
            ControlFlow::Continue(())
        });
        assert!(outcome.is_err() && taken == 2);
        let panics = || read_ahead(|_| panic!("on purpose"), &mut |_| ControlFlow::Continue(()));
        assert!(std::panic::catch_unwind(panics).is_err());
    }
}
