//! Transactions as bytes.

use super::{Transaction, TransactionEvent, TransactionPart, TransactionState, Transactions};
use crate::bytes::{Binary, ByteReader, binary_enum, binary_struct};
use crate::record::Version;
use std::sync::OnceLock;

binary_struct!(Transaction { id, name, at, by, began, branch, base, planned, state, closed, events, doubt });
binary_struct!(TransactionEvent { position, at, step, what });
binary_enum!(TransactionState { 0 => Open, 1 => Committed, 2 => Failed, 3 => Undone });
binary_enum!(TransactionPart {
    0 => Step { version, name },
    1 => Checkpoint { snapshot, version },
    2 => Failed { name, why },
    3 => Back { version, to },
});

impl Binary for Transactions {
    fn encode(&self, out: &mut Vec<u8>) {
        self.before.encode(out);
        self.all.encode(out);
        self.made.encode(out);
        self.failures.encode(out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        let (before, all, made, failures) = Binary::decode(from)?;
        Some(Self { before, all, made, failures, needed: OnceLock::new(), listed: OnceLock::new() })
    }
}

impl Transactions {
    /// Whether they name versions up to this one.
    pub fn are_within(&self, newest: Version) -> bool {
        let event = |event: &TransactionEvent| match event.what {
            // Where it went back to is what its record says, which no fold has looked at.
            TransactionPart::Step { version, .. }
            | TransactionPart::Checkpoint { version, .. }
            | TransactionPart::Back { version, .. } => version <= newest,
            TransactionPart::Failed { .. } => true,
        };
        let one = |tx: &Transaction| tx.base <= newest && tx.events.iter().all(event);
        self.all.iter().all(one)
            && self.made.iter().all(|(version, _)| *version <= newest)
            && self.failures.iter().all(|version| *version <= newest)
    }
}
