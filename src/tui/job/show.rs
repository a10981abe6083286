//! What a frame shows: the values at its versions, and what differs between them.

use super::{Shown, Wanted};
use crate::record::Version;
use crate::recording::Tenant;
use crate::view::changes::Changes;
use crate::view::compared::Compared;
use crate::{Error, Result};

/// Fetches and compares. Blocks.
///
/// # Errors
/// When a version cannot be read; `Interrupted` when `stop` said so.
pub(super) fn show(tenant: &Tenant, versions: Wanted, stop: &dyn Fn() -> bool) -> Result<(Shown, Changes)> {
    let Wanted { a, b, cursor, before } = versions;
    let ends = compared(tenant, a, b, stop)?;
    let seen = if (before, cursor) == (a, b) { ends.clone() } else { compared(tenant, before, cursor, stop)? };
    let changes = Changes::new(ends.clone());
    Ok((Shown { versions, ends, seen }, changes))
}

/// Two versions and what differs.
pub(super) fn compared(tenant: &Tenant, a: Version, b: Version, stop: &dyn Fn() -> bool) -> Result<Compared> {
    let (left, right) = (tenant.value_at(a)?, tenant.value_at(b)?);
    Compared::new(left, right, stop).ok_or(Error::Interrupted)
}
