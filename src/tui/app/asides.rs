//! What the views show beside the frame's own values, kept once found out: versions never change.

use super::tasks::Kind;
use super::{App, Effect, Session, View};
use crate::Error;
use crate::record::Version;
use crate::tui::job::{Ask, Found, Job};
use crate::tui::pane;
use crate::view::changes::Changes;
use crate::view::{Ends, snapshots, transactions, variants};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Diffs kept: each holds two values, though those share what they have in common.
const MOST_DIFFS: usize = 48;
/// Counts kept.
const MOST_COUNTS: usize = 10_000;
/// Ways back of one transaction that are proved.
const MOST_PROOFS: usize = 24;

/// What has been found out.
#[derive(Debug, Default)]
pub struct Asides {
    diffs: BTreeMap<Ends, Result<Box<Changes>, String>>,
    keys: BTreeMap<Version, Result<u64, String>>,
    choices: u64,
}

impl Asides {
    /// What differs between two versions: nothing yet, or why it could not be found out.
    pub fn diff(&self, ends: Ends) -> Option<Result<&Changes, &str>> {
        self.diffs.get(&ends).map(|found| found.as_ref().map(AsRef::as_ref).map_err(String::as_str))
    }

    /// Whether two versions are equal, where that is known.
    pub fn equal(&self, a: Version, b: Version) -> Option<bool> {
        self.diff(Ends { a, b })?.ok().map(|changes| changes.count() == 0)
    }

    /// How many keys a version has, where that is known.
    pub fn keys(&self, version: Version) -> Option<u64> {
        self.keys.get(&version)?.as_ref().ok().copied()
    }

    /// Forgets what differs where arrays are matched by other choices by now.
    fn match_by(&mut self, choices: u64) {
        if self.choices != choices {
            (self.choices, self.diffs) = (choices, BTreeMap::new());
        }
    }

    fn knows(&self, ask: Ask) -> bool {
        match ask {
            Ask::Diff(ends) => self.diffs.contains_key(&ends),
            Ask::Keys(version) => self.keys.contains_key(&version),
        }
    }

    /// Takes an answer. When there are too many all go: those still shown are asked for again.
    pub fn take(&mut self, ask: Ask, found: Result<Found, Error>) {
        if self.diffs.len() >= MOST_DIFFS {
            self.diffs.clear();
        }
        if self.keys.len() >= MOST_COUNTS {
            self.keys.clear();
        }
        match (ask, found.map_err(|error| error.to_string())) {
            (Ask::Diff(ends), Ok(Found::Diff(changes))) => drop(self.diffs.insert(ends, Ok(changes))),
            (Ask::Keys(version), Ok(Found::Keys(keys))) => drop(self.keys.insert(version, Ok(keys))),
            (Ask::Diff(ends), Err(why)) => drop(self.diffs.insert(ends, Err(why))),
            (Ask::Keys(version), Err(why)) => drop(self.keys.insert(version, Err(why))),
            (Ask::Diff(_), Ok(Found::Keys(_))) | (Ask::Keys(_), Ok(Found::Diff(_))) => {}
        }
    }
}

impl App {
    /// Asks for the first thing that the view shows and that is not known. One at a time: what is no longer on the screen
    /// is not asked for.
    pub(super) fn fetch_aside(&mut self) -> Option<Effect> {
        let session = self.session_mut()?;
        let choices = session.choices();
        session.lists.asides.match_by(choices);
        let session = self.session()?;
        let asked = self.tasks.find(session.id, |kind| matches!(kind, Kind::Detail(_))).is_some();
        let ask = self.asides_wanted().into_iter().find(|ask| !asked && !session.lists.asides.knows(*ask))?;
        let (id, tenant, keys) = (session.id, session.tenant.clone(), Arc::clone(&session.array_keys));
        Some(self.begin(id, Job::Aside { tenant, ask, keys }))
    }

