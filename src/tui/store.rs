//! What is kept between two runs: the commands typed after `:`, the marks of each recording, what was opened and closed in
//! its trees, and the expressions that were followed.
//!
//! Small files in the state folder (`$XDG_STATE_HOME/asof`, else `~/.local/state/asof`), readable by their owner
//! only. Losing them loses comfort, so what cannot be read counts as empty. Must not name: `key`, `keymap`, `app`.

use crate::record::Version;
use crate::source::Address;
use crate::value::Step;
use crate::view::outline::{ElementName, KeptFold, LastingStep};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Marks by their letter.
pub type LetterMarks = BTreeMap<char, Version>;

/// Marks of every tenant of every recording: by [`key_of`] its source, then by the tenant's name.
pub type SourceMarks = BTreeMap<String, BTreeMap<String, LetterMarks>>;

/// What was opened and closed in the trees of a tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredFolds {
    /// In the State pane.
    pub state: Vec<KeptFold>,
    /// In the Diff view.
    pub diff: Vec<KeptFold>,
}

/// Folds of every tenant of every recording, as [`SourceMarks`].
pub type SourceFolds = BTreeMap<String, BTreeMap<String, StoredFolds>>;

/// The expressions that were followed in a tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredExpressions {
    /// As columns of the list of transitions.
    pub columns: Vec<String>,
    /// As lanes below the timeline.
    pub lanes: Vec<String>,
}

/// Expressions of every tenant of every recording, as [`SourceMarks`].
pub type SourceFollowed = BTreeMap<String, BTreeMap<String, StoredExpressions>>;

/// What earlier runs left.
#[derive(Debug, Clone, Default)]
pub struct StoredState {
    /// Commands, oldest first.
    pub commands: Vec<String>,
    pub marks: SourceMarks,
    pub folds: SourceFolds,
    /// Expressions.
    pub followed: SourceFollowed,
}

/// Something to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreWrite {
    /// A command that was run.
    Command(String),
    /// All marks of a tenant.
    Marks {
        /// Which source, as [`key_of`] names it.
        source: String,
        tenant: String,
        /// All of them.
        marks: LetterMarks,
    },
    /// All folds of a tenant.
    Folds {
        /// Which source, as [`key_of`] names it.
        source: String,
        tenant: String,
        /// All of them.
        folds: StoredFolds,
    },
    /// All expressions followed in a tenant.
    Followed {
        /// Which source, as [`key_of`] names it.
        source: String,
        tenant: String,
        /// All of them.
        followed: StoredExpressions,
    },
}

/// The state folder.
#[derive(Debug, Clone)]
pub struct Store {
    directory: PathBuf,
}

/// Commands that are kept; twice as many before the file is cut.
const MOST_COMMANDS: usize = 500;

/// Longer commands are not kept: they were pasted.
const LONGEST_COMMAND: usize = 1000;

/// Recordings whose marks and folds are kept.
const MOST_RECORDINGS: usize = 100;

/// One recording in a file: its source, and something of each of its tenants.
type StoreEntry<T> = (String, BTreeMap<String, T>);

/// Marks in their file.
type MarksText = BTreeMap<char, u64>;

/// Folds in their file, of the state and of the diff: `[["cart",0],"open"]`.
type FoldsText = [Vec<(Vec<serde_json::Value>, String)>; 2];

/// Expressions in their file: columns, lanes.
type FollowedText = [Vec<String>; 2];

impl Store {
    /// The user's state folder; `None` where there is no home.
    pub fn of_user() -> Option<Self> {
        let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let state =
            absolute("XDG_STATE_HOME").or_else(|| std::env::home_dir().map(|home| home.join(".local/state")))?;
        Some(Self::new(&state.join("asof")))
    }

