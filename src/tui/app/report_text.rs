//! Texts about what is looked at, for other people: the diff as Markdown, and a command line that opens this spot.

use super::Session;
use crate::diff::Change;
use crate::record::Version;
use crate::source::Address;
use crate::value::{Path, Value};
use crate::view::change_row::ChangedPart;
use crate::view::clock::date_time;
use crate::view::found::whole;
use crate::view::path::printed;
use crate::view::text::{counted, number, recorded, visible};

/// Changes listed, at most.
const MOST_CHANGES: usize = 200;

/// The diff from A to B as Markdown.
pub fn markdown(session: &Session, address: &Address) -> String {
    let versions = session.shown.versions;
    let mut lines = vec![
        format!("# {}: {} → {}", recorded(&address.title()), number(versions.a), number(versions.b)),
        String::new(),
        format!("- tenant: {}", code(&recorded(&session.tenant.id().0))),
        end(session, "A", versions.a),
        end(session, "B", versions.b),
        format!("- {}", session.changes.summary().line().unmarked()),
    ];
    let changes = &session.shown.ends().diff.changes;
    if !changes.is_empty() {
        lines.extend([String::new(), "| | path | change |".to_owned(), "|---|---|---|".to_owned()]);
        lines.extend(changes.iter().take(MOST_CHANGES).map(row));
    }
    if changes.len() > MOST_CHANGES {
        lines.extend([String::new(), format!("… and {}", counted(changes.len() - MOST_CHANGES, "more change"))]);
    }
    let again = command(address, session).map(|open| format!("{open} --at {}", versions.b.0));
    lines.extend(again.into_iter().flat_map(|open| [String::new(), format!("Open it: `{open}`")]));
    lines.join("\n") + "\n"
}

/// `asof open shop.asof --tenant acme --at 42 --path .cart`; `None` for what cannot be opened again.
pub fn command_line(session: &Session, address: &Address, path: &Path) -> Option<String> {
    let open = format!("{} --at {}", command(address, session)?, session.cursor.0);
    Some(if path.0.is_empty() { open } else { format!("{open} --path {}", quoted(&path.to_string())) })
}

fn command(address: &Address, session: &Session) -> Option<String> {
    let absolute =
        |path: &std::path::Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string();
    let source = match address {
        Address::Recording(path) | Address::File(path) | Address::Copies(path) => absolute(path),
        Address::Server(address) => address.to_string(),
        Address::Messages(source) => source.to_string(),
        Address::Git(file) => format!("git:{}", file.at(absolute(&file.path).into())),
        Address::Demo(name) => format!("demo:{name}"),
        Address::Stdin | Address::Several(_) | Address::Watched(_) => return None,
    };
    let tenant = &session.tenant.id().0;
    let tenant =
        if *tenant == *crate::record::DEFAULT_TENANT { String::new() } else { format!(" --tenant {}", quoted(tenant)) };
    Some(format!("asof open {}{tenant}", quoted(&source)))
}

/// One word for a POSIX shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

fn end(session: &Session, name: &str, version: Version) -> String {
    let info = session.history().info(version);
    let at = info.as_ref().and_then(|info| info.at).map(|at| format!(" at {}", date_time(at))).unwrap_or_default();
    let label = info.filter(|info| !info.label.is_empty()).map(|info| format!(", {}", code(&recorded(&info.label))));
    format!("- {name}: {}{at}{}", number(version), label.unwrap_or_default())
}

fn row(change: &Change) -> String {
    let part = ChangedPart::from(change);
    let path = |path: &Path| code(&printed(path));
    format!("| `{}` | {} | {} |", part.sign.word(), path(part.path), part.words(value_of, path))
}

/// All of a value, as far as a reader bears it.
fn value_of(value: &Value) -> String {
    let (text, left) = whole(value);
    code(&text) + &left
}

/// Text that stays text in a table of Markdown.
fn code(text: &str) -> String {
    let text = visible(text).replace('|', "\\|");
    let ticks = if text.contains('`') { "``" } else { "`" };
    let room = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{room}{text}{room}{ticks}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word_in_a_shell() {
        for (text, expected) in [
            ("/a/b.asof", "/a/b.asof"),
            (".cart.items[0]", "'.cart.items[0]'"),
            ("it's", "'it'\\''s'"),
            ("", "''"),
            ("~x", "'~x'"),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }

    /// What is written of a value, and the letters of it that are not: together all of it.
    #[test]
    fn a_report_has_values_whole_or_says_how_much_is_left_out() {
        for (letters, says) in
            [(0, None), (61, None), (3_998, None), (3_999, Some("3 of 4,001")), (9_000, Some("5,004 of 9,002"))]
        {
            let text = value_of(&Value::from("x".repeat(letters).as_str()));
            assert_eq!(text.contains("…\"`"), says.is_some(), "{letters}");
            match says {
                None => assert_eq!(text, format!("`\"{}\"`", "x".repeat(letters))),
                Some(says) => assert!(text.ends_with(&format!(" and {says} letters left out")), "{letters}: {text}"),
            }
        }
        let list = crate::value::parse(format!("[{}1]", "\"word\",".repeat(100)).as_bytes()).unwrap_or(Value::Null);
        assert_eq!(value_of(&list), format!("`{}`", list.to_json()));
    }

    #[test]
    fn data_stays_data_in_a_table() {
        for (text, expected) in [("a|b", "`a\\|b`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("a\nb", "`a\\nb`")] {
            assert_eq!(code(text), expected);
        }
    }
}
