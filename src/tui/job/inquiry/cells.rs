//! What expressions give at single versions: those that the list shows, and the cursor's. Must not name: `app`, `pane`.

use super::{AnswerPart, CellsOf, PartSender};
use crate::Result;
use crate::query::{Query, QueryBudget};
use crate::recording::Tenant;
use crate::tui::task::Cancel;
use crate::value::Value;
use crate::view::found::brief;
use crate::view::text::SafeText;
use std::time::{Duration, Instant};

/// Values are told no more often than this.
const PAUSE: Duration = Duration::from_millis(60);

/// Tells them in the order asked for.
pub(super) fn cells(tenant: &Tenant, of: &CellsOf, cancel: &Cancel, parts: &mut PartSender<'_>) -> Result<()> {
    let budget = QueryBudget { cancelled: cancel.flag().clone(), ..QueryBudget::default() };
    let (mut found, mut due) = (Vec::new(), Instant::now());
    for version in &of.versions {
        if cancel.is_cancelled() {
            break;
        }
        let value = tenant.value_at(*version)?;
        let cells = of.filters.iter().map(|filter| cell(filter, &value, &budget)).collect();
        if cancel.is_cancelled() {
            break;
        }
        found.push((*version, cells));
        if Instant::now() >= due {
            parts.part(AnswerPart::Cells(std::mem::take(&mut found)));
            due = Instant::now() + PAUSE;
        }
    }
    parts.part(AnswerPart::Cells(found));
    Ok(())
}

/// The output in words, several one after the other; or the error.
fn cell(query: &Query, value: &Value, budget: &QueryBudget) -> std::result::Result<SafeText, String> {
    let outputs = query.outputs(value, budget).map_err(|why| why.to_string())?;
    let words = |output: &Value| if *output == Value::Null { SafeText::default() } else { brief(output) };
    Ok(SafeText::join(outputs.iter().map(words), ", "))
}