    /// A folder of one's own.
    pub fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned() }
    }

    /// Reads what earlier runs left.
    pub fn load(&self) -> StoredState {
        let text = fs::read_to_string(self.commands_file()).unwrap_or_default();
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut commands = Vec::new();
        for line in &lines[lines.len().saturating_sub(MOST_COMMANDS)..] {
            commands.retain(|earlier| earlier != line);
            commands.push(line.clone());
        }
        StoredState { commands, marks: self.marks(), folds: self.folds(), followed: self.followed() }
    }

    /// Keeps something.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn keep(&self, memory: &StoreWrite) -> io::Result<()> {
        fs::create_dir_all(&self.directory)?;
        match memory {
            StoreWrite::Command(command) => self.keep_command(command),
            StoreWrite::Marks { source, tenant, marks } => {
                let marks: MarksText = marks.iter().map(|(letter, at)| (*letter, at.0)).collect();
                keep_of(&self.marks_file(), source, tenant, Some(marks).filter(|marks| !marks.is_empty()))
            }
            StoreWrite::Folds { source, tenant, folds } => {
                let there = *folds != StoredFolds::default();
                let text = [&folds.state, &folds.diff].map(|folds| folds.iter().map(fold_text).collect());
                keep_of::<FoldsText>(&self.folds_file(), source, tenant, there.then_some(text))
            }
            StoreWrite::Followed { source, tenant, followed } => {
                let there = *followed != StoredExpressions::default();
                let text = [followed.columns.clone(), followed.lanes.clone()];
                keep_of::<FollowedText>(&self.followed_file(), source, tenant, there.then_some(text))
            }
        }
    }

    fn keep_command(&self, command: &str) -> io::Result<()> {
        if command.len() > LONGEST_COMMAND || command.contains(['\n', '\r']) {
            return Ok(());
        }
        let text = fs::read_to_string(self.commands_file()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() < 2 * MOST_COMMANDS {
            // Added at the end, so that two screens at once lose nothing of each other.
            return private(OpenOptions::new().append(true).create(true))
                .open(self.commands_file())?
                .write_all(format!("{command}\n").as_bytes());
        }
        let newest = [&lines[lines.len() - MOST_COMMANDS..], &[command, ""]].concat().join("\n");
        replace(&self.commands_file(), newest.as_bytes())
    }

    fn marks(&self) -> SourceMarks {
        let versions = |marks: MarksText| marks.into_iter().map(|(letter, at)| (letter, Version(at))).collect();
        by_source(&self.marks_file(), versions)
    }

    fn folds(&self) -> SourceFolds {
        by_source(&self.folds_file(), |[state, diff]: FoldsText| {
            let read = |folds: Vec<_>| folds.into_iter().filter_map(fold_of).collect();
            StoredFolds { state: read(state), diff: read(diff) }
        })
    }

    fn followed(&self) -> SourceFollowed {
        by_source(&self.followed_file(), |[columns, lanes]: FollowedText| StoredExpressions { columns, lanes })
    }

    fn followed_file(&self) -> PathBuf {
        self.directory.join("expressions.json")
    }

    fn commands_file(&self) -> PathBuf {
        self.directory.join("commands")
    }

    fn marks_file(&self) -> PathBuf {
        self.directory.join("marks.json")
    }

    fn folds_file(&self) -> PathBuf {
        self.directory.join("folds.json")
    }
}

