//! Whose a task, a question or an answer is: a tenant of one opening of a recording, that opening, or the program.
//!
//! Must not name: `job`, `app`, `dialog`.

/// One opening of a source. Opening another one, or the same one again, makes a new number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct WorkspaceId(u64);

impl WorkspaceId {
    /// The number of the next opening.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// How many were opened before it.
    pub fn number(self) -> u64 {
        self.0
    }

    /// A tenant of it, by its place in the order found.
    pub fn session(self, index: usize) -> SessionId {
        SessionId { workspace: self, index }
    }
}

/// One tenant of one opening. Never reused: what was meant for a recording that is closed finds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId {
    workspace: WorkspaceId,
    index: usize,
}

impl SessionId {
    /// The opening it belongs to.
    pub fn workspace(self) -> WorkspaceId {
        self.workspace
    }

    /// Its place in the order in which the opening's tenants were found.
    pub fn index(self) -> usize {
        self.index
    }
}

/// Whose something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// It outlives what is open.
    Program,
    /// What is open as a whole.
    Workspace(WorkspaceId),
    /// One tenant.
    Session(SessionId),
}

impl Owner {
    /// The opening it belongs to; `None` for the program.
    pub fn workspace(self) -> Option<WorkspaceId> {
        match self {
            Self::Program => None,
            Self::Workspace(id) => Some(id),
            Self::Session(id) => Some(id.workspace),
        }
    }

    /// The tenant; `None` where it is no tenant's.
    pub fn session(self) -> Option<SessionId> {
        match self {
            Self::Session(id) => Some(id),
            Self::Program | Self::Workspace(_) => None,
        }
    }
}

impl From<SessionId> for Owner {
    fn from(id: SessionId) -> Self {
        Self::Session(id)
    }
}

impl From<WorkspaceId> for Owner {
    fn from(id: WorkspaceId) -> Self {
        Self::Workspace(id)
    }
}
