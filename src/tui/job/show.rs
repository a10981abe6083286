//! What a frame shows: the values, how they differ, and everything that panes need of that.
//!
//! Made here as a whole, so that no key press waits for a large diff. Must not name: `app`, `pane`.

use super::{Panes, Recorded, Shown, Sought, Wanted, track};
use crate::Result;
use crate::diff::{DiffRules, opened, rules_between};
use crate::record::Version;
use crate::recording::Tenant;
use crate::tui::task::Cancel;
use crate::view::changes::Changes;
use crate::view::compared::Compared;
use crate::view::difftree::Pairs;
use crate::view::marks::DiffMarks;
use crate::view::tree::TreeState;
use std::sync::Arc;

/// How a frame is to be made.
#[derive(Debug, Clone, Default)]
pub struct FrameManner {
    /// By what arrays are matched, where somebody chose.
    pub keys: Arc<DiffRules>,
    /// A to B, where that is on the screen already.
    pub known: Option<Arc<DiffMarks>>,
    /// What is followed from the versions on the screen.
    pub sought: Vec<Sought>,
    /// Whether the JSON in strings is opened.
    pub embedded: bool,
}

/// Fetches and compares. Cancelled, it stops comparing; the values are shown all the same. Blocks.
pub(super) fn show(tenant: &Tenant, versions: Wanted, how: &FrameManner, cancel: &Cancel) -> Result<Shown> {
    // Before anything is compared: what names the elements on the way is settled then.
    let followed = track::find(tenant, &how.sought, &how.keys, cancel);
    let between = |a, b| marks(tenant, (a, b), how, cancel);
    let ends = how.known.clone().map_or_else(|| between(versions.a, versions.b), Ok)?;
    let together = (versions.a, versions.b) == (versions.before, versions.cursor);
    let state = if together { Arc::clone(&ends) } else { between(versions.before, versions.cursor)? };
    let of_ends = how.known.is_none().then(|| {
        let changes = Changes::new(Arc::clone(&ends.compared));
        (changes, Pairs::new(Arc::clone(&ends)))
    });
    let panes = Panes { tree: TreeState::new(Arc::clone(&state)), of_ends, followed };
    let recorded = how.embedded.then(|| recorded(tenant, versions)).transpose()?;
    Ok(Shown { versions, ends, state, recorded, panes: Some(Box::new(panes)) })
}

fn recorded(tenant: &Tenant, versions: Wanted) -> Result<Recorded> {
    let value = |version| tenant.value_at(version);
    Ok(Recorded { a: value(versions.a)?, b: value(versions.b)?, cursor: value(versions.cursor)? })
}

fn marks(tenant: &Tenant, (a, b): (Version, Version), how: &FrameManner, cancel: &Cancel) -> Result<Arc<DiffMarks>> {
    let (left, right) = (tenant.value_at(a)?, tenant.value_at(b)?);
    let mut keys = tenant.diff_rules(&how.keys);
    let (left, right) = if how.embedded { (opened(&left), opened(&right)) } else { (left, right) };
    if how.embedded {
        keys = rules_between(&keys, &left, &right);
    }
    let keys = Arc::new(keys);
    let compared = Compared::between(&left, &right, &keys, cancel.flag());
    Ok(if compared.is_whole() { DiffMarks::unless_stopped(compared, cancel.flag()) } else { DiffMarks::new(compared) })
}