/// What a file has, the newest last.
fn entries<T: DeserializeOwned>(file: &Path) -> Vec<StoreEntry<T>> {
    fs::read(file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

fn by_source<T: DeserializeOwned, U>(file: &Path, read: impl Fn(T) -> U) -> BTreeMap<String, BTreeMap<String, U>> {
    let of_tenants = |all: BTreeMap<String, T>| all.into_iter().map(|(tenant, text)| (tenant, read(text))).collect();
    entries(file).into_iter().map(|(source, tenants)| (source, of_tenants(tenants))).collect()
}

/// Puts what is kept of a tenant into a file, or takes it out.
fn keep_of<T: Serialize + DeserializeOwned>(
    file: &Path,
    source: &str,
    tenant: &str,
    what: Option<T>,
) -> io::Result<()> {
    let mut entries = entries::<T>(file);
    let at = entries.iter().position(|(known, _)| known == source);
    let (_, mut tenants) = at.map(|at| entries.remove(at)).unwrap_or_default();
    tenants.remove(tenant);
    tenants.extend(what.map(|what| (tenant.to_owned(), what)));
    entries.extend((!tenants.is_empty()).then(|| (source.to_owned(), tenants)));
    let oldest = entries.len().saturating_sub(MOST_RECORDINGS);
    replace(file, &serde_json::to_vec_pretty(&entries[oldest..])?)
}

fn fold_text((trail, word): &KeptFold) -> (Vec<serde_json::Value>, String) {
    let step = |step: &LastingStep| match step {
        LastingStep::Step(Step::Key(key)) => key.as_str().into(),
        LastingStep::Step(Step::Index(index)) => (*index).into(),
        LastingStep::Named(ElementName { field, name }) => {
            serde_json::Map::from_iter([(field.to_string(), name.as_str().into())]).into()
        }
    };
    (trail.iter().map(step).collect(), word.clone())
}

fn fold_of((trail, word): (Vec<serde_json::Value>, String)) -> Option<KeptFold> {
    let step = |step| match step {
        serde_json::Value::String(key) => Some(LastingStep::Step(Step::Key(key.as_str().into()))),
        serde_json::Value::Object(name) => {
            let (field, name) = name.iter().next()?;
            Some(LastingStep::Named(ElementName { field: field.as_str().into(), name: name.as_str()?.into() }))
        }
        index => {
            let index = index.as_u64().and_then(|index| usize::try_from(index).ok())?;
            Some(LastingStep::Step(Step::Index(index)))
        }
    };
    Some((trail.into_iter().map(step).collect::<Option<_>>()?, word))
}

/// What a source is called in the file; `None` for one that cannot be opened again.
pub fn key_of(address: &Address) -> Option<String> {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let whole = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| absolute(path)).display().to_string();
    match address {
        Address::Recording(path) | Address::File(path) | Address::Copies(path) => Some(whole(path)),
        Address::Server(address) => Some(address.to_string()),
        Address::Messages(source) => Some(source.to_string()),
        Address::Git(file) => Some(format!("git:{}", file.at(whole(&file.path).into()))),
        Address::Demo(name) => Some(format!("demo:{name}")),
        Address::Stdin | Address::Several(_) | Address::Watched(_) => None,
    }
}

/// Puts a new file in the place of the old one, in one step.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension(format!("{}.new", std::process::id()));
    private(OpenOptions::new().write(true).create(true).truncate(true)).open(&new)?.write_all(bytes)?;
    fs::rename(new, path)
}

/// Commands may name what nobody else should know.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]
mod tests {
    use super::*;

    fn store(place: &tempfile::TempDir) -> Store {
        Store::new(place.path())
    }

    fn marks(all: &[(char, u64)]) -> LetterMarks {
        all.iter().map(|(letter, at)| (*letter, Version(*at))).collect()
    }

    fn keep_marks(place: &tempfile::TempDir, source: &str, tenant: &str, all: &[(char, u64)]) {
        let memory = StoreWrite::Marks { source: source.into(), tenant: tenant.into(), marks: marks(all) };
        store(place).keep(&memory).unwrap();
    }

    #[test]
    fn commands_come_back_in_order_each_once() {
        let place = tempfile::tempdir().unwrap();
        for command in ["goto 1", "play", "goto 1", "two\nlines", &"x".repeat(2000)] {
            store(&place).keep(&StoreWrite::Command(command.into())).unwrap();
        }
        assert_eq!(store(&place).load().commands, ["play", "goto 1"]);
    }

    #[test]
    fn the_files_stay_small() {
        let place = tempfile::tempdir().unwrap();
        for number in 0..=2 * MOST_COMMANDS {
            store(&place).keep(&StoreWrite::Command(format!("goto {number}"))).unwrap();
        }
        let lines = fs::read_to_string(place.path().join("commands")).unwrap().lines().count();
        assert_eq!(lines, MOST_COMMANDS + 1);
        assert_eq!(store(&place).load().commands.last().unwrap(), "goto 1000");
        for number in 0..MOST_RECORDINGS + 3 {
            keep_marks(&place, &number.to_string(), "t", &[('a', 1)]);
        }
        let kept = store(&place).load().marks;
        assert!(!kept.contains_key("2") && kept["3"]["t"] == marks(&[('a', 1)]), "the oldest went");
    }

