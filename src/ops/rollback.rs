//! Rolling back: a new head that equals an older version.

use super::Moved;
use crate::error::{Error, Result};
use crate::history::Strategy;
use crate::record::Version;
use crate::recording::Tenant;

/// What it would do.
///
/// # Errors
/// When there is no such version, or the head is it already.
pub fn plan(tenant: &Tenant, to: Version) -> Result<Moved> {
    let plan = tenant.history().plan_rollback(tenant.branch(), to)?;
    if plan.same {
        return Err(Error::AlreadyHead { target: plan.to.0, head: plan.head.0 });
    }
    Ok(Moved::planned(tenant, &plan, 0))
}

pub(super) fn act(tenant: &Tenant, to: Version, reason: &str) -> Result<Moved> {
    let done = tenant.rollback(&Strategy::Version(to), reason)?;
    Ok(Moved::done(tenant, &done, 0))
}
