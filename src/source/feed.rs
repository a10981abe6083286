//! From an importer's items to a recording's tenants: batches that grow with what comes at once.
//!
//! Patches and states are handed over as they came; the recording applies them to the head it has and says what became of
//! each.

use super::ahead::bytes;
use super::lines::{EntryPlace, TenantLines};
use super::{Event, Options, Tell};
use crate::error::{Error, InputPlace, Result, counted};
use crate::history::MAIN;
use crate::import::{Follows, ImportEnd, ImportItem, ImportProblem, Imported, Note};
use crate::record::{Body, Entry, StateChange, TenantId, Time, TimeSource, Version};
use crate::recording::{Appended, Progress, RecordCounts, Recording, Tenant};
use crate::value::Text;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Entries held back at most, so that the first are seen soon and the fold is not entered for each.
const BATCH: usize = 256;

/// Bytes of values held back at most: they share no memory before the recording has them.
const BATCH_BYTES: u64 = 4 << 20;

/// Bytes of memory that what is read may take unless somebody says otherwise.
const MEMORY: u64 = 2 << 30;

/// Which entries get the time at which they arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamping {
    /// None.
    Never,
    /// Those of a stream, until one has a time of its own.
    UntilTimed,
    /// Those that have no time of their own.
    Always,
}

pub(super) struct Feed<'a, 't> {
    recording: &'a Recording,
    branch: Option<Text>,
    /// Whether nothing is appended from the first entry on that does not apply.
    strict: bool,
    stamping: Stamping,
    /// Versions of each tenant that are there already and come once more: how many have come, of how many.
    skipped: BTreeMap<TenantId, (u64, u64)>,
    /// Which branch each tenant goes on with.
    lines: TenantLines,
    tell: &'a mut Tell<'t>,
    waiting: BTreeMap<TenantId, Vec<WaitingEntry>>,
    /// Notes on the next entry of a tenant.
    notes: BTreeMap<TenantId, Vec<Note>>,
    held: usize,
    held_bytes: u64,
    versions: u64,
    /// Bytes of memory that the recording may take.
    memory: u64,
    /// Whether it takes more.
    full: bool,
    failure: Option<Error>,
    /// What there is to say of the source, once it has been read to its end.
    end: Option<ImportEnd>,
    /// Entries appended.
    records: RecordCounts,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Fed {
    /// What there is to say of the source; `None` where it was not read to its end.
    pub end: Option<ImportEnd>,
    /// Entries appended of each tenant.
    pub records: RecordCounts,
}

/// An entry that is not appended yet.
struct WaitingEntry {
    entry: Entry,
    place: InputPlace,
    notes: Vec<Note>,
}

impl<'a, 't> Feed<'a, 't> {
    pub(super) fn new(recording: &'a Recording, options: &Options, stamping: Stamping, tell: &'a mut Tell<'t>) -> Self {
        Self {
            recording,
            branch: options.branch.as_deref().filter(|branch| *branch != MAIN).map(Text::from),
            strict: options.strict,
            stamping,
            skipped: BTreeMap::new(),
            lines: TenantLines::default(),
            tell,
            waiting: BTreeMap::new(),
            notes: BTreeMap::new(),
            held: 0,
            held_bytes: 0,
            versions: 0,
            memory: options.memory.unwrap_or(MEMORY),
            full: false,
            failure: None,
            end: None,
            records: RecordCounts::new(),
        }
    }

    /// The same, without the first versions of these tenants: they have been read before.
    pub(super) fn skipping(self, skipped: BTreeMap<TenantId, u64>) -> Self {
        let skipped = skipped.into_iter().filter(|(_, all)| *all > 0).map(|(id, all)| (id, (0, all))).collect();
        Self { skipped, ..self }
    }

    /// Tells that nothing has come for a while; whether to go on.
    pub(super) fn wait(&mut self) -> ControlFlow<()> {
        self.hand_over()?;
        if self.skipped.is_empty() {
            self.report_last_notes();
        }
        (self.tell)(Event::Waiting)
    }

    /// Whether nothing more can be taken in.
    pub(super) fn is_failed(&self) -> bool {
        self.failure.is_some()
    }

    pub(super) fn take(&mut self, item: ImportItem) -> ControlFlow<()> {
        match item {
            ImportItem::Entry(imported) if self.known(&imported).is_some() => ControlFlow::Continue(()),
            ImportItem::Entry(imported) => self.hold(*imported),
            ImportItem::Problem(_) | ImportItem::Note(_) if !self.skipped.is_empty() => ControlFlow::Continue(()),
            ImportItem::Problem(problem) => {
                self.hand_over()?;
                (self.tell)(Event::Problem(problem))
            }
            ImportItem::Note(note) if note.is_of_source => {
                self.hand_over()?;
                (self.tell)(Event::Note(note, Version(0)))
            }
            ImportItem::Note(note) => {
                self.notes.entry(note.tenant.clone()).or_default().push(note);
                ControlFlow::Continue(())
            }
            ImportItem::Progress(read, total) => {
                self.hand_over()?;
                let progress = Progress { share: share(read, total), versions: self.versions };
                (self.tell)(Event::Progress(progress))
            }
            ImportItem::End(end) => {
                self.skipped.clear();
                self.end = Some(end);
                ControlFlow::Continue(())
            }
        }
    }

