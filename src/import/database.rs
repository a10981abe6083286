//! Databases of `SQLite`: the rows that a recipe asks for are its events. Read only: nothing is written beside the file, and
//! what stands in its log that is not in the file yet is read too.
//!
//! Must not name: `git`, `states`, `patches`.

mod msgpack;
mod open;

use super::emit::{Emitter, Steps};
use super::envelope::TextFault;
use super::events::Events;
use super::input::ImportInput;
use super::probe::{FormatCandidate, Probe};
use super::texts::Text;
use super::{ImportEnd, ItemSink, ReadAs};
use crate::error::{Error, Result, counted};
use crate::recipe::{DatabaseRows, Recipe, RecipeBook, TableShape};
use crate::value::{self, Number, Value};
use open::Database;
use rusqlite::types::ValueRef;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// The name of the format.
const FORMAT: &str = "sqlite";

/// Tables that are named.
const NAMED: usize = 8;

/// What a database looks like: its tables, and the recipes that are for them.
///
/// # Errors
/// When it cannot be read.
pub(super) fn probe(path: &Path, book: &RecipeBook) -> Result<Probe> {
    let tables = Database::open(path)?.tables()?;
    let recipes = book.fitting_database(&tables);
    let why = format!("an SQLite database with {}", named(&tables));
    let doubt = (recipes.len() != 1).then(|| format!("is {why}, and nothing says which rows are events"));
    let candidates = vec![FormatCandidate { format: FORMAT, score: 100, why }];
    Ok(Probe { candidates, mistake: None, doubt, recipes })
}

/// `tables a, b` or what there is instead.
fn named(tables: &[TableShape]) -> String {
    let names: Vec<&str> = tables.iter().take(NAMED).map(|table| table.name.as_str()).collect();
    match (names.as_slice(), tables.len().saturating_sub(NAMED)) {
        ([], _) => "no tables".to_owned(),
        ([only], _) => format!("the table {only}"),
        (names, 0) => format!("the tables {}", names.join(", ")),
        (names, more) => format!("the tables {} and {more} more", names.join(", ")),
    }
}

/// Reads the rows that a recipe asks for: the one that was named, or the only one that is for these tables.
///
/// # Errors
/// When the database cannot be opened; [`Error::UndecidedFormat`] where no recipe is for it, or several are.
pub(super) fn read(path: &Path, input: &ImportInput, how: &ReadAs<'_>, sink: &mut ItemSink<'_>) -> Result<()> {
    if let Some(format) = how.format {
        let why = format!("is an SQLite database and cannot be read as {format}: do not name a format");
        return Err(Error::Format { file: input.name().to_owned(), why });
    }
    let database = Database::open(path)?;
    let tables = database.tables()?;
    let recipe = match how.recipe()?.filter(|_| how.mapping.makes_states()) {
        Some(recipe) if how.mapping.reducer.is_some() || !recipe.reads_databases() => {
            let why = "is an SQLite database: a recipe with [sqlite] says which rows are events (docs/recipes.md)";
            return Err(Error::Format { file: input.name().to_owned(), why: why.into() });
        }
        Some(recipe) => recipe,
        None => how.made_of(Some(&only_fitting(input.name(), &tables, how.book)?))?,
    };
    let Some((rows, found)) = recipe.rows_in(&tables) else {
        let why = format!("the recipe {} is not for an SQLite file with {}", recipe.name, named(&tables));
        return Err(Error::Format { file: input.name().to_owned(), why });
    };
    let mut emitter = Emitter::new(input.name(), input.tenant().clone(), input.limits(), sink);
    let mut events = Events::of_recipe(Arc::clone(&recipe));
    let mut reading =
        DatabaseReading { rows, events: &mut events, most: input.limits().size, count: 0, steps: Steps::default() };
    for table in found {
        emitter.rename(format!("{}: {}", input.name(), table.name));
        match reading.table(&database, table, &mut emitter) {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => return Ok(()),
            // What was wrong in the question is no matter of the rows before it.
            Err(error) if reading.count == 0 => return Err(database.failed(&error)),
            Err(error) => {
                let why = format!("nothing more can be read: {}", open::words(&error));
                if emitter.problem_at(reading.count, 0, why).is_continue() {
                    let _nothing_follows = emitter.end(ImportEnd::default());
                }
                return Ok(());
            }
        }
    }
    emitter.rename(input.name().to_owned());
    let changed = database.changed();
    let place = (reading.count, 0);
    let told = changed.as_ref().map_or(ControlFlow::Continue(()), |why| emitter.problem_at(0, 0, why.clone()));
    if told.is_continue()
        && events.report_end(&mut emitter, place).is_continue()
        && emitter.report_timeless().is_continue()
        && emitter.progress(1, Some(1)).is_continue()
    {
        let _at_the_end_anyway = emitter.end(ImportEnd { repeatable: changed.is_none(), resume: None });
    }
    Ok(())
}

