//! The history of one file in a git repository, through the user's own `git`: label = subject, author, commit time, hash.
//!
//! Oldest first, through renames; a merge is the commits it brings, where both sides changed the file they are a branch.
//! Git is run by `child`, which leaves it no power but to read.

mod blobs;
pub(super) mod child;
mod commits;
mod graph;
mod kept;
mod pointer;
mod renames;
mod tracked;
mod whole;
mod working;

use super::document::{Whole, emit_document, is_value};
use super::emit::Emitter;
use super::envelope::{EnvelopeDraft, StatePayload, TextFault};
use super::notation::Notation;
use super::texts::Text;
use super::{ImportEnd, ItemSink};
use crate::Result;
use crate::recipe::Follows;
use crate::record::{Provenance, TenantId};
use crate::value::{self, Limits};
use blobs::{Blobs, GitBlob};
use commits::CommitContent;
use graph::CommitStep;
pub use kept::{TrackedFile, tracked_files, versions_in_git};
use std::collections::BTreeSet;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
pub use tracked::GitFile;
use tracked::Tracked;
use working::Working;

/// Reads every version of a file, oldest first, into one tenant. The file need not exist any more.
///
/// It may be JSON, JSON5, YAML or TOML, as its name says. Versions where it was deleted or is none of them appear as such; one
/// whose content git cannot read is invalid, with git's reason. What stands in the working tree and is not committed is the
/// newest version. Nothing is fetched, and nothing that the repository names is run.
///
/// # Errors
/// When git is missing, fails or does not answer, the file is in no repository, or no commit ever held it.
pub fn read_git(file: &GitFile, tenant: &TenantId, sink: &mut ItemSink<'_>) -> Result<()> {
    let file = Tracked::find(file)?;
    let found = whole::read(&file)?;
    let steps = found.line.0;
    let Some(newest) = steps.last() else {
        return Err(file.refusal("no commit on this branch contains it (not added, or on another branch?)"));
    };
    let mut emitter = Emitter::new(&file.name, tenant.clone(), Limits::default(), sink);
    let shallow = file.shallow.then(|| SHALLOW.to_owned());
    let missing = found.broken_off.map(|why| format!("older versions cannot be read: {why}"));
    let mut repeatable = shallow.is_none() && missing.is_none();
    for problem in shallow.into_iter().chain(missing) {
        if emitter.problem_at(0, 0, problem).is_break() {
            return Ok(());
        }
    }
    let mut blobs = Blobs::of(&file.directory, steps.iter().filter_map(|step| step.commit.content.blob()));
    let not_run = |error| file.not_run("cat-file", &error);
    let mut peek = |content: &CommitContent| version(content, |id| blobs.peek(id)).map_err(not_run);
    let committed = match peek(&newest.commit.content)? {
        FileAtCommit::Text(bytes, length) if bytes.len() as u64 == length => Some(bytes),
        _ => None,
    };
    let working = working::changed(&file, committed.as_deref());
    if working
        .as_ref()
        .is_none_or(|working| is_value(&working.bytes, Notation::of(Path::new(&file.in_repository))).is_err())
    {
        refuse_other(&file, &steps, &mut peek)?;
    }
    let total = (steps.len() + usize::from(working.is_some())) as u64;
    for (at, step) in steps.iter().enumerate() {
        let version = version(&step.commit.content, |id| blobs.read(id)).map_err(not_run)?;
        repeatable &= !matches!((&version, &step.commit.content), (FileAtCommit::Unknown(_), CommitContent::Blob(_)));
        emitter.rename(format!("{}@{:.12}", file.name, step.commit.hash));
        if emit(&mut emitter, step, &steps[at - step.brings..at], &version).is_break()
            || emitter.progress(at as u64 + 1, Some(total)).is_break()
        {
            return Ok(());
        }
    }
    emitter.rename(file.name.clone());
    if let Some(working) = working
        && (emit_working(&mut emitter, &file, &newest.commit.hash, &working).is_break()
            || emitter.progress(total, Some(total)).is_break())
    {
        return Ok(());
    }
    let _at_the_end_anyway = emitter.end(ImportEnd { repeatable, resume: None });
    Ok(())
}

/// Versions of which one has to be readable, spread over the whole history.
const LOOKED_AT: usize = 8;

/// Refuses a file of which no version looked at is a value: hundreds of invalid versions would say no more.
fn refuse_other(
    file: &Tracked,
    steps: &[CommitStep],
    peek: &mut dyn FnMut(&CommitContent) -> Result<FileAtCommit>,
) -> Result<()> {
    let mut first = None;
    for CommitStep { commit, .. } in steps.iter().rev().step_by(steps.len().div_ceil(LOOKED_AT).max(1)) {
        let notation = Notation::of(Path::new(&*commit.path));
        match peek(&commit.content)? {
            FileAtCommit::Text(bytes, length) if bytes.len() as u64 == length => match is_value(&bytes, notation) {
                Ok(()) => return Ok(()),
                Err(TextFault { why, .. }) => {
                    let why = format!("none of its versions is {}: {why}", notation.word());
                    _ = first.get_or_insert(format!("{why}. Name a file of JSON, JSON5, YAML or TOML"));
                }
            },
            FileAtCommit::Pointer(why) => _ = first.get_or_insert(why),
            FileAtCommit::Text(..) | FileAtCommit::Unknown(_) => return Ok(()),
            FileAtCommit::Missing => {}
        }
    }
    first.map_or(Ok(()), |why| Err(file.refusal(&why)))
}