    #[test]
    fn marks_are_kept_by_source_and_tenant() {
        let place = tempfile::tempdir().unwrap();
        keep_marks(&place, "a", "acme", &[('a', 3), ('Z', 9)]);
        keep_marks(&place, "b", "acme", &[('a', 4)]);
        keep_marks(&place, "a", "widgets", &[('q', 1)]);
        keep_marks(&place, "b", "acme", &[]);
        let kept = store(&place).load().marks;
        assert_eq!((&kept["a"]["acme"], &kept["a"]["widgets"]), (&marks(&[('a', 3), ('Z', 9)]), &marks(&[('q', 1)])));
        assert!(!kept.contains_key("b"));
    }

    #[test]
    fn folds_come_back_and_go_when_there_are_none() {
        let place = tempfile::tempdir().unwrap();
        let fold = |word: &str| {
            let named = ElementName { field: "id".into(), name: "\"b\"".into() };
            let steps = [Step::Key("a \"b\"".into()), Step::Index(3)].map(LastingStep::Step);
            (steps.into_iter().chain([LastingStep::Named(named)]).collect(), word.to_owned())
        };
        let folds = StoredFolds { state: vec![fold("open")], diff: vec![fold("below 2"), fold("closed")] };
        let keep = |folds: &StoredFolds| {
            let memory = StoreWrite::Folds { source: "s".into(), tenant: "acme".into(), folds: folds.clone() };
            store(&place).keep(&memory).unwrap();
        };
        keep(&folds);
        assert_eq!(store(&place).load().folds["s"]["acme"], folds);
        keep(&StoredFolds::default());
        assert!(store(&place).load().folds.is_empty());
        fs::write(place.path().join("folds.json"), "[[\"s\", {\"acme\": [[[[null], \"open\"]], []]}]]").unwrap();
        assert_eq!(store(&place).load().folds["s"]["acme"], StoredFolds::default(), "what is no trail is passed over");
    }

    #[test]
    fn expressions_come_back_and_go_when_there_are_none() {
        let place = tempfile::tempdir().unwrap();
        let keep = |columns: &[&str], lanes: &[&str]| {
            let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
            let followed = StoredExpressions { columns: texts(columns), lanes: texts(lanes) };
            let memory = StoreWrite::Followed { source: "s".into(), tenant: "t".into(), followed: followed.clone() };
            store(&place).keep(&memory).unwrap();
            followed
        };
        let followed = keep(&[".a"], &[".b | \"x\"", ".c"]);
        assert_eq!(store(&place).load().followed["s"]["t"], followed);
        keep(&[], &[]);
        assert!(store(&place).load().followed.is_empty());
    }

    #[test]
    fn what_cannot_be_read_counts_as_empty() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("marks.json"), "{\"half").unwrap();
        fs::write(place.path().join("commands"), [0xff, b'\n']).unwrap();
        let kept = store(&place).load();
        assert!(kept.commands.is_empty() && kept.marks.is_empty());
        keep_marks(&place, "a", "t", &[('a', 1)]);
        assert_eq!(store(&place).load().marks["a"]["t"], marks(&[('a', 1)]));
    }

    #[test]
    fn one_place_has_one_name_however_it_is_written() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("x.jsonl");
        fs::write(&file, "").unwrap();
        let round = place.path().join(".").join("x.jsonl");
        assert_eq!(key_of(&Address::File(file.clone())), key_of(&Address::File(round)));
        assert_ne!(key_of(&Address::File(file.clone())), key_of(&Address::Git(file.into())));
        assert_eq!(key_of(&Address::Stdin), None);
    }

    #[test]
    fn nobody_else_may_read_them() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        store(&place).keep(&StoreWrite::Command("goto 1".into())).unwrap();
        let mode = fs::metadata(place.path().join("commands")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
