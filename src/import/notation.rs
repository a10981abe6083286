//! Notations that a file of one value may be written in beside JSON, and what it says as JSON text.
//!
//! JSON lacks infinities, NaN, dates and tags: those become strings, as they are written, and tags objects of one key, so that
//! nothing a file says is lost. Numbers keep their digits. Must not name: `texts`, `emit`.

mod json5;
mod toml;
mod yaml;

use super::envelope::TextFault;
use std::path::Path;

/// How a file that holds one value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// JSON; where the text is not, [`Json5`](Self::Json5) is tried.
    Json,
    /// JSON with comments, trailing commas and the rest of JSON5.
    Json5,
    /// YAML 1.2, with the merge keys of 1.1.
    Yaml,
    /// TOML 1.1.
    Toml,
}

/// Which extensions, in lower case, and which whole names say that a file is in a notation.
const NAMES: &[(Notation, &[&str], &[&str])] = &[
    (Notation::Json5, &["json5", "jsonc", "code-workspace"], &[".babelrc", ".swcrc", ".jshintrc"]),
    (
        Notation::Yaml,
        &["yaml", "yml", "cff"],
        &[".clang-format", ".clang-tidy", ".prettierrc", ".yamllint", "pubspec.lock", ".yarnrc"],
    ),
    (Notation::Toml, &["toml"], &["Cargo.lock", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile", "Gopkg.lock"]),
];

/// Extensions of packed files.
const PACKED: [&str; 3] = ["gz", "zst", "zstd"];

impl Notation {
    /// What the name of a file says; `Json` where it says nothing.
    pub fn of(path: &Path) -> Self {
        let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let extension = part(path.extension()).to_ascii_lowercase();
        if PACKED.contains(&extension.as_str()) {
            return Self::of(&path.with_extension(""));
        }
        let name = part(path.file_name());
        let says = |(_, extensions, names): &&(Self, &[&str], &[&str])| {
            extensions.contains(&extension.as_str()) || names.contains(&name.as_str())
        };
        NAMES.iter().find(says).map_or(Self::Json, |(notation, ..)| *notation)
    }

    /// Whether the name of a file says that it is in one of them.
    pub fn is_named(path: &Path) -> bool {
        Self::of(path) != Self::Json || path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
    }

    /// Whether the name of a file says that it is packed.
    pub fn is_packed(path: &Path) -> bool {
        path.extension().is_some_and(|extension| PACKED.iter().any(|packed| extension.eq_ignore_ascii_case(packed)))
    }

    /// What git calls those files.
    pub fn patterns() -> impl Iterator<Item = String> {
        let extensions = NAMES.iter().flat_map(|(_, extensions, _)| *extensions).chain([&"json"]);
        let names = NAMES.iter().flat_map(|(_, _, names)| *names);
        let extensions = extensions.map(|extension| format!(":(icase)*.{extension}"));
        extensions.chain(names.flat_map(|name| [(*name).to_owned(), format!("*/{name}")]))
    }

    /// Its name in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Json5 => "JSON5",
            Self::Yaml => "YAML",
            Self::Toml => "TOML",
        }
    }

    /// Whether a text can be told from its first part: a bracket that is not closed, a string that does not end.
    pub fn ends_itself(self, text: &str) -> bool {
        match self {
            Self::Json | Self::Json5 => matches!(text.trim_ascii_start().as_bytes().first(), Some(b'{' | b'[' | b'"')),
            Self::Yaml | Self::Toml => false,
        }
    }

    /// A text in a notation beside JSON, as JSON text.
    pub(super) fn to_json(self, text: &str, limit: usize) -> Result<String, TextFault> {
        let fault = |(why, at): (String, usize)| TextFault { why: format!("not {}: {why}", self.word()), at };
        match self {
            Self::Json | Self::Json5 => json5::to_json(text),
            Self::Yaml => yaml::to_json(text, limit),
            Self::Toml => toml::to_json(text),
        }
        .map_err(fault)
    }
}

/// Why a text is not in a notation, and at which byte.
type Mistake = (String, usize);

/// A string as JSON text.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A number as other notations write it (`+1`, `.5`, `5.`, `0xFF`, `1_000`), as JSON writes it with the same digits; `None`
/// where JSON cannot write it: infinities, NaN, leading zeros, what is beyond 128 bits in another base than ten.
fn number(text: &str) -> Option<String> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let digits = digits.replace('_', "");
    let base = |prefix: &str, base: u32| {
        let rest = digits.strip_prefix(prefix)?;
        u128::from_str_radix(rest, base).ok().filter(|_| !rest.starts_with('+'))
    };
    if let Some(whole) = base("0x", 16).or_else(|| base("0X", 16)).or_else(|| base("0o", 8)).or_else(|| base("0b", 2)) {
        return Some(format!("{sign}{whole}"));
    }
    let at = digits.find(['e', 'E']).unwrap_or(digits.len());
    let (mantissa, exponent) = digits.split_at(at);
    let (whole, part) = mantissa.split_once('.').map_or((mantissa, None), |(whole, part)| (whole, Some(part)));
    let whole = if whole.is_empty() { "0" } else { whole };
    let part = part.map(|part| if part.is_empty() { "0" } else { part });
    let json =
        part.map_or_else(|| format!("{sign}{whole}{exponent}"), |part| format!("{sign}{whole}.{part}{exponent}"));
    let is_some = mantissa.bytes().any(|byte| byte.is_ascii_digit());
    (is_some && serde_json::from_str::<&serde_json::value::RawValue>(&json).is_ok()).then_some(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_number(text: &str, expected: Option<&str>) {
        assert_eq!(number(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn numbers_keep_their_digits() {
        check_number("12345678901234567890.10", Some("12345678901234567890.10"));
        check_number("+1", Some("1"));
        check_number("-.5", Some("-0.5"));
        check_number("5.", Some("5.0"));
        check_number("5.e3", Some("5.0e3"));
        check_number("1_000", Some("1000"));
        check_number("0xDEADbeef", Some("3735928559"));
        check_number("-0x10", Some("-16"));
        check_number("0o17", Some("15"));
        check_number("0b101", Some("5"));
        check_number("007", None);
        check_number(".", None);
        check_number("+", None);
        check_number("", None);
        check_number("0x", None);
        check_number("0x+1", None);
        check_number(".inf", None);
        check_number("true", None);
        check_number("1e", None);
        check_number("--1", None);
    }

    fn check_name(name: &str, expected: Notation) {
        assert_eq!(Notation::of(Path::new(name)), expected, "{name}");
    }

    #[test]
    fn a_name_says_its_notation() {
        check_name("a/b.YML", Notation::Yaml);
        check_name("docker-compose.yaml", Notation::Yaml);
        check_name("Cargo.lock", Notation::Toml);
        check_name("pyproject.toml", Notation::Toml);
        check_name("app.code-workspace", Notation::Json5);
        check_name("tsconfig.json", Notation::Json);
        check_name("README", Notation::Json);
        check_name(".toml", Notation::Json);
    }
}
