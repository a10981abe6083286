//! What keeps a transaction from being taken back by itself.

/// A path that both a transaction and someone else changed, and who the other one was.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overlap {
    /// The path that the transaction changed.
    pub path: String,
    /// The version in which someone else changed it, what is in it or what it is in.
    pub version: u64,
    /// Who made that version, where it says.
    pub by: Option<String>,
}

impl Overlap {
    /// A path that was also changed in `version`.
    pub fn new(path: String, version: u64, by: Option<String>) -> Self {
        Self { path, version, by }
    }
}

impl std::fmt::Display for Overlap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} was also changed in #{}", self.path, self.version)?;
        self.by.as_ref().map_or(Ok(()), |by| write!(f, " by {}", crate::escape::named(by)))
    }
}
