//! Foreign formats into entries. Bad input is data: good entries, plus problems with line and byte.
//!
//! An [`ImportInput`] is bytes with a name, unpacked; `texts` cuts it into JSON texts; `envelope` tells what one text says;
//! `emit` turns that into entries and problems. A format is one line in [`FORMATS`]. Must not name: `history`, `log`.

mod copies;
mod cut;
#[cfg(feature = "sqlite")]
mod database;
mod document;
mod emit;
mod envelope;
mod event_stream;
mod events;
mod git;
mod input;
mod members;
mod mend;
mod moment;
mod notation;
mod packing;
mod patches;
mod prefix;
mod probe;
mod question;
mod reducer;
mod remark;
mod resume;
mod scanner;
mod states;
mod texts;
mod value_file;

pub(crate) use copies::{has_copies, is_copy, read_copies};
pub use document::read_value;
pub(crate) use document::{FileContent, Readable, is_log, read_content, read_deletion, readable};
pub(crate) use git::git_state;
pub use git::{GitFile, TrackedFile, read_git, tracked_files, versions_in_git};
pub use input::ImportInput;
pub(crate) use notation::Notation;
pub(crate) use packing::is_packed;
pub use probe::{FormatCandidate, JsonMistake, Probe, probe, probe_with};
pub(crate) use resume::IMPORTERS;
pub use resume::ResumePoint;

use crate::error::InputPlace;
pub use crate::recipe::Follows;
use crate::recipe::{Mapping, Recipe, RecipeBook};
use crate::record::{Entry, TenantId};
use crate::{Error, Result};
use events::read_events;
use probe::InputSample;
use reducer::Reducer;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Something in a source that could not be taken as it is; the import goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportProblem {
    /// The file, line and byte that cannot be read.
    pub place: InputPlace,
    /// What, and what was done about it.
    pub why: String,
}

/// Something about the entry that follows it (it was taken, but a key of it occurs more than once and only the last counts, or
/// a time stands under a name that is not known), or about the source.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// The tenant whose entry it is about.
    pub tenant: TenantId,
    /// The file, line and byte that it is about.
    pub place: InputPlace,
    /// What, and what was done about it.
    pub why: String,
    /// Whether it is about the source, and no entry in particular.
    pub is_of_source: bool,
}

/// An entry as its source has it: patches are not applied, states share no memory.
#[derive(Debug)]
pub struct Imported {
    /// The tenant that the entry goes to.
    pub tenant: TenantId,
    /// What is to be appended.
    pub entry: Entry,
    /// What it follows, by the id in the source.
    pub follows: Follows,
    /// Where it stands in the source.
    pub place: InputPlace,
}

/// What an importer hands over, one by one.
#[derive(Debug)]
pub enum ImportItem {
    /// An entry for a tenant.
    Entry(Box<Imported>),
    /// A part of the input that cannot be read.
    Problem(ImportProblem),
    /// A note on the next entry of its tenant.
    Note(Note),
    /// How much of the source the entries so far stand for (bytes of its text; versions for git and copies of a file), of
    /// how much, where that is known before the end: a stream and a packed file do not say.
    Progress(u64, Option<u64>),
    /// All has been read; nothing follows. Not sent where the sink stopped the import.
    End(ImportEnd),
}

/// What can be said of a source that was read to its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportEnd {
    /// Whether everything depended on the content of the source alone: not where parts of it could not be read.
    pub repeatable: bool,
    /// Where to go on once the source has grown; `None` where it has to be read from its beginning.
    pub resume: Option<ResumePoint>,
}

/// Who takes the items; `Break` stops the import.
pub type ItemSink<'a> = dyn FnMut(ImportItem) -> ControlFlow<()> + 'a;

/// One foreign format.
pub trait Importer: Send + Sync {
    /// Its name, as in `--format`.
    fn name(&self) -> &'static str;
    /// One line on what it is.
    fn about(&self) -> &'static str;
    /// How well the first bytes (unpacked) fit, with the reason; `None` when they do not.
    fn sniff(&self, start: &[u8]) -> Option<FormatCandidate>;
    /// Reads all of the input.
    ///
    /// # Errors
    /// Only when nothing more can be read at all.
    fn read(&self, input: ImportInput, sink: &mut ItemSink<'_>) -> Result<()>;
}

/// Every format, in the order of `--help`.
pub static FORMATS: &[&dyn Importer] = &[
    &states::States,
    &patches::JsonPatch,
    &states::BareStates,
    &value_file::JSON5,
    &value_file::YAML,
    &value_file::TOML,
];

/// Reads an input in the named format, or in the one its content shows.
///
/// # Errors
/// [`Error::Format`] when it is empty, binary, in no known format or could be in several, and for an unknown name;
/// `Io` when the source cannot be read any further.
pub fn read(input: ImportInput, format: Option<&str>, sink: &mut ItemSink<'_>) -> Result<()> {
    let book = RecipeBook::shipped();
    read_as(input, &ReadAs { format, mapping: &Mapping::default(), book: &book }, sink)
}

/// Looks at an input: at its first bytes, or at the tables of a database.
///
/// # Errors
/// When a database cannot be read.
pub fn probe_input(input: &ImportInput, book: &RecipeBook) -> Result<Probe> {
    #[cfg(feature = "sqlite")]
    if let Some(path) = input.database() {
        return database::probe(path, book);
    }
    Ok(match value_file::named(input) {
        Some(named) => Probe::sure(named),
        None => probe_with(input.start(), book).behind(input.skipped()),
    })
}

/// How an input is to be read.
#[derive(Debug, Clone, Copy)]
pub struct ReadAs<'a> {
    /// The format's name; `None` where the content shows it.
    pub format: Option<&'a str>,
    /// What was said of its texts.
    pub mapping: &'a Mapping,
    /// The recipes that may be named, or fit.
    pub book: &'a RecipeBook,
}

