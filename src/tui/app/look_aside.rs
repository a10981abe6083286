//! Asks for what the views show beside the frame's own values.

use super::tasks::Kind;
use super::{App, Effect, Session, View};
use crate::record::Version;
use crate::tui::job::{Ask, Job};
use crate::tui::pane;
use crate::view::{Ends, snapshots, transactions, variants};
use std::sync::Arc;

/// Ways back of one transaction that are proved.
const MOST_PROOFS: usize = 24;

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
