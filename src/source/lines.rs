//! Which branch an imported entry goes on with, where its source says what it follows.

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use crate::import::Follows;
use crate::record::{TenantId, Version};
use crate::value::Text;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Where an entry goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum EntryPlace {
    /// Behind the entry before it.
    Here,
    /// Behind the head of this branch; `None` is the one that is imported into.
    On(Option<Text>),
    /// On a new branch from this version.
    Fork(Version),
}

/// The lines of each tenant.
#[derive(Debug, Default)]
pub(super) struct TenantLines(BTreeMap<TenantId, TenantLine>);

#[derive(Debug, Default)]
struct TenantLine {
    /// The branch that entries go on with; `None` is the one that is imported into.
    branch: Option<Text>,
    /// The id of the last entry that has one: those behind it without an id belong to it.
    last: Option<Text>,
    /// The same of the last entry that has made a version.
    last_made: Option<Text>,
    /// Whether there is an entry.
    is_begun: bool,
    /// The version that an id has made, and its branch.
    made: FxHashMap<Text, (Version, Option<Text>)>,
    /// The newest version of each branch.
    heads: FxHashMap<Option<Text>, Version>,
}

impl TenantLines {
    /// Where an entry goes; what [`TenantLines::made`] has not been told of only by its being the last.
    pub fn place(&self, tenant: &TenantId, follows: &Follows) -> EntryPlace {
        let Some(line) = self.0.get(tenant).filter(|line| line.is_begun) else { return EntryPlace::Here };
        match follows {
            Follows::LineBefore => EntryPlace::Here,
            Follows::Nothing => EntryPlace::Fork(Version(0)),
            Follows::Event(id) if line.last.as_ref() == Some(id) => EntryPlace::Here,
            Follows::Event(id) => match line.made.get(id) {
                Some((version, branch)) if line.heads.get(branch) == Some(version) => EntryPlace::On(branch.clone()),
                Some((version, _)) => EntryPlace::Fork(*version),
                None => EntryPlace::Fork(Version(0)),
            },
        }
    }

    /// Whether the source says of a tenant what its entries follow.
    pub fn is_followed(&self, tenant: &TenantId) -> bool {
        self.0.contains_key(tenant)
    }

    /// The branch that a tenant goes on with.
    pub fn branch(&self, tenant: &TenantId) -> Option<&Text> {
        self.0.get(tenant)?.branch.as_ref()
    }

    /// Goes on with another branch.
    pub fn go_on(&mut self, tenant: &TenantId, branch: Option<Text>) {
        self.0.entry(tenant.clone()).or_default().branch = branch;
    }

    /// An entry that goes where it was said is held.
    pub fn held(&mut self, tenant: &TenantId, id: Option<Text>) {
        let line = match self.0.get_mut(tenant) {
            Some(line) => line,
            None => self.0.entry(tenant.clone()).or_default(),
        };
        line.last = id.or(line.last.take());
        line.is_begun = true;
    }

    /// An entry of the branch that its tenant goes on with has made a version.
    pub fn made(&mut self, tenant: &TenantId, id: Option<&Text>, version: Version) {
        let Some(line) = self.0.get_mut(tenant) else { return };
        line.heads.insert(line.branch.clone(), version);
        line.last_made = id.cloned().or(line.last_made.take());
        if let Some(id) = line.last_made.clone() {
            line.made.insert(id, (version, line.branch.clone()));
        }
    }
}