/// What determines the history of a file in a repository: where the file is in it, the commit that is checked out, what
/// stands for other objects, and the file in the working tree. `None` where that is not known, or older versions are
/// elsewhere. Runs a few short commands of git.
pub(crate) fn git_state(file: &GitFile) -> Option<String> {
    let file = Tracked::find(file).ok().filter(|file| !file.shallow)?;
    let words = ["rev-parse", &file.start, "--git-path", "info/grafts", "--glob=refs/replace/"];
    let answer = file.ask(&words).ok()?;
    let grafts = Path::new(answer.lines().nth(1)?);
    let is_grafted = file.directory.join(grafts).exists();
    (!is_grafted).then(|| format!("{}\n{}\n{answer}", file.in_repository, working::state(&file)))
}

const SHALLOW: &str =
    "the repository is a shallow clone: older versions are not here (git fetch --unshallow fetches them)";

/// The file as it was in one commit.
enum FileAtCommit {
    /// Its text, and its length, which is more when it is beyond the limit.
    Text(Arc<[u8]>, u64),
    /// It was not there.
    Missing,
    /// Its content is kept elsewhere, and where.
    Pointer(String),
    /// It cannot be told what was there, and why.
    Unknown(Arc<str>),
}

fn version(content: &CommitContent, blob: impl FnOnce(&str) -> io::Result<GitBlob>) -> io::Result<FileAtCommit> {
    Ok(match content {
        CommitContent::Missing => FileAtCommit::Missing,
        CommitContent::Other(kind) => FileAtCommit::Unknown(format!("was a {kind} in this commit, not a file").into()),
        CommitContent::Blob(id) => match blob(id)? {
            GitBlob::Text(text, length) => match pointer::describe(&text) {
                Some(why) => FileAtCommit::Pointer(why),
                None => FileAtCommit::Text(text, length),
            },
            GitBlob::Unreadable(why) => FileAtCommit::Unknown(why),
        },
    })
}

/// One version; `brought` is what a merge brings.
fn emit(
    emitter: &mut Emitter<'_, '_>,
    step: &CommitStep,
    brought: &[CommitStep],
    version: &FileAtCommit,
) -> ControlFlow<()> {
    let CommitStep { commit, follows, .. } = step;
    let signed = EnvelopeDraft {
        at: commit.at,
        by: Some(authors(step, brought)),
        label: label(step, brought),
        provenance: Some(Provenance {
            src: Some(format!("git:{}", commit.path).into()),
            source_id: Some(commit.hash.as_str().into()),
            message: commit.message.as_deref().map(Into::into),
            ..Provenance::default()
        }),
        follows: follows.clone(),
        ..EnvelopeDraft::bare(StatePayload::Deleted)
    };
    let payload = match version {
        FileAtCommit::Text(bytes, length) => {
            let notation = Notation::of(Path::new(&*commit.path));
            return emit_document(emitter, Whole { bytes, length: *length, notation, named: notation }, signed);
        }
        FileAtCommit::Missing => StatePayload::Deleted,
        FileAtCommit::Pointer(why) => StatePayload::Fault(TextFault::whole(why.as_str())),
        FileAtCommit::Unknown(why) => StatePayload::Fault(TextFault::whole(&**why)),
    };
    emitter.take(
        &Text { line: 1, byte: 0, before: &[], bytes: &[], length: 0, limit: u64::MAX },
        EnvelopeDraft { payload, ..signed },
    )
}

/// Subjects of the commits that a merge brings which its label tells.
const SUBJECTS: usize = 3;

/// The subject; behind that of a merge those of the commits it brings.
fn label(step: &CommitStep, brought: &[CommitStep]) -> value::Text {
    let subjects = brought.iter().rev().take(SUBJECTS).map(|step| step.commit.subject.as_str());
    let more = brought.len().saturating_sub(SUBJECTS);
    let more = (more > 0).then(|| format!("and {more} more"));
    let all = std::iter::once(step.commit.subject.as_str()).chain(subjects).chain(more.as_deref());
    all.collect::<Vec<_>>().join(" · ").into()
}

/// Who made the change: of a merge those who made what it brings.
fn authors(step: &CommitStep, brought: &[CommitStep]) -> value::Text {
    let of_merge = brought.is_empty().then_some(&step.commit);
    let all: BTreeSet<_> =
        brought.iter().map(|step| &step.commit).chain(of_merge).map(|commit| commit.author.as_str()).collect();
    all.into_iter().collect::<Vec<_>>().join(", ").into()
}

/// What stands in the working tree, behind the newest commit.
fn emit_working(emitter: &mut Emitter<'_, '_>, file: &Tracked, newest: &str, working: &Working) -> ControlFlow<()> {
    let draft = EnvelopeDraft {
        at: working.at,
        label: "working tree".into(),
        provenance: Some(Provenance {
            src: Some(format!("git:{}", file.in_repository).into()),
            ..Provenance::default()
        }),
        follows: Follows::Event(newest.into()),
        ..EnvelopeDraft::bare(StatePayload::Deleted)
    };
    let Working { bytes, .. } = working;
    let notation = Notation::of(Path::new(&file.in_repository));
    emit_document(emitter, Whole { bytes, length: bytes.len() as u64, notation, named: notation }, draft)
}

fn in_words(stderr: &str) -> String {
    if stderr.contains("not a git repository") {
        return "is not in a git repository".to_owned();
    }
    if stderr.contains("does not have any commits yet") || stderr.contains("bad revision 'HEAD'") {
        return "the repository has no commits yet".to_owned();
    }
    format!("git says: {stderr}")
}
