//! What a guarded tenant asks for: its name has to be typed before its history gets another head or something is taken
//! away.

use super::line::EditLine;
use super::rows::{DialogRow, InputRow};
use crate::recording::{Allow, Tenant};
use crate::value::Text;
use crate::view::text::{SafeText, joined};

/// Columns of the labels in a question.
pub const LABEL: usize = 9;

/// What has to be typed, and is.
#[derive(Default)]
pub struct GuardInput {
    /// The name that is asked for; `None` where nothing is.
    name: Option<Text>,
    /// What is typed.
    pub line: EditLine,
}

impl GuardInput {
    /// Of a tenant.
    pub fn of(tenant: &Tenant) -> Self {
        let name = tenant.asks_for_name().then(|| tenant.id().0.clone());
        Self { name, line: EditLine::default() }
    }

    /// Looks again whether a name is asked for. What was typed stays.
    pub fn renew(&mut self, tenant: &Tenant) {
        self.name = Self::of(tenant).name;
    }

    /// Whether a name is asked for.
    pub fn asks(&self) -> bool {
        self.name.is_some()
    }

    /// Whether nothing is missing.
    pub fn is_met(&self) -> bool {
        // A name may itself begin or end with blanks.
        let is_typed = |name: &Text| [self.line.text(), self.line.text().trim()].contains(&&**name);
        self.name.as_ref().is_none_or(is_typed)
    }

    /// What the tenant is told: its name, where it was typed.
    pub fn allow(&self) -> Allow {
        match self.name.as_ref().filter(|_| self.is_met()) {
            Some(name) => Allow::default().confirmed(name.clone()),
            None => Allow::default(),
        }
    }

    /// The line to type; none where nothing is asked for.
    pub fn row(&self, typed: bool) -> Option<DialogRow<'_>> {
        let row = InputRow { label: "Tenant", columns: LABEL, line: &self.line, typed };
        self.asks().then_some(DialogRow::Input(row))
    }

    /// What to say where the name is missing.
    pub fn complaint(&self, confirm: &str) -> SafeText {
        let name = self.name.as_ref().map(SafeText::from).unwrap_or_default();
        joined!["Guarded: type its name, ", name, ", then Enter and ", SafeText::data(confirm)]
    }
}