    fn hold(&mut self, Imported { tenant, entry, follows, place }: Imported) -> ControlFlow<()> {
        if self.full {
            let why = self.stopped();
            let _ = (self.tell)(Event::Problem(ImportProblem { place, why }));
            return ControlFlow::Break(());
        }
        self.go_to(&tenant, &follows, entry.at)?;
        if follows != Follows::LineBefore || self.lines.is_followed(&tenant) {
            let id = entry.provenance.as_ref().and_then(|from| from.source_id.clone());
            self.lines.held(&tenant, id);
        }
        let entry = self.stamped(Entry { branch: self.branch_of(&tenant), ..entry });
        self.held += 1;
        self.held_bytes = self.held_bytes.saturating_add(bytes(&entry));
        let notes = self.notes.remove(&tenant).unwrap_or_default();
        self.waiting.entry(tenant).or_default().push(WaitingEntry { entry, place, notes });
        let full = self.held >= BATCH || self.held_bytes >= BATCH_BYTES;
        if full { self.hand_over() } else { ControlFlow::Continue(()) }
    }

    /// The version that an entry made already, where it comes once more; what follows it is known from there on.
    fn known(&mut self, imported: &Imported) -> Option<Version> {
        let (passed, all) = self.skipped.get_mut(&imported.tenant)?;
        *passed += 1;
        let version = Version(*passed);
        if passed == all {
            self.skipped.remove(&imported.tenant);
        }
        if imported.follows != Follows::LineBefore || self.lines.is_followed(&imported.tenant) {
            let id = imported.entry.provenance.as_ref().and_then(|from| from.source_id.clone());
            let branch = self.recording.handle(&imported.tenant).history().lineage().branch_of(version);
            self.lines.go_on(&imported.tenant, Some(branch).filter(|branch| branch != MAIN));
            self.lines.held(&imported.tenant, id.clone());
            self.lines.made(&imported.tenant, id.as_ref(), version);
        }
        Some(version)
    }

    /// The branch that a tenant's entries go on with.
    fn branch_of(&self, id: &TenantId) -> Option<Text> {
        self.lines.branch(id).or(self.branch.as_ref()).cloned()
    }

    /// Goes to the version that the next entry follows; a branch begins where that has been gone on from already.
    fn go_to(&mut self, id: &TenantId, follows: &Follows, at: Option<Time>) -> ControlFlow<()> {
        if *follows == Follows::LineBefore || self.lines.place(id, follows) == EntryPlace::Here {
            return ControlFlow::Continue(());
        }
        self.hand_over()?;
        let branch = match self.lines.place(id, follows) {
            EntryPlace::Here => return ControlFlow::Continue(()),
            EntryPlace::On(branch) => branch,
            EntryPlace::Fork(from) => match self.fork(id, from, at) {
                Ok(name) => Some(name),
                Err(error) => {
                    self.failure = Some(error);
                    return ControlFlow::Break(());
                }
            },
        };
        self.lines.go_on(id, branch);
        ControlFlow::Continue(())
    }

    /// Begins a branch, under a name that is free.
    fn fork(&mut self, id: &TenantId, from: Version, at: Option<Time>) -> Result<Text> {
        let tenant = self.recording.handle(id);
        let history = tenant.history();
        let mut number = 1_u64;
        while history.branch(&format!("fork-{number}")).is_some() {
            number += 1;
        }
        let name = Text::from(format!("fork-{number}"));
        let body = Body::Fork { name: name.clone(), from, baseline: None };
        tenant.append(Entry { at, ..Entry::new(body) })?;
        *self.records.entry(id.clone()).or_default() += 1;
        Ok(name)
    }

    fn stamped(&mut self, entry: Entry) -> Entry {
        if entry.at.is_some() && self.stamping == Stamping::UntilTimed {
            self.stamping = Stamping::Never;
        }
        if self.stamping == Stamping::Never || entry.at.is_some() {
            return entry;
        }
        let mut provenance = entry.provenance.unwrap_or_default();
        provenance.time_source = Some(TimeSource::Arrived);
        Entry { at: Some(self.recording.now()), provenance: Some(provenance), ..entry }
    }

