//! TOML (<https://toml.io/en/v1.1.0>).

use super::{Mistake, number, quoted};
use crate::toml::{DeTable, DeValue};

pub(super) fn to_json(text: &str) -> Result<String, Mistake> {
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        (error.message().lines().collect::<Vec<_>>().join(", "), at)
    })?;
    let mut json = String::with_capacity(text.len());
    write_table(table.get_ref(), &mut json);
    Ok(json)
}

fn write_table(table: &DeTable<'_>, json: &mut String) {
    json.push('{');
    for (at, (key, value)) in table.iter().enumerate() {
        json.push_str(if at > 0 { "," } else { "" });
        json.push_str(&quoted(key.get_ref()));
        json.push(':');
        write(value.get_ref(), json);
    }
    json.push('}');
}

/// The parser limits the depth.
fn write(value: &DeValue<'_>, json: &mut String) {
    match value {
        DeValue::String(string) => json.push_str(&quoted(string)),
        DeValue::Integer(digits) => {
            let prefix = match digits.radix() {
                16 => "0x",
                8 => "0o",
                2 => "0b",
                _ => "",
            };
            let written = format!("{prefix}{}", digits.as_str());
            json.push_str(&number(&written).unwrap_or_else(|| quoted(&written)));
        }
        DeValue::Float(digits) => json.push_str(&number(digits.as_str()).unwrap_or_else(|| quoted(digits.as_str()))),
        DeValue::Boolean(boolean) => json.push_str(if *boolean { "true" } else { "false" }),
        DeValue::Datetime(moment) => json.push_str(&quoted(&moment.to_string())),
        DeValue::Array(elements) => {
            json.push('[');
            for (at, element) in elements.iter().enumerate() {
                json.push_str(if at > 0 { "," } else { "" });
                write(element.get_ref(), json);
            }
            json.push(']');
        }
        DeValue::Table(table) => write_table(table, json),
    }
}
