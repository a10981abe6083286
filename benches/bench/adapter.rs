//! The only file here that knows how `asof` spells things.

use asof::{Op, Patch, Pointer, Recording, SnapshotRequest, Strategy, Tenant, Value, Version};
use std::path::Path;
use std::sync::Arc;

pub use asof::{Value as State, parse};

use crate::input::Step;

/// One tenant's history, in memory or on the disk.
pub struct History {
    #[cfg_attr(not(feature = "bench"), expect(dead_code, reason = "what the screen shows"))]
    recording: Arc<Recording>,
    tenant: Tenant,
}

/// The patch of a step.
pub fn patch(step: Step) -> Patch {
    let path = Pointer::parse(&step.pointer()).unwrap();
    Patch(vec![Op::Replace { path, value: Value::from(step.n) }])
}

/// The patch that gives one entry a number.
pub fn patch_to(n: u64) -> Patch {
    Patch(vec![Op::Add { path: Pointer::parse("/entries/a").unwrap(), value: Value::from(n) }])
}

/// The state after a step, sharing the rest.
pub fn stepped(state: &Value, step: &Patch) -> Value {
    step.apply(state).unwrap()
}

/// How many values differ.
pub fn differences(left: &Value, right: &Value) -> usize {
    asof::diff(left, right).changes.len()
}

/// Whether the patch between two states makes the one of the other.
pub fn patch_leads(left: &Value, right: &Value) -> bool {
    asof::between(left, right).apply(left).unwrap() == *right
}

impl History {
    /// In memory.
    pub fn memory() -> Self {
        Self::of(Recording::memory())
    }

    /// In a new directory.
    pub fn create(directory: &Path) -> Self {
        Self::of(Recording::create(directory).unwrap())
    }

    /// From a directory, read to its end.
    pub fn open(directory: &Path) -> Self {
        let history = Self::of(Recording::open(directory).unwrap());
        history.tenant.load(&mut |_| std::ops::ControlFlow::Continue(())).unwrap();
        history
    }

    fn of(recording: Recording) -> Self {
        let tenant = recording.tenant_or_new(&"main".into()).unwrap();
        Self { recording: Arc::new(recording), tenant }
    }

    /// With a first state.
    pub fn with(self, state: Value) -> Self {
        self.tenant.set("first", state).unwrap();
        self
    }

    pub fn apply(&self, patch: &Patch) {
        self.tenant.patch("step", patch).unwrap();
    }

    pub fn newest(&self) -> u64 {
        self.tenant.history().newest().0
    }

    pub fn at(&self, version: u64) -> Value {
        self.tenant.value_at(Version(version)).unwrap()
    }

    /// What is at a path at a version, without the rest of the value where paths are indexed.
    pub fn part(&self, version: u64, path: &asof::Path) -> Option<Value> {
        self.tenant.part_at(Version(version), path).unwrap()
    }

    pub fn snapshot(&self, name: &str) {
        let request = SnapshotRequest::named(name);
        self.tenant.snapshot(&request).unwrap();
    }

    pub fn snapshot_at(&self, name: &str, version: u64) {
        self.tenant.snapshot(&SnapshotRequest::named(name).at(Version(version))).unwrap();
    }

    /// A transaction of so many steps, each a change of one number, with a checkpoint behind each.
    pub fn transaction(&self, steps: usize) {
        let step = |steps: asof::TransactionBuilder<'static>, n: usize| {
            steps.step("step", move |draft| Ok(draft.set(".n", &n)?)).checkpoint(&format!("c{n}"))
        };
        (0..steps).fold(self.tenant.transaction("many"), step).run().unwrap();
    }

    pub fn roll_back(&self, version: u64) {
        self.tenant.rollback(&Strategy::Version(Version(version)), "").unwrap();
    }
}

/// Questions over time about a history.
#[cfg(feature = "bench")]
pub struct Asked(asof::asked::IndexedTenant);

#[cfg(feature = "bench")]
impl Asked {
    /// Indexes what is not indexed yet.
    pub fn of(history: &History) -> Self {
        Self(asof::asked::IndexedTenant::new(&history.tenant).unwrap())
    }

    /// Bytes of the index in its file.
    pub fn bytes(&self) -> usize {
        self.0.bytes()
    }

    /// The last version before one that changed a leaf, by the index alone.
    pub fn previous_change(&self, leaf: &asof::Path, state: &Value, version: u64) -> Option<u64> {
        self.0.previous_change(leaf, state, version)
    }

    /// The same with the values before and after.
    pub fn previous_values(&self, leaf: &asof::Path, version: u64) -> Option<u64> {
        self.0.previous_values(leaf, version).unwrap()
    }

    /// Who wrote some leaves of a version last.
    pub fn writers(&self, version: u64, leaves: &[asof::Path]) -> Vec<Option<u64>> {
        self.0.writers(version, leaves).unwrap()
    }

    /// The first version for which a filter holds, and how often it was evaluated.
    pub fn first(&self, filter: &str) -> (Option<u64>, u64) {
        self.0.first(filter)
    }

    /// How many values an expression has over time.
    pub fn trace(&self, expression: &str) -> usize {
        self.0.trace(expression).unwrap()
    }
}

/// The path of an entry's number.
#[cfg(feature = "bench")]
pub fn leaf(entry: usize) -> asof::Path {
    asof::Path::parse(&format!(".entries.e{entry:07}.n"), &Value::Null).unwrap()
}

/// The screen of a history at 200x60, without a terminal.
#[cfg(feature = "bench")]
pub struct Screen(asof::bench::BenchScreen);

#[cfg(feature = "bench")]
impl Screen {
    pub fn of(history: &History) -> Self {
        Self(asof::bench::BenchScreen::of(&history.recording, 200, 60).unwrap())
    }

    /// From a key press to the finished frame; answers how many cells are not blank.
    pub fn press(&mut self, keys: &str) -> usize {
        self.0.press(keys)
    }

    /// What the timeline shows, worked out anew; answers how many columns it has.
    pub fn strip(&self) -> usize {
        self.0.strip()
    }

    /// How many lanes are drawn over all columns.
    pub fn lanes(&self) -> usize {
        self.0.lanes()
    }
}

/// Reads any source as the program does; answers how many versions it had.
pub fn read(source: &Path) -> u64 {
    let address = asof::SourceAddress::parse(source.to_str().unwrap()).unwrap();
    let recording = asof::open_source(&address).unwrap();
    asof::read_source(&address, &asof::SourceOptions::default(), &recording, &mut |_| {
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    recording.tenant(&"main".into()).unwrap().history().newest().0
}

/// Reads all records of a log and keeps none; answers how many there are.
pub fn decode(directory: &Path) -> u64 {
    let (log, tenant) = (asof::FileLog::open(directory).unwrap(), "main".into());
    let (mut after, mut count) = (asof::Position(0), 0);
    loop {
        let batch = asof::Log::read(&log, &tenant, after, 256).unwrap();
        let Some(last) = batch.records.last() else { return count };
        (after, count) = (last.position, count + batch.records.len() as u64);
    }
}
