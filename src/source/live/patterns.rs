//! Which files are meant: a file, the files of a directory, or those that fit a pattern with `*`, `?` and `**`.
//!
//! Must not name: threads, `recording`.

use crate::import::Notation;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

/// How files of a directory end, beside those that the name says are one value, whose content is JSON.
const ENDINGS: [&str; 3] = ["jsonl", "ndjson", "tfstate"];
/// How deep `**` looks, and how many files are watched at most.
const DEEPEST: usize = 16;
const MOST_FILES: usize = 4096;

/// A file, a directory, or a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchPattern {
    text: PathBuf,
}

impl WatchPattern {
    /// Reads one. What is there under this very name is meant, whatever signs are in it.
    pub fn new(text: &str) -> Self {
        Self { text: text.into() }
    }

    /// One file.
    pub(super) fn of(path: &Path) -> Self {
        Self { text: path.to_owned() }
    }

    /// A short name for titles.
    pub fn title(&self) -> String {
        self.text
            .file_name()
            .map_or_else(|| self.text.display().to_string(), |name| name.to_string_lossy().into_owned())
    }

    /// The one file that is meant; `None` where there may be several.
    pub fn file(&self) -> Option<&Path> {
        let is_several = self.text.is_dir() || (!self.text.exists() && has_signs(&self.text));
        (!is_several).then_some(self.text.as_path())
    }

    /// The files there are, each with its name for a tenant; and the directories in which there may come to be more.
    pub(super) fn find(&self) -> (BTreeMap<PathBuf, String>, BTreeSet<PathBuf>) {
        let mut found = PatternSearch::default();
        if let Some(file) = self.file() {
            found.take(file.to_owned(), Path::new(""));
        } else if self.text.is_dir() {
            found.directories.insert(self.text.clone());
            let files = entries(&self.text).into_iter().filter(|path| has_ending(path) && !path.is_dir());
            files.for_each(|path| found.take(path, &self.text));
        } else {
            let parts: Vec<_> = self.text.components().collect();
            let fixed: PathBuf = parts.iter().take_while(|part| !has_signs(part.as_ref())).collect();
            let rest: Vec<_> = parts[fixed.components().count()..].to_vec();
            found.search(&fixed, &rest, &fixed, 0);
        }
        (found.files, found.directories)
    }
}

#[derive(Default)]
struct PatternSearch {
    files: BTreeMap<PathBuf, String>,
    directories: BTreeSet<PathBuf>,
}

impl PatternSearch {
    fn search(&mut self, at: &Path, rest: &[Component<'_>], base: &Path, depth: usize) {
        let Some((first, more)) = rest.split_first() else { return };
        let at_here = if at.as_os_str().is_empty() { Path::new(".") } else { at };
        self.directories.insert(at_here.to_owned());
        let first = first.as_os_str().to_string_lossy().into_owned();
        if first == "**" {
            self.search(at, more, base, depth);
        }
        for path in entries(at_here) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let path = at.join(&name);
            if first == "**" {
                if depth < DEEPEST && path.is_dir() && !path.is_symlink() && !name.starts_with('.') {
                    self.search(&path, rest, base, depth + 1);
                }
            } else if fits(first.as_bytes(), name.as_bytes()) {
                match more {
                    [] if !path.is_dir() => self.take(path, base),
                    [] => {}
                    _ => self.search(&path, more, base, depth),
                }
            }
        }
    }

    fn take(&mut self, path: PathBuf, base: &Path) {
        if self.files.len() < MOST_FILES && !is_aside(&path) {
            let below = path.strip_prefix(base).ok().filter(|_| !base.as_os_str().is_empty());
            let name = below.or_else(|| path.file_name().map(Path::new)).unwrap_or(&path).display().to_string();
            self.files.insert(path, name);
        }
    }
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(directory).map(|all| all.flatten().map(|entry| entry.path()).collect()).unwrap_or_default()
}

fn has_ending(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let is_json = || name.rsplit_once('.').is_some_and(|(_, end)| ENDINGS.contains(&end));
    !name.starts_with('.') && (is_json() || (Notation::is_named(path) && !Notation::is_packed(path)))
}

/// Whether editors and writers keep something in it for a moment: never a file of its own.
fn is_aside(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with('~')
        || [".swp", ".swx", ".tmp", ".bak"].iter().any(|end| name.ends_with(end))
        || name.starts_with('#')
}

fn has_signs(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?'])
}

/// Whether a name fits a pattern of one part. A name that begins with a dot fits only one that does.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    if name.first() == Some(&b'.') && pattern.first() != Some(&b'.') {
        return false;
    }
    let (mut at, mut from, mut star) = (0, 0, None);
    while from < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(sign) if *sign == b'?' || *sign == name[from] => (at, from) = (at + 1, from + 1),
            _ => {
                let Some((star_at, tried)) = star else { return false };
                star = Some((star_at, tried + 1));
                (at, from) = (star_at + 1, tried + 1);
            }
        }
    }
    pattern[at..].iter().all(|sign| *sign == b'*')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn files_directories_and_patterns() {
        let home = tempfile::tempdir().unwrap();
        for name in
            ["a.json", "b.yaml", "c.txt", ".d.json", "e.json~", "x/a.json", "x/y/z.json", "x/y/.git/q.json", "[1].json"]
        {
            let path = home.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "1").unwrap();
        }
        for (pattern, expected) in [
            ("", "[1].json a.json b.yaml"),
            ("a.json", "a.json"),
            ("not-yet.json", "not-yet.json"),
            ("*.json", "[1].json a.json"),
            (".*.json", ".d.json"),
            ("?.*", "a.json b.yaml c.txt"),
            ("x/*.json", "a.json"),
            ("*/*.json", "x/a.json"),
            ("**/*.json", "[1].json a.json x/a.json x/y/z.json"),
            ("x/**/z*", "y/z.json"),
            ("nowhere/*.json", ""),
        ] {
            let text = if pattern.is_empty() { home.path().to_owned() } else { home.path().join(pattern) };
            let (files, _) = WatchPattern::new(text.to_str().unwrap()).find();
            assert_eq!(files.into_values().collect::<Vec<_>>().join(" "), expected, "{pattern}");
        }
    }

    #[test]
    fn stars_stand_for_any_signs() {
        for (pattern, name, is_fit) in [
            ("a*b*c", "a--b--b-c", true),
            ("a*b*c", "a--b--b-", false),
            ("*", "", true),
            ("?", "", false),
            ("**", "abc", true),
            ("*.json", "x.json.bak", false),
            ("a?c", "abc", true),
        ] {
            assert_eq!(fits(pattern.as_bytes(), name.as_bytes()), is_fit, "{pattern} {name}");
        }
    }
}
