//! What a caller explicitly allows.
//!
//! Must not name: `history`, `log`.

use crate::value::Text;

/// What a caller explicitly allows; nothing by default. See [`Tenant::allowing`](super::Tenant::allowing).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allow {
    /// Going back to a version whose value may be wrong.
    pub doubtful: bool,
    /// An undo or redo that leaves newer versions of other writers behind.
    pub leaving_others: bool,
    /// The tenant's name, where it is guarded.
    pub confirmed: Option<Text>,
}

impl Allow {
    /// Going back to a version whose value may be wrong, or not.
    #[must_use]
    pub fn doubtful(self, doubtful: bool) -> Self {
        Self { doubtful, ..self }
    }

    /// An undo or redo that leaves newer versions of other writers behind, or not.
    #[must_use]
    pub fn leaving_others(self, leaving_others: bool) -> Self {
        Self { leaving_others, ..self }
    }

    /// What a guarded tenant refuses to whoever does not name it.
    #[must_use]
    pub fn confirmed(self, tenant: impl Into<Text>) -> Self {
        Self { confirmed: Some(tenant.into()), ..self }
    }
}