    /// Appends what is held. What one tenant's part is answered stops the import only after the others' parts.
    fn hand_over(&mut self) -> ControlFlow<()> {
        (self.held, self.held_bytes) = (0, 0);
        let mut said = Vec::new();
        for (id, waiting) in std::mem::take(&mut self.waiting) {
            match self.append(&id, &waiting) {
                Ok(outcomes) => self.take_outcomes(id, waiting, &outcomes, &mut said),
                Err(error) => {
                    self.failure = Some(error);
                    break;
                }
            }
        }
        self.full = self.recording.footprint() > self.memory;
        let flow = self.report(said);
        if self.failure.is_some() { ControlFlow::Break(()) } else { flow }
    }

    /// Tells what there is to be said, in the order of the source: that does not depend on how much comes at once. Not
    /// asked before the end whether to go on: it is said of versions that are there.
    fn report(&mut self, mut said: Vec<(InputPlace, Event)>) -> ControlFlow<()> {
        said.sort_by_key(|(place, _)| place.byte);
        let mut flow = ControlFlow::Continue(());
        for (_, event) in said {
            if (self.tell)(event).is_break() {
                flow = ControlFlow::Break(());
            }
        }
        flow
    }

    /// Why the rest is not read.
    fn stopped(&self) -> String {
        let advice = match self.recording.directory() {
            None => "a recording on disk holds more: record the source into one",
            Some(_) => "record the rest into another recording",
        };
        format!(
            "stopped here: {} read and can be used; more would take over {} MiB of memory, which is the limit; {advice}",
            counted(self.versions, "version"),
            self.memory >> 20,
        )
    }

    /// Tells how many versions were made, and takes what is to be said of each.
    fn take_outcomes(
        &mut self,
        id: TenantId,
        waiting: Vec<WaitingEntry>,
        outcomes: &[Appended],
        said: &mut Vec<(InputPlace, Event)>,
    ) {
        let refused = outcomes.iter().filter(|outcome| matches!(outcome, Appended::Refused { .. })).count();
        *self.records.entry(id.clone()).or_default() += (outcomes.len() - refused) as u64;
        let made = outcomes.iter().filter(|outcome| outcome.version().is_some()).count() as u64;
        self.versions += made;
        let _ = (self.tell)(Event::Took(id.clone(), made));
        for (WaitingEntry { entry, place, notes }, outcome) in waiting.into_iter().zip(outcomes) {
            if let Some(version) = outcome.version() {
                let from = entry.provenance.as_ref().and_then(|from| from.source_id.as_ref());
                self.lines.made(&id, from, version);
            }
            let of_version = |note: Note| Some((note.place.clone(), Event::Note(note, outcome.version()?)));
            said.extend(notes.into_iter().filter_map(of_version));
            if let (Appended::Invalid { why, .. } | Appended::Refused { why }, false) = (outcome, is_invalid(&entry)) {
                said.push((place.clone(), Event::Problem(ImportProblem { place, why: why.to_string() })));
            }
        }
    }

    /// Someone may roll back in the debugger while a stream is recorded: catch up, and append to the head there is then.
    fn append(&self, id: &TenantId, waiting: &[WaitingEntry]) -> Result<Vec<Appended>> {
        let tenant = self.tenant(id)?;
        loop {
            let known = tenant.history().position();
            let entries = waiting.iter().map(|waiting| waiting.entry.clone()).collect();
            let tried = if self.strict { tenant.append_valid(entries) } else { tenant.append_all(entries) };
            let Err(conflict @ Error::Conflict { .. }) = tried else { return tried };
            tenant.catch_up()?;
            // Another handle may have taken in what was new.
            if tenant.history().position() == known {
                return Err(conflict);
            }
        }
    }

    /// The tenant, going on with the branch asked for, which must be there.
    fn tenant(&self, id: &TenantId) -> Result<Tenant> {
        let tenant = self.recording.handle(id);
        if tenant.history().newest() == Version(0) {
            tenant.catch_up()?;
        }
        match &self.branch_of(id) {
            Some(branch) => tenant.on(branch),
            None => Ok(tenant),
        }
    }

    /// Tells the notes that no version followed: they are about the source.
    fn report_last_notes(&mut self) {
        for note in std::mem::take(&mut self.notes).into_values().flatten() {
            let _nothing_is_left_to_stop = (self.tell)(Event::Note(note, Version(0)));
        }
    }

    /// Hands over the rest; answers what stopped the import, if something did.
    pub(super) fn finish(mut self) -> Result<Fed> {
        if self.failure.is_none() {
            let _ = self.hand_over();
            self.report_last_notes();
        }
        match self.failure {
            Some(error) => Err(error),
            None => Ok(Fed { end: self.end, records: self.records }),
        }
    }
}

/// Whether the importer has told already what is wrong with an entry, or its source did.
fn is_invalid(entry: &Entry) -> bool {
    matches!(entry.body, Body::Transition { change: StateChange::Invalid { .. }, .. })
}

#[expect(clippy::cast_precision_loss, reason = "a share for a progress bar")]
fn share(read: u64, total: Option<u64>) -> Option<f64> {
    total.map(|total| if total == 0 { 1.0 } else { (read as f64 / total as f64).min(1.0) })
}
