//! Which versions' values stay in memory.

/// How much memory kept values may take, in bytes (estimated).
#[derive(Debug, Clone, Copy)]
pub struct Budget(pub u64);

impl Default for Budget {
    fn default() -> Self { Self(256 * 1024 * 1024) }
}
