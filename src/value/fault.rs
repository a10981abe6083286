//! What is wrong between a value and a plain type of Rust, and where.

use super::{Path, Step};
use std::fmt;

/// Names under which `serde_json` hands over text that is JSON already.
pub(super) const RAW_TOKENS: [&str; 2] = ["$serde_json::private::RawValue", "$serde_json::private::Number"];

/// Why a value and a type do not fit.
#[derive(Debug)]
pub enum Fault {
    /// Nested deeper than values may be.
    TooDeep,
    /// This, at a path.
    At {
        /// From its end.
        steps: Vec<Step>,
        /// Why the value is refused.
        why: String,
    },
}

impl Fault {
    /// The same, one step further down.
    pub(super) fn below(mut self, step: Step) -> Self {
        if let Self::At { steps, .. } = &mut self {
            steps.push(step);
        }
        self
    }

    /// Where it is; the whole value's path is empty.
    pub fn path(&self) -> Path {
        match self {
            Self::TooDeep => Path::default(),
            Self::At { steps, .. } => Path(steps.iter().rev().cloned().collect()),
        }
    }

    fn new(why: impl fmt::Display) -> Self {
        Self::At { steps: Vec::new(), why: why.to_string() }
    }
}

impl serde::ser::Error for Fault {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self::new(why)
    }
}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self::new(why)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooDeep => f.write_str("nested too deep"),
            Self::At { steps, why } if steps.is_empty() => f.write_str(why),
            Self::At { why, .. } => write!(f, "at {}: {why}", self.path()),
        }
    }
}

impl std::error::Error for Fault {}