impl ReadAs<'_> {
    /// The recipe that the mapping makes; `None` where nothing is said.
    ///
    /// # Errors
    /// [`Error::UnknownName`] for the recipe, [`Error::Usage`] for what is wrong in it or in what was said.
    pub fn recipe(&self) -> Result<Option<Arc<Recipe>>> {
        if self.mapping.is_empty() {
            return Ok(None);
        }
        let base = self.mapping.recipe.as_deref().map(|name| self.book.get(name)).transpose()?;
        self.made_of(base.as_ref()).map(Some)
    }

    /// Whether nothing is said: the content shows it.
    fn is_default(&self) -> bool {
        self.format.is_none() && self.mapping.is_empty()
    }

    /// Whether what is said can be followed.
    ///
    /// # Errors
    /// As [`recipe`](Self::recipe); [`Error::UnknownName`] for the format.
    fn check(&self) -> Result<()> {
        self.format.map(importer).transpose()?;
        self.recipe().map(drop)
    }

    /// A recipe with what was said beside it.
    fn made_of(&self, base: Option<&Recipe>) -> Result<Arc<Recipe>> {
        let recipe = self.mapping.recipe(base)?;
        if self.mapping.makes_states() && !recipe.makes_states() && self.mapping.reducer.is_none() {
            return Err(Error::Usage(format!(
                "the recipe {} says what the events are, not how they change the state: name a fold or a reducer too",
                recipe.name
            )));
        }
        Ok(Arc::new(recipe))
    }
}

/// What reads an input.
enum ChosenReader {
    #[cfg(feature = "sqlite")]
    Database(std::path::PathBuf),
    /// The recipe makes the states, or a reducer by it.
    Events(Arc<Recipe>),
    /// The fields are where the recipe says, if there is one.
    Format(&'static dyn Importer, Option<Arc<Recipe>>),
}

impl ChosenReader {
    fn of(input: &ImportInput, how: &ReadAs<'_>) -> Result<Self> {
        if input.is_all_nul() {
            return Err(Error::Format {
                file: input.name().to_owned(),
                why: "is binary data (nothing but NUL bytes), not a log".to_owned(),
            });
        }
        #[cfg(feature = "sqlite")]
        if let Some(path) = input.database() {
            return Ok(Self::Database(path.to_owned()));
        }
        probe::refuse_unreadable(input.name(), input.start())?;
        let recipe = match how.recipe()? {
            Some(recipe) if how.mapping.makes_states() => return Ok(Self::Events(recipe)),
            recipe => recipe,
        };
        if let Some(name) = how.format {
            return Ok(Self::Format(importer(name)?, recipe));
        }
        let probe = probe_input(input, how.book)?;
        match probe.unasked() {
            Some(name) => how.made_of(Some(&how.book.get(name)?)).map(Self::Events),
            None => Ok(Self::Format(importer(probe.choose(input.name())?)?, recipe)),
        }
    }
}

/// Whether [`read_as`] would begin to read an input.
///
/// # Errors
/// Those that it would begin with.
pub(crate) fn check(input: &ImportInput, how: &ReadAs<'_>) -> Result<()> {
    ChosenReader::of(input, how).map(drop)
}

/// Reads an input as said, or in the format its content shows.
///
/// # Errors
/// As [`read`]; [`Error::Usage`] for what was said wrongly, `Io` where a reducer cannot be started.
pub fn read_as(input: ImportInput, how: &ReadAs<'_>, sink: &mut ItemSink<'_>) -> Result<()> {
    match ChosenReader::of(&input, how)? {
        #[cfg(feature = "sqlite")]
        ChosenReader::Database(path) => database::read(&path, &input, how, sink),
        ChosenReader::Events(recipe) => {
            let layout = InputSample::of(input.start()).layout();
            let start = |command: &String| Reducer::start(command).map_err(Error::io("start", command));
            let reducer = how.mapping.reducer.as_ref().map(start).transpose()?;
            read_events(input, layout, recipe, reducer, sink)
        }
        ChosenReader::Format(importer, None) => importer.read(input, sink),
        ChosenReader::Format(importer, Some(fields)) => importer.read(input.with_fields(fields), sink),
    }
}

fn importer(name: &str) -> Result<&'static dyn Importer> {
    let found = FORMATS.iter().find(|f| f.name() == name).copied();
    found.ok_or_else(|| {
        let known = FORMATS.iter().map(|f| f.name().to_owned()).collect();
        Error::UnknownName { kind: "format", name: name.into(), known }
    })
}
