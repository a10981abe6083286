//! Where the events of a recipe are in a database.

use super::Recipe;
use crate::error::noun;
use crate::value::Text;

/// A table of a database and its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableShape {
    /// The table's name.
    pub name: Text,
    /// The names of its columns.
    pub columns: Vec<Text>,
}

/// Rows of a database of `SQLite` that are events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatabaseRows {
    /// The table; `*` stands for any signs.
    pub table: Text,
    /// Columns that it has.
    pub columns: Vec<Text>,
    /// What is asked of each such table: one `SELECT`. `{table}` is the table's name as an identifier, `{name}` the same as
    /// a text. Empty for all of it as it is stored.
    pub query: Text,
    /// Columns of the answer that hold JSON.
    pub json: Vec<Text>,
    /// Columns of the answer that hold `MessagePack`.
    pub msgpack: Vec<Text>,
}

impl DatabaseRows {
    /// Whether a table is one of those meant.
    fn is_for(&self, table: &TableShape) -> bool {
        let has = |column: &Text| table.columns.iter().any(|known| known.eq_ignore_ascii_case(column));
        is_like(&table.name, &self.table) && self.columns.iter().all(has)
    }

    /// What is asked of a table.
    pub fn query_of(&self, table: &TableShape) -> String {
        let identifier = format!("\"{}\"", table.name.as_str().replace('"', "\"\""));
        if self.query.is_empty() {
            return format!("SELECT * FROM {identifier}");
        }
        let text = format!("'{}'", table.name.as_str().replace('\'', "''"));
        self.query.as_str().replace("{table}", &identifier).replace("{name}", &text)
    }
}

/// Whether a name is as a pattern has it, in which `*` is any text.
fn is_like(name: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => name == pattern,
        Some((before, behind)) => name.strip_prefix(before).is_some_and(|rest| {
            let mut starts = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
            starts.any(|at| is_like(&rest[at..], behind))
        }),
    }
}

impl Recipe {
    /// Which rows of a database with these tables are its events, and in which tables; the first of its ways that fits.
    pub fn rows_in<'t>(&self, tables: &'t [TableShape]) -> Option<(&DatabaseRows, Vec<&'t TableShape>)> {
        self.databases.iter().find_map(|rows| {
            let found: Vec<&TableShape> = tables.iter().filter(|table| rows.is_for(table)).collect();
            (!found.is_empty()).then_some((rows, found))
        })
    }

    /// Whether it is for a database with these tables, and what speaks for it.
    pub fn fits_database(&self, tables: &[TableShape]) -> Option<String> {
        let (rows, found) = self.rows_in(tables)?;
        let names: Vec<&str> = found.iter().take(3).map(|table| table.name.as_str()).collect();
        let more = if found.len() > names.len() { ", …" } else { "" };
        let columns: Vec<&str> = rows.columns.iter().take(3).map(Text::as_str).collect();
        let with = if columns.is_empty() { String::new() } else { format!(" with {}", columns.join(", ")) };
        let noun = noun(found.len() as u64, "table");
        Some(format!("{noun} {}{more}{with}", names.join(", ")))
    }

    /// Whether it says where its events are in a database.
    pub fn reads_databases(&self) -> bool {
        !self.databases.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_told_by_name_and_columns() {
        for (name, pattern, expected) in [
            ("versions", "versions", true),
            ("versions", "version", false),
            ("shop_historicalitem", "*_historical*", true),
            ("historicalitem", "*_historical*", false),
            ("a", "*", true),
            ("", "*", true),
            ("a*", "a", false),
            ("äö", "*ö", true),
        ] {
            assert_eq!(is_like(name, pattern), expected, "{name} {pattern}");
        }
        let table = TableShape { name: "it's \"x\"".into(), columns: vec!["ID".into()] };
        let mut rows = DatabaseRows { table: "*".into(), columns: vec!["id".into()], ..DatabaseRows::default() };
        assert!(rows.is_for(&table));
        assert_eq!(rows.query_of(&table), "SELECT * FROM \"it's \"\"x\"\"\"");
        rows.query = "SELECT {name} FROM {table}".into();
        assert_eq!(rows.query_of(&table), "SELECT 'it''s \"x\"' FROM \"it's \"\"x\"\"\"");
    }
}
