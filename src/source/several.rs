//! Several files as one history, one after the other in the order in which they were named.

use crate::import::{self, ImportInput, ImportItem, Imported, ItemSink, ReadAs};
use crate::record::{Body, Provenance, TenantId, Time};
use crate::{Error, Result};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Reads every file, each in the format that it shows. A file of one state that says neither when nor what it is, is labelled
/// with its name, and has the time at which it was written.
///
/// # Errors
/// As [`import::read_as`], before anything is read where a file cannot be opened or is not what can be read.
pub(super) fn read(files: &[PathBuf], tenant: &TenantId, how: &ReadAs<'_>, sink: &mut ItemSink<'_>) -> Result<()> {
    let lengths = files.iter().map(|file| check(file, how)).collect::<Result<Vec<_>>>()?;
    let all = lengths.iter().copied().sum();
    let mut before = 0;
    for (file, length) in files.iter().zip(lengths) {
        let mut one = OneFile { file, before, all, state: EntriesSoFar::None, sink };
        let input = ImportInput::open(file)?.for_tenant(tenant.clone());
        import::read_as(input, how, &mut |item| one.take(item))?;
        if one.finish().is_break() {
            return Ok(());
        }
        before += length.unwrap_or_default();
    }
    let _at_the_end_anyway = sink(ImportItem::End(import::ImportEnd::default()));
    Ok(())
}

/// Looks whether a file can be read; how many bytes of text it holds, where that is known before its end. A pipe is looked at
/// once it is read.
fn check(file: &Path, how: &ReadAs<'_>) -> Result<Option<u64>> {
    if !file.is_file() {
        return Ok(None);
    }
    let input = ImportInput::open(file)?;
    import::check(&input, how)?;
    Ok(input.text_length())
}

/// What passes on the items of one of the files.
struct OneFile<'a, 's> {
    file: &'a Path,
    /// Bytes of the files before it.
    before: u64,
    /// Bytes of all, where that is known.
    all: Option<u64>,
    state: EntriesSoFar,
    sink: &'a mut ItemSink<'s>,
}

/// Which entries of a file have come.
enum EntriesSoFar {
    /// None.
    None,
    /// The first, held back with what came behind it until it is known whether another follows.
    First(Box<Imported>, Vec<ImportItem>),
    /// Several: each is passed on as it comes.
    Several,
    /// Nothing more is taken.
    Stopped,
}

impl OneFile<'_, '_> {
    fn take(&mut self, item: ImportItem) -> ControlFlow<()> {
        let item = match (item, &mut self.state) {
            // The end is that of all files.
            (ImportItem::End(_), _) => return ControlFlow::Continue(()),
            (ImportItem::Progress(read, _), _) => ImportItem::Progress(self.before + read, self.all),
            (ImportItem::Entry(entry), EntriesSoFar::None) => {
                self.state = EntriesSoFar::First(entry, Vec::new());
                return ControlFlow::Continue(());
            }
            (item @ (ImportItem::Note(_) | ImportItem::Problem(_)), EntriesSoFar::First(_, behind)) => {
                behind.push(item);
                return ControlFlow::Continue(());
            }
            (item @ ImportItem::Entry(_), EntriesSoFar::First(..)) => {
                self.give_held()?;
                item
            }
            (item, _) => item,
        };
        self.give(item)
    }

    fn give(&mut self, item: ImportItem) -> ControlFlow<()> {
        let flow = (self.sink)(item);
        if flow.is_break() {
            self.state = EntriesSoFar::Stopped;
        }
        flow
    }

    fn give_held(&mut self) -> ControlFlow<()> {
        let EntriesSoFar::First(entry, behind) = std::mem::replace(&mut self.state, EntriesSoFar::Several) else {
            return ControlFlow::Continue(());
        };
        self.give(ImportItem::Entry(entry))?;
        behind.into_iter().try_for_each(|item| self.give(item))
    }

    /// Gives what was held back: the only entry of the file.
    fn finish(mut self) -> ControlFlow<()> {
        match &mut self.state {
            EntriesSoFar::Stopped => return ControlFlow::Break(()),
            EntriesSoFar::First(entry, _) => name_after(self.file, entry),
            EntriesSoFar::None | EntriesSoFar::Several => {}
        }
        self.give_held()
    }
}

/// Says of an entry what its file says, where it does not say it itself.
fn name_after(file: &Path, entry: &mut Imported) {
    let Body::Transition { label, .. } = &mut entry.entry.body else { return };
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    if label.is_empty() {
        *label = (&*name).into();
        let src = Provenance { src: Some((&*name).into()), ..Provenance::default() };
        entry.entry.provenance.get_or_insert_with(|| src.into());
    }
    if entry.entry.at.is_none() {
        entry.entry.at = std::fs::metadata(file).and_then(|about| about.modified()).ok().map(Time::from);
    }
}

/// The files that arguments name.
///
/// # Errors
/// When one of them is no file that can be read with others.
pub(super) fn parse(texts: &[String]) -> Result<Vec<PathBuf>> {
    let file = |text: &String| {
        if let super::Address::File(path) = super::Address::parse(text)? {
            return Ok(path);
        }
        let why = "cannot be read together with other sources: only files can; name it alone";
        Err(Error::Format { file: text.clone(), why: why.into() })
    };
    texts.iter().map(file).collect()
}

/// `a.json and 2 more`.
pub(super) fn title(files: &[PathBuf]) -> String {
    let first = files.first().map(|file| super::file_name(file)).unwrap_or_default();
    format!("{first} and {} more", files.len().saturating_sub(1))
}
