//! Promoting: a variant's newest version becomes the head of `main`.

use super::Moved;
use crate::error::{Error, Result};
use crate::recording::Tenant;
use crate::value::Text;

/// A promotion that was done, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promoted {
    pub variant: Text,
    /// What became of the head of `main`.
    pub moved: Moved,
}

/// What it would do.
///
/// # Errors
/// When there is no such variant, or `main` has all of it already.
pub(super) fn plan(tenant: &Tenant, variant: &Text) -> Result<Promoted> {
    let history = tenant.history();
    let head = history.growing(Some(variant)).ok_or_else(|| history.no_branch(variant))?;
    let plan = history.plan_rollback(None, head)?;
    if plan.same {
        let (variant, version, head) = (variant.to_string(), plan.to.0, plan.head.0);
        return Err(Error::NothingToPromote { variant, version, head });
    }
    Ok(Promoted { variant: variant.clone(), moved: Moved::planned(tenant, &plan, 0) })
}

pub(super) fn act(tenant: &Tenant, variant: &Text, reason: &str) -> Result<Promoted> {
    let done = tenant.promote(variant, reason)?;
    Ok(Promoted { variant: variant.clone(), moved: Moved::done(tenant, &done, 0) })
}
