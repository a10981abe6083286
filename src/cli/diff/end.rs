//! What is compared: two versions of a source, or two files.

use crate::Error;
use crate::cli::exit::{CommandResult, usage};
use crate::diff::{DiffRules, rules_between};
use crate::export::json::{JsonOutput, moment, optional};
use crate::history::Moment;
use crate::import::read_value;
use crate::source::recipes;
use crate::value::{Text, Value};
use crate::view::clock::date_time_exact;
use std::path::Path;

/// One end of a comparison, as it is told.
pub struct DiffEnd {
    /// The version, or the name of the file.
    pub name: JsonOutput,
    pub at: JsonOutput,
    /// For people: `#41, 2026-03-14 09:41:05Z`.
    pub words: String,
}

impl From<&Moment> for DiffEnd {
    fn from(end: &Moment) -> Self {
        let at = end.at.map_or_else(|| "no time".to_owned(), date_time_exact);
        let words = format!("{}, {at}", end.version);
        Self { name: end.version.0.into(), at: optional(end.at.map(moment)), words }
    }
}

impl DiffEnd {
    /// A file, by its name.
    pub fn file(name: &str) -> Self {
        Self { name: Text::from(name).into(), at: optional(None::<Text>), words: name.to_owned() }
    }
}

/// The values of two files, and what is known of their arrays.
pub fn files(left: &str, right: &str, chosen: &DiffRules) -> CommandResult<(Value, Value, DiffRules)> {
    for name in [left, right].into_iter().filter(|name| *name != "-") {
        if Path::new(name).is_dir() || !Path::new(name).exists() {
            let what = if Path::new(name).exists() { "a directory" } else { "not a file" };
            return Err(usage(format!("{name} is {what}. To compare two versions, give both: asof diff SOURCE A B")));
        }
    }
    if left == "-" && right == "-" {
        return Err(usage("standard input cannot be both sides"));
    }
    let (old, new) = (read(left)?, read(right)?);
    let keys = rules_between(chosen, &old, &new);
    Ok((old, new, keys))
}

fn read(name: &str) -> CommandResult<Value> {
    let bytes = if name == "-" {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes).map_err(Error::io("read", "standard input"))?;
        bytes
    } else {
        std::fs::read(name).map_err(Error::io("read", name))?
    };
    let file = if name == "-" { "standard input" } else { name };
    Ok(recipes().read_unasked(read_value(Path::new(file), &bytes)?)?)
}
