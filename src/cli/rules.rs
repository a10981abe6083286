//! What a comparison is told on the command line: what arrays are matched by, and which paths are left out.

use super::exit::{CommandResult, usage};
use super::out::note;
use super::state::path;
use crate::diff::{ArrayKey, DiffRules, IgnoredPaths};
use crate::escape::in_quotes;
use crate::export::json::{JsonOutput, list};
use crate::recording::{Tenant, kept_array_keys};
use crate::value::{Path, Text, Value};
use std::sync::Arc;

/// What a comparison is told.
#[derive(clap::Args, Clone, Default)]
pub struct Rules {
    /// Match the elements of the array at PATH by this field instead of the detected one; `.` is the whole
    /// value, an index means every element: `.orders[0].lines=sku`
    #[arg(long, value_name = "PATH=FIELD")]
    array_key: Vec<String>,
    #[command(flatten)]
    ignore: Ignore,
}

/// Which paths are left out.
#[derive(clap::Args, Clone, Default)]
pub struct Ignore {
    /// Ignore this path and everything below it: `.updatedAt`, `.items[*].etag`, `.**.time`; in addition to the
    /// setting `ignore`
    #[arg(long, value_name = "PATH")]
    ignore: Vec<String>,
    /// Do not apply the setting `ignore`
    #[arg(long)]
    no_ignore: bool,
}

impl Rules {
    /// What was chosen here; what the recording keeps is added where values are compared.
    pub fn chosen(&self) -> CommandResult<DiffRules> {
        let mut keys = self.ignore.chosen()?;
        for text in &self.array_key {
            let (array, field) = array_key(text)?;
            keys.choose(&array.0, Some(ArrayKey::Field(field)));
        }
        Ok(keys)
    }
}

impl Ignore {
    /// The same for a command that matches no arrays.
    pub fn chosen(&self) -> CommandResult<DiffRules> {
        let mut keys = DiffRules::default();
        self.ignore.iter().try_for_each(|pattern| keys.ignore(pattern).map_err(usage))?;
        if self.no_ignore {
            keys.ignore_nothing_else();
        }
        Ok(keys)
    }
}

/// What is left out, with what the recording keeps.
pub fn ignored(tenant: &Tenant, chosen: &DiffRules) -> IgnoredPaths {
    let history = tenant.history();
    chosen.on(&kept_array_keys(history.ledger().settings()), &Arc::default()).ignored().clone()
}

/// Says on standard error which paths are left out of the answer, if any.
pub fn warn_of_ignored(ignored: &IgnoredPaths) {
    let texts: Vec<&str> = ignored.texts().map(Text::as_str).collect();
    match texts.len() {
        0 => {}
        1 => note(format!("1 path ignored: {}", texts[0])),
        more => note(format!("{more} paths ignored: {}", texts.join(", "))),
    }
}

/// What to say where nothing was found at a path because it is left out itself; `None` where it is not.
pub fn ignored_itself(ignored: &IgnoredPaths, chosen: &DiffRules, path: &Path) -> Option<String> {
    let what_to_do = match chosen.ignored().covers(&path.0) {
        true => "its changes are shown without that --ignore",
        false => "--no-ignore shows its changes",
    };
    ignored.covers(&path.0).then(|| format!("{path} is ignored: {what_to_do}"))
}

/// The paths that are left out, for machines.
pub fn ignored_json(ignored: &IgnoredPaths) -> JsonOutput {
    list(ignored.texts().cloned())
}

/// Reads PATH=FIELD: the place of an array, an index standing for all, and the field its elements are matched by.
pub fn array_key(text: &str) -> CommandResult<(Path, Text)> {
    let parts = text.rsplit_once('=').filter(|(_, field)| !field.is_empty());
    let (array, field) =
        parts.ok_or_else(|| usage(format!("array key {}: expected PATH=FIELD, such as .items=id", in_quotes(text))))?;
    Ok((path(array, &Value::Null)?, field.into()))
}
