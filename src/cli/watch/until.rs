//! What `asof watch --until` waits for.

use crate::cli::Console;
use crate::cli::asked::{VersionTold, changes_read, condition};
use crate::cli::cells::{CellWidths, RowCell};
use crate::cli::diff::{change_cells, change_json};
use crate::cli::exit::CommandResult;
use crate::cli::out::note;
use crate::diff::DiffRules;
use crate::export::json::{list, object};
use crate::query::{Query, QueryBudget, Truth};
use crate::questions::is_untouched;
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Text, Value};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Changes written at most.
const MOST: usize = 100;

/// A filter asked of each head.
pub struct UntilFilter {
    query: Query,
    budget: QueryBudget,
    /// The value it was asked of last, and whether it was true.
    known: Option<(Value, bool)>,
    told_error: bool,
}

impl UntilFilter {
    /// A filter that a flag stops; a wrong one is wrong usage.
    pub fn new(text: &str, stop: &Arc<AtomicBool>) -> CommandResult<Self> {
        let budget = QueryBudget { cancelled: Arc::clone(stop), ..QueryBudget::default() };
        Ok(Self { query: condition(text)?, budget, known: None, told_error: false })
    }

    pub fn text(&self) -> &Text {
        self.query.text()
    }

    /// Whether it is true of a head. The first error is told; it counts as false.
    pub fn is_true(&mut self, version: Version, value: &Value) -> bool {
        let same = self.known.take().filter(|(old, _)| is_untouched(&self.query, old, value));
        let holds = same.map_or_else(|| self.asked(version, value), |(_, holds)| holds);
        self.known = Some((value.clone(), holds));
        holds
    }

    fn asked(&mut self, version: Version, value: &Value) -> bool {
        match self.query.truth(value, &self.budget) {
            Truth::Holds => true,
            Truth::Fails => false,
            Truth::Error(why) => {
                if !self.told_error {
                    note(format!(
                        "{} ended in an error and counts as false, first at {version}: {why}",
                        self.query.text()
                    ));
                }
                self.told_error = true;
                false
            }
        }
    }

    /// Prints the version that made it true, and what that changed of what the filter reads; of all where it changed nothing
    /// of that.
    pub fn print(
        &self,
        tenant: &Tenant,
        (version, value): (Version, Value),
        rules: &DiffRules,
        json: bool,
        console: &mut Console,
    ) -> CommandResult<()> {
        let changes = changes_read(tenant, version, rules, std::slice::from_ref(self.query.reads()))?;
        let told = VersionTold::of(tenant, version);
        if json {
            return console.out.json(&object([
                ("version", version.0.into()),
                ("kind", told.kind),
                ("until", self.text().clone().into()),
                ("value", value.into()),
                ("at", told.at),
                ("label", told.label),
                ("by", told.by),
                ("changes", list(changes.iter().take(MOST).map(change_json))),
                ("change_count", (changes.len() as u64).into()),
            ]));
        }
        console.out.row(&CellWidths::of(std::slice::from_ref(&told.cells)), &told.cells)?;
        let row = |change| [vec![RowCell::new("   ")], change_cells(change)].concat();
        console.out.table(&changes.iter().take(MOST).map(row).collect::<Vec<_>>())
    }
}
