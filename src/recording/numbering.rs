//! What a record says of the version it makes: its number, size and counts, filled in right before it is written.
//!
//! Must not name: `log`, clocks.

use super::prepare::Prepared;
use crate::history::History;
use crate::record::{Body, Makes};
use crate::value::{Text, Value};
use std::num::NonZeroU64;

/// Fills in what each record says of the version it makes. So many positions are missing before the first of them.
/// O(log n) for each.
pub(super) fn number(prepared: &mut [Prepared], history: &History, missing: u64) {
    let (mut version, mut heads, mut returned) =
        (history.next_version(missing), Heads { history, moved: Vec::new() }, false);
    for Prepared { entry, value, .. } in prepared {
        let before = heads.before(entry.branch.as_ref());
        let size = value.as_ref().or(before.as_ref()).map(Value::size).and_then(NonZeroU64::new);
        let Some(makes) = history.makes(entry, version, size) else { continue };
        version.0 += 1;
        let (counts, after) = match &entry.body {
            Body::Transition { change, .. } => {
                let counts = before.as_ref().and_then(|before| History::quick_counts(change, before));
                (counts, value.clone().or(before))
            }
            _ => (None, None),
        };
        // The branch that a second return leaves behind has the number after that of the first.
        let kept = makes.kept.filter(|_| !returned);
        returned |= makes.kept.is_some();
        entry.makes = Some(Makes { counts, kept, ..makes });
        heads.moved(entry.branch.clone(), after);
    }
}

/// The values of heads, as far as they are known after what is on its way.
struct Heads<'a> {
    history: &'a History,
    moved: Vec<(Option<Text>, Option<Value>)>,
}

impl Heads<'_> {
    fn before(&self, branch: Option<&Text>) -> Option<Value> {
        match self.moved.iter().find(|(moved, _)| moved.as_ref() == branch) {
            Some((_, value)) => value.clone(),
            None => self.history.growing_value(branch.map(Text::as_str)).cloned(),
        }
    }

    fn moved(&mut self, branch: Option<Text>, value: Option<Value>) {
        self.moved.retain(|(moved, _)| *moved != branch);
        self.moved.push((branch, value));
    }
}
