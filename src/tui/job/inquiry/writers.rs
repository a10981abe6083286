//! Who wrote last what is at some paths.

use super::{Part, Parts, WritersOf};
use crate::Result;
use crate::diff::DiffRules;
use crate::questions::blame_of;
use crate::recording::Tenant;
use crate::tui::task::Cancel;
use crate::view::blame::words;

/// Tells them all at once: there are no more than a screen has rows.
pub(super) fn writers(
    tenant: &Tenant,
    of: &WritersOf,
    chosen: &DiffRules,
    cancel: &Cancel,
    parts: &mut Parts<'_>,
) -> Result<()> {
    let found = blame_of(tenant, of.at.0, &of.paths, chosen, &|| cancel.is_cancelled())?;
    let history = tenant.history();
    let told = found.into_iter().flatten().map(|blame| (blame.path.clone(), words(&history, &blame)));
    parts.part(Part::Writers(told.collect()));
    Ok(())
}