    fn asides_wanted(&self) -> Vec<Ask> {
        let Some(session) = self.session() else { return Vec::new() };
        match self.workspace.view {
            View::Debug | View::Diff | View::History => Vec::new(),
            View::Find => session.end_of_hit().map(Ask::Diff).into_iter().collect(),
            View::Snapshots => self.wanted_of_snapshots(session),
            View::Transactions => session.wanted_of_transaction(),
            View::Variants => session.end_of_variant().map(Ask::Diff).into_iter().collect(),
            View::Branches => session.end_of_branch().map(Ask::Diff).into_iter().collect(),
        }
    }

    /// The diffs of the selected one, then the keys of those on the screen.
    fn wanted_of_snapshots(&self, session: &Session) -> Vec<Ask> {
        let height = pane::table::height(self.list_areas().list);
        let history = session.history();
        let (list, filter) = (&session.snapshots, session.lists.filter.as_str());
        let id = snapshots::selected(&history, list, filter);
        let ends = id.map(|id| session.ends_of_snapshot(&history, id)).unwrap_or_default();
        let rows = snapshots::snapshots(&history, list, filter, session.cursor, height).rows;
        ends.into_iter().map(Ask::Diff).chain(rows.into_iter().map(|row| Ask::Keys(row.version))).collect()
    }
}

impl Session {
    /// This snapshot against the cursor, and the one before against it.
    pub fn ends_of_snapshot(&self, history: &crate::history::History, id: crate::record::SnapshotId) -> Vec<Ends> {
        let Some(snapshot) = history.marks().get(id) else { return Vec::new() };
        let before = snapshots::previous(history, id).map(|before| Ends { a: before.version, b: snapshot.version });
        [Some(Ends { a: snapshot.version, b: self.cursor }), before].into_iter().flatten().collect()
    }

    fn wanted_of_transaction(&self) -> Vec<Ask> {
        let Some(detail) = self.transaction() else { return Vec::new() };
        let proofs = detail.steps.iter().filter_map(|step| Some(Ends { a: step.version?, b: step.equals? }));
        let proofs: Vec<Ends> = proofs.take(MOST_PROOFS).collect();
        self.ends_of_step(&detail).into_iter().chain(proofs).map(Ask::Diff).collect()
    }

    /// The transaction shown.
    pub fn transaction(&self) -> Option<transactions::Detail> {
        let history = self.history();
        let id = transactions::selected(&history, &self.lists.transactions, self.lists.which)?;
        transactions::detail(&history, id, &self.asked.counts)
    }

    /// What the focused step changed: its version against the one before on its line.
    pub fn ends_of_step(&self, detail: &transactions::Detail) -> Option<Ends> {
        let step = detail.steps.get(self.lists.steps.selected(detail.steps.len())?)?;
        let (history, made) = (self.history(), step.version?);
        // A way back is shown by what it did to the state, not by what it equals.
        let before = if step.equals.is_some() {
            Some(Version(made.0.saturating_sub(1)))
        } else {
            history.lineage().parent(made)
        };
        Some(Ends { a: before?, b: made })
    }

    /// From the baseline to the selected variant's newest version.
    pub fn end_of_variant(&self) -> Option<Ends> {
        let comparison = variants::comparison(&self.history(), &self.lists.variants)?;
        let head = variants::head(&comparison, &self.lists.variants)?;
        Some(Ends { a: comparison.baseline.version, b: head })
    }

    /// What the first version of the selected run changed.
    pub fn end_of_hit(&self) -> Option<Ends> {
        let b = self.asked.finding.found.selected()?.span.from;
        Some(Ends { a: self.before(b), b })
    }

    /// From the head of `main` to the selected branch's.
    pub fn end_of_branch(&self) -> Option<Ends> {
        let history = self.history();
        let branch = crate::view::branches::selected(&history, &self.lists.branches)?;
        Some(Ends { a: history.head(), b: branch.head })
    }
}
