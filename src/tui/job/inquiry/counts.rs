//! How many keys versions changed, by the rules. Must not name: `app`, `pane`.

use super::{AnswerPart, PartSender};
use crate::diff::DiffRules;
use crate::recording::Tenant;
use crate::tui::task::Cancel;
use crate::view::counts::CountsOf;

/// Tells whether the rules matter; where they do, the counts of all versions that can be read, at once.
pub(super) fn counts(tenant: &Tenant, of: &CountsOf, chosen: &DiffRules, cancel: &Cancel, parts: &mut PartSender<'_>) {
    let stop = || cancel.is_cancelled();
    let plain = tenant.state_with_plain_counts(chosen, &of.plain);
    if stop() {
        return;
    }
    let by_rules = plain.is_none();
    parts.part(AnswerPart::Plain(plain));
    if by_rules {
        let counted = of.versions.iter().filter_map(|version| {
            let counts = tenant.counts_of(*version, chosen, &stop).map(|found| found.counts);
            // What cannot be read is left as it was recorded.
            let counts = counts.or_else(|| tenant.history().info(*version).map(|info| info.counts));
            counts.filter(|_| !stop()).map(|counts| (*version, counts))
        });
        parts.part(AnswerPart::Counts(counted.collect()));
    }
}
