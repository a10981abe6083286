//! What ends playing and following, and how far has been looked ahead for it.
//!
//! Must not name: `draw`, `dialog`, `session`.

use crate::record::Version;
use crate::tui::job::{Compiled, TimeDirection};
use crate::view::text::{SafeText, joined};

/// Columns of the filter in the header.
const SHOWN: usize = 24;

/// What ends playing and following in one tenant.
pub struct Break {
    pub(super) text: String,
    pub(super) condition: Compiled,
    pub(super) number: u64,
    /// What has been looked at since playing or following began.
    pub(super) look: Option<LookAhead>,
}

/// Versions looked at one way from where playing or following began.
pub(super) struct LookAhead {
    pub(super) way: TimeDirection,
    pub(super) start: Version,
    pub(super) reached: Version,
    /// Where it becomes true, in the order come by.
    pub(super) found: Vec<Version>,
    /// Whether it has ended in an error, and that was said.
    pub(super) erred: bool,
}

impl LookAhead {
    pub(super) fn new(way: TimeDirection, start: Version) -> Self {
        Self { way, start, reached: start, found: Vec::new(), erred: false }
    }

    /// Whether it is known whether playing stops at a version.
    pub(super) fn knows(&self, version: Version) -> bool {
        if self.way == TimeDirection::Forward { version <= self.reached } else { version >= self.reached }
    }
}

/// What playing does at a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlayVerdict {
    /// It goes on.
    Pass,
    /// It ends there.
    Stop,
    /// Nobody knows yet.
    Wait,
}

impl Break {
    /// Its filter, for the header.
    pub fn words(&self) -> SafeText {
        joined!["break ", SafeText::data(&self.text).fit(SHOWN)]
    }
}
