//! A path as a filter of the `jq` language: by index, or by the names of elements, and through JSON in strings.

use super::path::ArrayKeys;
use crate::questions::EmbeddedPath;
use crate::value::{Path, Step, Value, parse};

/// The filter that gives the part at a path of a value: elements by index.
pub fn of_path(root: &Value, path: &Path) -> String {
    within(root, path, None)
}

/// The filter that gives the same part in every version: elements by their names where `keys` has them, a container by its
/// length.
pub fn over_time(root: &Value, path: &Path, keys: &ArrayKeys) -> String {
    let filter = within(root, path, Some(&Lasting { keys, root }));
    let EmbeddedPath { string, inside } = EmbeddedPath::new(root, path);
    let is_counted = inside.0.is_empty() && root.at(&string).is_some_and(Value::is_container);
    match (filter.as_str(), is_counted) {
        (_, false) => filter,
        (".", true) => "length".into(),
        (_, true) => format!("{filter} | length"),
    }
}

/// How the path is followed through time.
struct Lasting<'k> {
    keys: &'k ArrayKeys,
    root: &'k Value,
}

/// A path through the strings of a value.
fn within(root: &Value, path: &Path, lasting: Option<&Lasting<'_>>) -> String {
    let EmbeddedPath { string, inside } = EmbeddedPath::new(root, path);
    let outer = steps(&string, lasting);
    let held = match root.at(&string) {
        Some(Value::String(text)) if !inside.0.is_empty() => parse(text.as_bytes()).ok(),
        _ => None,
    };
    let opened = if lasting.is_some() { "fromjson?" } else { "fromjson" };
    held.map_or_else(|| outer.clone(), |held| format!("{outer} | {opened} | {}", of_path(&held, &inside)))
}

fn steps(path: &Path, lasting: Option<&Lasting<'_>>) -> String {
    let mut stages = vec![String::new()];
    for (depth, step) in path.0.iter().enumerate() {
        let stage = match step {
            Step::Key(key) => member(key),
            Step::Index(index) => {
                let here = Path(path.0[..=depth].to_vec());
                match lasting.and_then(|lasting| lasting.keys.element_name(&here, lasting.root)) {
                    Some((field, name)) => {
                        stages.last_mut().into_iter().for_each(|last| last.push_str("[]?"));
                        stages.extend([
                            format!("select({}? == {})", dotted(&member(&field)), name.to_json()),
                            String::new(),
                        ]);
                        continue;
                    }
                    None => format!("[{index}]"),
                }
            }
        };
        stages.last_mut().into_iter().for_each(|last| last.push_str(&stage));
    }
    let stages: Vec<String> = stages.iter().filter(|stage| !stage.is_empty()).map(|stage| dotted(stage)).collect();
    if stages.is_empty() { ".".into() } else { stages.join(" | ") }
}

/// A stage of the filter: `[0].a` is read only with a dot before it.
fn dotted(stage: &str) -> String {
    if stage.starts_with('[') { format!(".{stage}") } else { stage.to_owned() }
}

/// Only keys that are identifiers stand bare.
fn member(key: &str) -> String {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    let bare = key.starts_with(letter) && key.chars().all(|c| letter(c) || c.is_ascii_digit());
    if bare { format!(".{key}") } else { format!("[{}]", Value::from(key).to_json()) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::diff::{ArrayKey, DiffRules};
    use crate::query::{Query, QueryBudget};

    const STATE: &str = r#"{"cart":{"items":[{"id":"a","qty":1},{"id":7,"lines":[{"k":null},{"k":"x","n":2}]}]},
        "s-0001":{"x":1},"odd \"key\"":2,"1a":3,"é":4,"list":[[5,6]],"body":"{\"user\":{\"name\":[8]}}"}"#;

    #[test]
    fn a_path_as_a_filter_gives_the_value_at_the_path() {
        let state = parse(STATE.as_bytes()).unwrap();
        for (path, filter, lasting) in [
            (".", ".", "length"),
            (".cart", ".cart", ".cart | length"),
            (".cart.items[0].qty", ".cart.items[0].qty", r#".cart.items[]? | select(.id? == "a") | .qty"#),
            (".cart.items[1]", ".cart.items[1]", ".cart.items[]? | select(.id? == 7) | length"),
            (
                ".cart.items[1].lines[1].n",
                ".cart.items[1].lines[1].n",
                r#".cart.items[]? | select(.id? == 7) | .lines[]? | select(.k? == "x") | .n"#,
            ),
            (".s-0001.x", r#".["s-0001"].x"#, r#".["s-0001"].x"#),
            (r#"."odd \"key\"""#, r#".["odd \"key\""]"#, r#".["odd \"key\""]"#),
            (r#"."1a""#, r#".["1a"]"#, r#".["1a"]"#),
            (".é", r#".["é"]"#, r#".["é"]"#),
            (".list[0][1]", ".list[0][1]", ".list[0][1]"),
        ] {
            let mut keys = DiffRules::default();
            for (array, field) in [(".cart.items", "id"), (".cart.items[1].lines", "k")] {
                keys.choose(&Path::parse(array, &state).unwrap().0, Some(ArrayKey::Field(field.into())));
            }
            let place = Path::parse(path, &state).unwrap();
            let words = over_time(&state, &place, &ArrayKeys::of(&keys));
            assert_eq!((&*of_path(&state, &place), &*words), (filter, lasting), "{path}");
            let whole = state.at(&place).unwrap();
            let length = || Value::from(whole.len() as u64);
            for (filter, expected) in
                [(filter, whole.clone()), (lasting, if whole.is_container() { length() } else { whole.clone() })]
            {
                let given = Query::compile(filter).unwrap().outputs(&state, &QueryBudget::default());
                assert_eq!(given, Ok(vec![expected]), "{filter}");
            }
        }
        let inside = Path(["body", "user", "name"].map(|key| Step::Key(key.into())).to_vec());
        assert_eq!(of_path(&state, &inside), ".body | fromjson | .user.name");
        assert_eq!(over_time(&state, &inside, &ArrayKeys::default()), ".body | fromjson? | .user.name");
    }
}