fn only_fitting(file: &str, tables: &[TableShape], book: &RecipeBook) -> Result<Recipe> {
    let fitting = book.fitting_database(tables);
    if let [only] = fitting.as_slice() {
        return book.get(&only.name);
    }
    let names: Vec<&str> = fitting.iter().map(|recipe| recipe.name.as_str()).collect();
    let why = match names.as_slice() {
        [] => format!(
            "is an SQLite database with {}, and no recipe says which rows are events: write one with [sqlite] \
             (docs/recipes.md) and name it",
            named(tables)
        ),
        names => {
            format!("is an SQLite database that several recipes match: name one of them ({})", names.join(", "))
        }
    };
    Err(Error::Format { file: file.to_owned(), why })
}

/// The rows of a database while they are read.
struct DatabaseReading<'a> {
    rows: &'a DatabaseRows,
    events: &'a mut Events,
    /// Bytes of a column at most.
    most: u64,
    /// Rows read.
    count: u64,
    steps: Steps,
}

impl DatabaseReading<'_> {
    /// The rows of one table.
    fn table(
        &mut self,
        database: &Database,
        table: &TableShape,
        emitter: &mut Emitter<'_, '_>,
    ) -> rusqlite::Result<ControlFlow<()>> {
        let mut asked = database.ask(&self.rows.query_of(table))?;
        let columns: Vec<value::Text> = asked.column_names().map(value::Text::from).collect();
        let mut found = asked.query([])?;
        while let Some(row) = found.next()? {
            self.count += 1;
            let mut event = Vec::with_capacity(columns.len());
            let mut fault = None;
            for (at, column) in columns.iter().enumerate() {
                let held = self.held(row.get_ref(at)?, column).unwrap_or_else(|why| {
                    fault.get_or_insert_with(|| format!("column {column}: {why}"));
                    Value::Null
                });
                event.push((column.clone(), held));
            }
            let event: Value = event.into_iter().collect();
            let raw = if fault.is_some() { event.to_json() } else { String::new() };
            let place = Text {
                line: self.count,
                byte: self.count,
                before: &[],
                bytes: raw.as_bytes(),
                length: raw.len() as u64,
                limit: u64::MAX,
            };
            let flow = match fault {
                Some(why) => self.events.take_broken(emitter, &place, &event, TextFault::whole(why)),
                None => self.events.take_parsed(emitter, &place, event),
            };
            if flow.is_break() || (self.steps.is_due(self.count) && emitter.progress(self.count, None).is_break()) {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// What a column holds.
    fn held(&self, stored: ValueRef<'_>, column: &str) -> std::result::Result<Value, String> {
        let bytes = match stored {
            ValueRef::Null => return Ok(Value::Null),
            ValueRef::Integer(number) => return Ok(number.into()),
            ValueRef::Real(float) => return Ok(Number::from_f64(float).map_or(Value::Null, Value::Number)),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
        };
        if bytes.len() as u64 > self.most {
            return Err(format!("it has {}, more than a state may have", counted(bytes.len() as u64, "byte")));
        }
        let is_one_of = |names: &[value::Text]| names.iter().any(|name| name == column);
        if is_one_of(&self.rows.msgpack) {
            return msgpack::value(bytes);
        }
        if is_one_of(&self.rows.json) {
            return value::parse(bytes).map_err(|error| match error {
                Error::Syntax { why, .. } if why.starts_with("not JSON") => why,
                Error::Syntax { why, .. } => format!("not JSON: {why}"),
                other => other.to_string(),
            });
        }
        Ok(match stored {
            ValueRef::Blob(bytes) => base64(bytes).as_str().into(),
            _ => String::from_utf8_lossy(bytes).as_ref().into(),
        })
    }
}

/// Bytes in the letters of RFC 4648.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for at in 0..=chunk.len() {
            text.push(char::from(LETTERS[(bits >> (18 - 6 * at) & 63) as usize]));
        }
        let _never_fails = write!(text, "{}", &"=="[..3 - chunk.len()]);
    }
    text
}
