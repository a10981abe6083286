//! From an importer's items to a recording's tenants: batches that grow with what comes at once.

use super::{Event, Tell};
use crate::error::{Error, Result};
use crate::history::MAIN;
use crate::import::Item;
use crate::record::{Entry, TenantId, Version};
use crate::recording::{Progress, Recording, Tenant};
use crate::value::Text;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Entries held back at most, so that the first are seen soon and the fold is not entered for each.
const BATCH: usize = 256;

pub(super) struct Feed<'a, 't> {
    recording: &'a Recording,
    branch: Option<Text>,
    tell: &'a mut Tell<'t>,
    waiting: BTreeMap<TenantId, Vec<Entry>>,
    held: usize,
    versions: u64,
    failure: Option<Error>,
}

impl<'a, 't> Feed<'a, 't> {
    pub(super) fn new(recording: &'a Recording, branch: Option<&str>, tell: &'a mut Tell<'t>) -> Self {
        let branch = branch.filter(|branch| *branch != MAIN).map(Text::from);
        Self { recording, branch, tell, waiting: BTreeMap::new(), held: 0, versions: 0, failure: None }
    }

    pub(super) fn take(&mut self, item: Item) -> ControlFlow<()> {
        match item {
            Item::Entry(tenant, entry) => {
                let entry = Entry { branch: self.branch.clone(), ..entry };
                self.waiting.entry(tenant).or_default().push(entry);
                self.held += 1;
                if self.held >= BATCH { self.hand_over() } else { ControlFlow::Continue(()) }
            }
            Item::Problem(problem) => {
                self.hand_over()?;
                (self.tell)(Event::Problem(problem))
            }
            Item::Note(note) => {
                let version = self.next_version(&note.tenant);
                (self.tell)(Event::Note(note, version))
            }
            Item::Progress(read, total) => {
                self.hand_over()?;
                let progress = Progress { share: share(read, total), versions: self.versions };
                (self.tell)(Event::Progress(progress))
            }
        }
    }

    /// The version that the next entry of a tenant becomes.
    fn next_version(&self, id: &TenantId) -> Version {
        let waiting = self.waiting.get(id).map_or(0, |entries| entries.len() as u64);
        let there = self.recording.tenant_or_new(id).map_or(0, |tenant| tenant.history().newest().0);
        Version(there + waiting + 1)
    }

    fn hand_over(&mut self) -> ControlFlow<()> {
        self.versions += self.held as u64;
        self.held = 0;
        for (id, entries) in std::mem::take(&mut self.waiting) {
            let appended = self.tenant(&id).and_then(|tenant| append(&tenant, &entries));
            if let Err(error) = appended {
                self.failure = Some(error);
                return ControlFlow::Break(());
            }
            // The rest is handed over all the same.
            let _ = (self.tell)(Event::Took(id, entries.len() as u64));
        }
        ControlFlow::Continue(())
    }

    /// The tenant, going on with the branch asked for, which must be there.
    fn tenant(&self, id: &TenantId) -> Result<Tenant> {
        let tenant = self.recording.tenant_or_new(id)?;
        let Some(branch) = &self.branch else { return Ok(tenant) };
        if tenant.history().newest() == Version(0) {
            tenant.catch_up()?;
        }
        tenant.on(branch)
    }

    /// Hands over the rest; answers what stopped the import, if something did.
    pub(super) fn finish(mut self) -> Result<()> {
        if self.failure.is_none() {
            let _ = self.hand_over();
        }
        match self.failure {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

/// Someone may roll back in the debugger while a stream is recorded: catch up, and append after that.
fn append(tenant: &Tenant, entries: &[Entry]) -> Result<()> {
    loop {
        let known = tenant.history().position();
        match tenant.append_all(entries.to_vec()) {
            Err(conflict @ Error::Conflict { .. }) => {
                tenant.catch_up()?;
                // Another handle may have taken in what was new.
                if tenant.history().position() == known {
                    return Err(conflict);
                }
            }
            outcome => return outcome,
        }
    }
}

/// Without a known total nothing can be said before the end.
#[expect(clippy::cast_precision_loss, reason = "a share for a progress bar")]
fn share(read: u64, total: Option<u64>) -> f64 {
    total.filter(|total| *total > 0).map_or(0.0, |total| (read as f64 / total as f64).min(1.0))
}
