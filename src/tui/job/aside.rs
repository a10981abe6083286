//! What a view shows beside the frame's own values: one diff, the number of keys of one version, what it begins with,
//! or what two share.

use crate::Result;
use crate::diff::DiffRules;
use crate::record::Version;
use crate::recording::Tenant;
use crate::tui::task::Cancel;
use crate::value::{Sharing, Value};
use crate::view::Ends;
use crate::view::changes::Changes;
use crate::view::compared::Compared;
use crate::view::tree::Beginning;
use std::sync::Arc;

/// What is asked. Versions never change, so an answer holds for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AsideQuestion {
    /// What differs between two versions.
    Diff(Ends),
    /// How many keys a version has.
    Keys(Version),
    /// What the second of two versions has in common with the first in memory.
    Sharing(Ends),
    /// What a version's value begins with.
    Beginning(Version),
}

/// What was found out.
#[derive(Debug)]
pub enum AsideAnswer {
    /// What differs.
    Diff(Box<Changes>),
    /// Members of objects and elements of arrays, at any depth.
    Keys(u64),
    /// What is shared; `None` where counting was stopped.
    Sharing(Option<Sharing>),
    Beginning(Beginning),
}

/// Finds it out. Blocks.
pub(super) fn find(tenant: &Tenant, ask: AsideQuestion, chosen: &DiffRules, cancel: &Cancel) -> Result<AsideAnswer> {
    match ask {
        AsideQuestion::Keys(version) => Ok(AsideAnswer::Keys(keys(&tenant.value_at(version)?))),
        AsideQuestion::Beginning(version) => Ok(AsideAnswer::Beginning(Beginning::of(&tenant.value_at(version)?))),
        AsideQuestion::Sharing(Ends { a, b }) => {
            Ok(AsideAnswer::Sharing(tenant.value_at(b)?.shareable_with(&tenant.value_at(a)?, cancel.flag())))
        }
        AsideQuestion::Diff(Ends { a, b }) => {
            let (left, right) = (tenant.value_at(a)?, tenant.value_at(b)?);
            let keys = tenant.diff_rules(chosen);
            let compared = Compared::between(&left, &right, &Arc::new(keys), cancel.flag());
            Ok(AsideAnswer::Diff(Box::new(Changes::new(compared))))
        }
    }
}

/// As deep as values may be: no deeper than the stack takes.
fn keys(value: &Value) -> u64 {
    let below: u64 = match value {
        Value::Object(object) => object.iter().map(|(_, child)| keys(child)).sum(),
        Value::Array(array) => array.iter().map(keys).sum(),
        _ => 0,
    };
    value.len() as u64 + below
}
