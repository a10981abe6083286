//! JSON5 (<https://spec.json5.org>) and JSON with comments.

use super::{Mistake, number, quoted};
use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::errors::ParseError;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

pub(super) fn to_json(text: &str) -> Result<String, Mistake> {
    let options = ParseOptions { allow_missing_commas: false, ..ParseOptions::default() };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &options);
    let value = parsed.map_err(mistake)?.value;
    let value = value.ok_or_else(|| ("nothing but comments".to_owned(), 0))?;
    let mut json = String::with_capacity(text.len());
    write(&value, &mut json);
    Ok(json)
}

fn mistake(error: ParseError) -> Mistake {
    (error.kind().to_string().to_lowercase(), error.range().start)
}

/// The parser limits the depth.
fn write(value: &Value<'_>, json: &mut String) {
    match value {
        Value::StringLit(string) => json.push_str(&quoted(&string.value)),
        Value::NumberLit(digits) => {
            json.push_str(&number(digits.value).unwrap_or_else(|| quoted(digits.value)));
        }
        Value::BooleanLit(boolean) => json.push_str(if boolean.value { "true" } else { "false" }),
        Value::NullKeyword(_) => json.push_str("null"),
        Value::Array(array) => {
            json.push('[');
            for (at, element) in array.elements.iter().enumerate() {
                json.push_str(if at > 0 { "," } else { "" });
                write(element, json);
            }
            json.push(']');
        }
        Value::Object(object) => {
            json.push('{');
            for (at, member) in object.properties.iter().enumerate() {
                json.push_str(if at > 0 { "," } else { "" });
                let key = match &member.name {
                    ObjectPropName::String(name) => &*name.value,
                    ObjectPropName::Word(name) => name.value,
                };
                json.push_str(&quoted(key));
                json.push(':');
                write(&member.value, json);
            }
            json.push('}');
        }
    }
}
