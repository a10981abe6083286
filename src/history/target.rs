//! Naming a moment: one grammar for command line, prompt and library.
use crate::record::{Time, Version};
use crate::value::Text;

/// A parsed target. See `Target::parse` for the grammar.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// `42`, `#42`.
    Version(Version),
    /// `head`, `head~3`.
    Head(u64),
    /// `+10`, `-10` from the cursor.
    Relative(i64),
    /// `50%`.
    Percent(f64),
    /// `@2026-10-09T12:00:00Z`: the last version at or before.
    At(When),
    /// `-5m`, `-2h`: before the head's time.
    Ago(chrono::Duration),
    /// `NAME`, `snap:NAME`.
    Snapshot(Text),
    /// `index:2`, 0 = oldest.
    Index(usize),
    /// `latest`.
    Latest,
    /// `before:@12:30`: the newest snapshot at or before.
    Before(When),
    /// `branch:main~1`: that branch's head.
    Branch(Text),
    /// `A`, `B` on the screen.
    Endpoint(char),
}

/// A time as named: a full one, or a time of day, which means on the day of the head's time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// A full time.
    Full(Time),
    /// A time of day, UTC unless the context has another offset; the last such moment at or before the head.
    OfDay(chrono::NaiveTime),
}

/// What relative targets are relative to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context {
    /// Where the cursor is; `None` outside the screen (then `+10` is refused and `-10` counts from the head).
    pub cursor: Option<Version>,
    /// Endpoint A, where there is one.
    pub a: Option<Version>,
    /// Endpoint B, where there is one.
    pub b: Option<Version>,
}
