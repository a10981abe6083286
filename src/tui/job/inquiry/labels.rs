//! What transitions without a label are called. Must not name: `app`, `pane`.

use super::{AnswerPart, PartSender};
use crate::diff::DiffRules;
use crate::record::Version;
use crate::recording::Tenant;
use crate::tui::task::Cancel;
use crate::value::Value;
use crate::view::change_labels::{ChangeLabel, LabelsOf, label};
use crate::view::compared::Compared;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Labels are told no more often than this.
const PAUSE: Duration = Duration::from_millis(60);

/// Tells them in the order asked for; of a version that cannot be read, none.
pub(super) fn labels(tenant: &Tenant, of: &LabelsOf, chosen: &DiffRules, cancel: &Cancel, parts: &mut PartSender<'_>) {
    let (mut made, mut due) = (Vec::new(), Instant::now() + PAUSE);
    for version in &of.versions {
        let label = label_of(tenant, *version, chosen, cancel).unwrap_or_default();
        if cancel.is_cancelled() {
            return;
        }
        made.push((*version, label));
        if Instant::now() >= due {
            parts.part(AnswerPart::Labels(std::mem::take(&mut made)));
            due = Instant::now() + PAUSE;
        }
    }
    parts.part(AnswerPart::Labels(made));
}

fn label_of(tenant: &Tenant, version: Version, chosen: &DiffRules, cancel: &Cancel) -> Option<ChangeLabel> {
    let before = tenant.history().lineage().seen_before(version);
    let now = tenant.value_at(version).ok()?;
    let before = before.map_or(Ok(Value::Null), |before| tenant.value_at(before)).ok()?;
    let rules = tenant.diff_rules(chosen);
    Some(label(&Compared::between(&before, &now, &Arc::new(rules), cancel.flag())))
}
