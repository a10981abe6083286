//! What is asked of transactions and settings.
//!
//! Must not name: values.

use crate::history::chunked::Chunked;
use crate::history::ledger::transactions::Transaction;
use crate::history::marks::Snapshot;
use crate::history::parts::History;
use crate::record::{Settings, SnapshotId, SnapshotKind, TransactionId, Version};
use im::OrdSet;

impl History {
    /// All transactions, oldest first.
    pub fn transactions(&self) -> &Chunked<Transaction> {
        self.ledger.transactions.all()
    }

    /// The id that the next one gets.
    pub fn next_transaction(&self) -> TransactionId {
        self.ledger.transactions.next_id()
    }

    /// One of them. O(1).
    pub fn transaction(&self, id: TransactionId) -> Option<&Transaction> {
        self.ledger.transactions.get(id)
    }

    /// Whether a snapshot is a checkpoint that an open or failed transaction may still go back to.
    pub fn holds_checkpoint(&self, snapshot: &Snapshot) -> bool {
        snapshot.kind == SnapshotKind::Checkpoint && self.held_checkpoints().contains(&snapshot.id)
    }

    /// The checkpoints that an open or failed transaction may still go back to. O(1); after a transaction began,
    /// went back or ended O(events of the newest transactions).
    pub fn held_checkpoints(&self) -> &OrdSet<SnapshotId> {
        self.ledger.transactions.needed()
    }

    /// The versions after which a step of a transaction failed, in order; one twice after which two did.
    pub fn failures(&self) -> &Chunked<Version> {
        self.ledger.transactions.failures()
    }

    /// The transaction one of whose steps made a version. O(log n).
    pub fn transaction_of(&self, version: Version) -> Option<&Transaction> {
        self.ledger.transactions.of(version)
    }

    /// How the tenant is kept.
    pub fn settings(&self) -> &Settings {
        &self.ledger.settings
    }

    /// Whether moving a head or taking something away asks for the tenant's name.
    pub fn is_guarded(&self) -> bool {
        self.ledger.is_guarded()
    }

    /// Whether replacing the settings by these would lift the guard.
    pub fn lifts_guard(&self, new: &Settings) -> bool {
        self.ledger.lifts_guard(new)
    }
}
