//! What is open in the trees, kept from one run to the next.

use super::{App, Effect, Session};
use crate::recording::Tenant;
use crate::tui::store::{StoreWrite, StoredFolds, key_of};

impl App {
    /// Keeps how the source was looked at.
    pub(super) fn keep_views(&self) -> Vec<Effect> {
        self.keep_folds().into_iter().chain(self.keep_followed()).collect()
    }

    /// Keeps what was opened and closed since the source was opened.
    fn keep_folds(&self) -> Vec<Effect> {
        let source = self.workspace.address.as_ref().and_then(key_of);
        let kept = self.workspace.sessions.iter().filter_map(|session| {
            let (tenant, folds) = (session.tenant.id().0.to_string(), session.folds());
            let changed = folds != self.kept_folds(&session.tenant);
            Some(Effect::Keep(StoreWrite::Folds { source: source.clone()?, tenant, folds })).filter(|_| changed)
        });
        kept.collect()
    }

    /// What earlier runs left open and closed.
    pub(super) fn kept_folds(&self, tenant: &Tenant) -> StoredFolds {
        let source = self.workspace.address.as_ref().and_then(key_of);
        let of_source = source.and_then(|source| self.folds.get(&source));
        of_source.and_then(|tenants| tenants.get(&*tenant.id().0)).cloned().unwrap_or_default()
    }
}

impl Session {
    fn folds(&self) -> StoredFolds {
        StoredFolds { state: self.tree.kept_folds(), diff: self.difftree.kept_folds() }
    }

    /// Opens and closes what an earlier run did.
    pub(super) fn recall(&mut self, folds: &StoredFolds) {
        self.tree.recall(&folds.state);
        self.difftree.recall(&folds.diff);
    }
}
