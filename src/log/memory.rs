//! A log in memory: for foreign sources before they are kept, demos and tests.
/// A log in memory.
#[derive(Default)]
pub struct MemoryLog(());
