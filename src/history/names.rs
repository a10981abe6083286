//! Names of snapshots, branches and tenants: exact bytes, one rule for making them, and which of them look alike.

use super::{History, Target};
use crate::escape::is_invisible;
use crate::{Error, Result};
#[cfg(feature = "look-alikes")]
use unicode_normalization::UnicodeNormalization;

/// What a name is given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameKind {
    Snapshot,
    /// A branch: a fork or a variant.
    Branch,
    /// A tenant: no moment names one.
    Tenant,
}

/// Characters that mean something where a branch is named.
const RESERVED: [char; 6] = ['~', '#', ':', '@', '%', '"'];

impl NameKind {
    fn word(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Branch => "branch",
            Self::Tenant => "tenant",
        }
    }

    /// Refuses a name that could not be told from another text, or that a moment would be read otherwise.
    ///
    /// # Errors
    /// `InvalidName` with the rule it breaks.
    pub fn check(self, name: &str) -> Result<()> {
        match self.fault(name) {
            None => Ok(()),
            Some(why) => Err(Error::InvalidName { kind: self.word(), name: name.to_owned(), why }),
        }
    }

    fn fault(self, name: &str) -> Option<String> {
        if name.is_empty() {
            return Some("it is empty".to_owned());
        }
        let is_control = |char: &char| char.is_control() || matches!(char, '\u{2028}' | '\u{2029}');
        if let Some(control) = name.chars().find(is_control) {
            return Some(format!("it has the control character U+{:04X}", u32::from(control)));
        }
        if name.trim() != name {
            return Some("it starts or ends with a blank".to_owned());
        }
        if self == Self::Branch && (name.contains(RESERVED) || name.starts_with(['+', '-'])) {
            let reserved = RESERVED.map(String::from).join(" ");
            return Some(format!("a branch name must not contain any of {reserved}, or start with + or -"));
        }
        if name.starts_with(['"', '\'']) {
            return Some("it starts with a quotation mark".to_owned());
        }
        (self != Self::Tenant && !is_plain(name)).then(|| "it already means a moment".to_owned())
    }
}

/// Whether a moment of this text names what is called so, and not a version some steps after a fork (`NAME#7`). `A` and `B` are ends of a difference only where there is one.
fn is_plain(name: &str) -> bool {
    let counted = name.rsplit_once('#').is_some_and(|(_, steps)| steps.bytes().all(|byte| byte.is_ascii_digit()));
    !counted
        && match Target::parse(name) {
            Ok(Target::Name(read)) => read == name,
            Ok(Target::Endpoint(_)) => true,
            _ => false,
        }
}

impl History {
    /// Names of this tenant, and words of moments, that look like this one on a screen and are others: composed and
    /// decomposed letters (with the feature `look-alikes`), other blanks, invisible characters, capitals. O(names).
    pub fn look_alikes(&self, name: &str) -> Vec<String> {
        look_alikes(name, self.names())
    }
}

/// Those of `names` that look like `name` and are others.
pub(crate) fn look_alikes<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let look = look(name);
    let mut alike: Vec<String> =
        names.filter(|other| *other != name && self::look(other) == look).map(str::to_owned).collect();
    alike.sort_unstable();
    alike.dedup();
    alike
}

/// What a person sees of a name.
fn look(name: &str) -> String {
    let seen = |char: &char| !is_invisible(*char);
    let one_blank = |char: char| if char.is_whitespace() { ' ' } else { char };
    composed(&composed(name).chars().filter(seen).flat_map(char::to_lowercase).map(one_blank).collect::<String>())
}

/// A name in one of the forms that look the same.
#[cfg(feature = "look-alikes")]
fn composed(name: &str) -> String {
    name.nfkc().collect()
}

/// Without the tables, letters are what their code points say.
#[cfg(not(feature = "look-alikes"))]
fn composed(name: &str) -> String {
    name.to_owned()
}

/// A name with its letters beyond ASCII as code points, to tell it from one that looks like it: `e\u{301}`.
pub(crate) fn spelled(name: &str) -> String {
    let spell = |char: char| {
        if char == ' ' || char.is_ascii_graphic() { char.to_string() } else { char.escape_unicode().to_string() }
    };
    name.chars().map(spell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_a_moment_reads_otherwise_is_refused_for_what_a_moment_names() {
        for name in [
            "42",
            "#2",
            "48,213",
            "1,2",
            "head",
            "head~3",
            "head~",
            "latest",
            "50%",
            "101%",
            "@",
            "@12:30",
            "@2026-10-09",
            "-5m",
            "-10",
            "+3",
            "+5m",
            "index:2",
            "index:x",
            "snap:x",
            "snap:",
            "branch:main",
            "branch:",
            "before:@12:30",
            "before:",
            "x#2",
            "a b#7",
            "#",
            "◆v1",
            "◆",
        ] {
            assert!(NameKind::Snapshot.check(name).is_err() && NameKind::Branch.check(name).is_err(), "{name}");
            assert!(NameKind::Tenant.check(name).is_ok(), "{name}");
        }
        for name in
            ["", " ", "v9 ", " v9", "\u{a0}v9", "v9\u{3000}", "a\nb", "a\u{1b}[31m", "\u{7f}", "a\u{85}b", "a\u{2028}b"]
        {
            for named in [NameKind::Snapshot, NameKind::Branch, NameKind::Tenant] {
                assert!(named.check(name).is_err(), "{named:?} {name:?}");
            }
        }
        for name in ["v1", "2.0.0", "before deploy", "A", "B", "C", "Größe", "é", "HEAD", "v1 (old)", "12h", "日本"]
        {
            for named in [NameKind::Snapshot, NameKind::Branch, NameKind::Tenant] {
                assert!(named.check(name).is_ok(), "{named:?} {name:?}");
            }
        }
    }

    #[cfg(feature = "look-alikes")]
    #[test]
    fn names_look_alike_whatever_their_bytes() {
        for (name, other, alike) in [
            ("é", "e\u{301}", true),
            ("a b", "a\u{a0}b", true),
            ("a b", "a\u{3000}b", true),
            ("v1", "V1", true),
            ("v1", "v\u{200b}1", true),
            ("v1", "v1\u{feff}", true),
            ("v1", "v1\u{fe0f}", true),
            ("latest", "Latest", true),
            ("ﬁx", "fix", true),
            ("v1", "v2", false),
            ("a b", "ab", false),
            ("e", "é", false),
        ] {
            assert_eq!(!look_alikes(name, [other].into_iter()).is_empty(), alike, "{name:?} {other:?}");
        }
        assert_eq!(look_alikes("v1", ["v1"].into_iter()), Vec::<String>::new());
    }
}
