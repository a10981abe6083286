//! What was opened lately: a short list in the user's state folder, newest first.
//!
//! Only what can be opened again by its name is in it: never standard input, never a demo. The list is a convenience: a
//! line of it that cannot be read is skipped, and a lost list is no loss. Must not name: screens.

use super::Address;
use crate::error::{Error, Result};
use crate::record::Time;
use std::fs;
use std::path::{Path, PathBuf};

/// More than anyone looks through.
const MOST: usize = 20;

/// Something opened lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recent {
    /// What to open, as a SOURCE argument that means the same from any directory.
    pub source: String,
    /// How many versions it had.
    pub versions: u64,
    /// How long ago.
    pub age: chrono::Duration,
}

/// The list, and where it is kept.
#[derive(Debug, Clone)]
pub struct Recents {
    file: PathBuf,
    clock: fn() -> Time,
}

/// One line of the file, a JSON object.
struct RecentLine {
    at: String,
    source: String,
    versions: u64,
}

impl RecentLine {
    fn read(text: &str) -> Option<Self> {
        let json: serde_json::Value = serde_json::from_str(text).ok()?;
        let string = |key| Some(json.get(key)?.as_str()?.to_owned());
        Some(Self { at: string("at")?, source: string("source")?, versions: json.get("versions")?.as_u64()? })
    }

    fn write(&self) -> String {
        let Self { at, source, versions } = self;
        format!("{}\n", serde_json::json!({ "at": at, "source": source, "versions": versions }))
    }
}

impl Recents {
    /// The user's list: `$XDG_STATE_HOME/asof/recent.jsonl`, below `~/.local/state` where that is not set.
    pub fn of_user() -> Option<Self> {
        let set = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let folder = set.or_else(|| Some(std::env::home_dir()?.join(".local/state")))?;
        Some(Self::at(&folder.join("asof/recent.jsonl"), chrono::Utc::now))
    }

    /// A list kept in a file.
    pub fn at(file: &Path, clock: fn() -> Time) -> Self {
        Self { file: file.to_owned(), clock }
    }

    /// What was opened lately and can still be opened, newest first. A file that git may hold after it was deleted counts as there
    /// while its directory is.
    pub fn there(&self) -> Vec<Recent> {
        let is_there = |recent: &Recent| match Address::parse(&recent.source) {
            Ok(Address::Git(file)) => file.path.exists() || file.path.parent().is_some_and(Path::exists),
            opened => opened.is_ok(),
        };
        self.list().into_iter().filter(is_there).collect()
    }

    /// What was opened lately, newest first.
    pub fn list(&self) -> Vec<Recent> {
        let now = (self.clock)();
        let recent = |line: RecentLine| {
            let at = chrono::DateTime::parse_from_rfc3339(&line.at).ok()?;
            Some(Recent { source: line.source, versions: line.versions, age: now.signed_duration_since(at) })
        };
        self.lines().into_iter().filter_map(recent).collect()
    }

    /// Puts a source at the top of the list, if it can be opened again by its name.
    ///
    /// # Errors
    /// When the list cannot be written; it is as it was then.
    pub fn note(&self, address: &Address, versions: u64) -> Result<()> {
        let Some(source) = address.lasting() else { return Ok(()) };
        let at = (self.clock)().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let others = self.lines().into_iter().filter(|line| line.source != source);
        let newest = RecentLine { at, source: source.clone(), versions };
        let lines: Vec<RecentLine> = std::iter::once(newest).chain(others).take(MOST).collect();
        self.write(&lines).map_err(Error::io("write", &self.file))
    }

    fn lines(&self) -> Vec<RecentLine> {
        let text = fs::read_to_string(&self.file).unwrap_or_default();
        text.lines().filter_map(RecentLine::read).take(MOST).collect()
    }

    /// Through a file of its own, so that who reads meanwhile sees the old list or the new one.
    fn write(&self, lines: &[RecentLine]) -> std::io::Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let new = self.file.with_extension(format!("{}.new", std::process::id()));
        fs::write(&new, lines.iter().map(RecentLine::write).collect::<String>())?;
        fs::rename(&new, &self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Time {
        Time::from_timestamp(1_760_011_200, 0).unwrap()
    }

    fn past_noon() -> Time {
        noon() + chrono::Duration::minutes(12)
    }

    fn sources(recents: &Recents) -> Vec<String> {
        recents.list().into_iter().map(|recent| recent.source).collect()
    }

    #[test]
    fn what_was_opened_last_comes_first_and_only_once() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("state/asof/recent.jsonl");
        let recents = Recents::at(&file, noon);
        assert!(recents.list().is_empty());
        for name in ["/a", "/b", "/a"] {
            recents.note(&Address::File(name.into()), 7).unwrap();
        }
        recents.note(&Address::Git(PathBuf::from("/r/x.json").into()), 8).unwrap();
        assert_eq!(sources(&recents), ["git:/r/x.json", "/a", "/b"]);
        let later = Recents::at(&file, past_noon).list();
        assert_eq!((later[0].versions, later[0].age), (8, chrono::Duration::minutes(12)));
    }

    #[test]
    fn the_list_is_short_and_survives_a_bad_line() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("recent.jsonl");
        fs::write(&file, "not JSON\n{\"at\":\"soon\",\"source\":\"/x\",\"versions\":1}\n").unwrap();
        let recents = Recents::at(&file, noon);
        for n in 0..50 {
            recents.note(&Address::Recording(format!("/{n}").into()), n).unwrap();
        }
        let sources = sources(&recents);
        assert_eq!((sources.len(), sources[0].as_str(), sources[19].as_str()), (MOST, "/49", "/30"));
    }

    #[test]
    fn what_was_deleted_since_is_left_out() {
        let home = tempfile::tempdir().unwrap();
        let recents = Recents::at(&home.path().join("recent.jsonl"), noon);
        let (stays, goes) = (home.path().join("stays.json"), home.path().join("goes.json"));
        for file in [&stays, &goes] {
            fs::write(file, "{}").unwrap();
            recents.note(&Address::File(file.clone()), 1).unwrap();
        }
        recents.note(&Address::Git(home.path().join("held.json").into()), 1).unwrap();
        recents.note(&Address::Git(home.path().join("no/such/held.json").into()), 1).unwrap();
        fs::remove_file(&goes).unwrap();
        let there: Vec<String> = recents.there().into_iter().map(|recent| recent.source).collect();
        assert_eq!(there, [format!("git:{}", home.path().join("held.json").display()), stays.display().to_string()]);
    }

    #[test]
    fn what_cannot_be_opened_again_is_not_remembered() {
        let home = tempfile::tempdir().unwrap();
        let recents = Recents::at(&home.path().join("recent.jsonl"), noon);
        recents.note(&Address::Stdin, 1).unwrap();
        recents.note(&Address::Demo("crash".into()), 1).unwrap();
        assert!(recents.list().is_empty() && !recents.file.exists());
    }

    #[test]
    fn names_are_kept_so_that_they_mean_the_same_from_anywhere() {
        let home = tempfile::tempdir().unwrap();
        let recents = Recents::at(&home.path().join("recent.jsonl"), noon);
        recents.note(&Address::File("a/b.jsonl".into()), 1).unwrap();
        assert!(Path::new(&sources(&recents)[0]).is_absolute());
    }
}
