//! Restoring: the file on the disk is made what a version holds, in one step and after it was shown. The recording is not
//! written to.

mod place;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod text;

use crate::diff::{Diff, DiffRules, Differ};
use crate::error::{Error, Result};
use crate::escape::named;
use crate::export::json::{JsonOutput, object, optional};
use crate::import::{Notation, is_log, is_packed, read_value};
use crate::patch::{Op, Patch};
use crate::record::{TenantId, Version};
use crate::recording::Tenant;
use crate::value::{Path, Pointer, Step, Text, Value, parse};
use place::RestorePlace;
use std::path::PathBuf;

/// What is to be written, and where.
#[derive(Debug, Clone)]
pub struct Restore {
    /// The file.
    pub file: PathBuf,
    pub version: Version,
    /// Only the part at this path; the rest of the file stays. A name (`[id=7]`) is looked for in the file and in the version,
    /// where it may be at another index.
    pub part: Option<String>,
    /// Whether it is written as JSON whatever its name says.
    pub as_json: bool,
    /// Whether a version whose value may be wrong is good enough.
    pub doubtful: bool,
}

/// What would be written, or was.
#[derive(Debug, Clone)]
pub struct Restored {
    pub tenant: TenantId,
    /// As the person named it.
    pub file: String,
    pub version: Version,
    /// Why that version has no state of its own, where it has none.
    pub problem: Option<Text>,
    pub displaced: Displaced,
    /// Whether the file holds it already.
    pub is_same: bool,
    /// What differs between the file and what is written; of a new file, and of one that is no JSON, nothing.
    pub differences: Diff,
    /// Whether comments and layout of the file are lost.
    pub is_rewritten: bool,
}

/// What the file holds before it is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Displaced {
    /// There is no file.
    Nothing,
    /// The value of the head.
    Head(Version),
    /// A value that the head is not.
    Unrecorded(Value),
    /// Something that is not read as a value, and why.
    Unreadable(String),
}

/// A file that may be written, as it was looked at.
pub struct RestorePlan {
    /// What would be written.
    pub restored: Restored,
    place: RestorePlace,
    text: String,
}

impl Restore {
    /// Looks at the file, and works out what to write. O(file and state).
    ///
    /// # Errors
    /// [`Error::Usage`] for a file that cannot be replaced, is in a notation that is not written or compressed, a version that holds
    /// nothing, a part that is nowhere; [`Error::Doubtful`]; `Io`.
    pub fn plan(&self, tenant: &Tenant) -> Result<RestorePlan> {
        let place = RestorePlace::look(&self.file)?;
        let whole = self.value(tenant)?;
        let held = self.held(&place)?;
        self.can_be_written()?;
        let old = held.as_ref().and_then(|held| held.as_ref().ok());
        let new = match &self.part {
            Some(part) => self.with_part(part, old, &whole)?,
            None => whole,
        };
        let rules = tenant.diff_rules(&DiffRules::default());
        let differences = old.and_then(|old| Differ::by(&rules).diff(old, &new)).unwrap_or_default();
        let written = place.bytes().and_then(|bytes| std::str::from_utf8(bytes).ok()).zip(old);
        let text = written.map_or_else(|| text::fresh(&new), |(written, old)| text::rewritten(written, old, &new));
        let restored = Restored {
            tenant: tenant.id().clone(),
            file: self.file.display().to_string(),
            version: self.version,
            problem: tenant.history().info(self.version).and_then(|info| info.problem),
            is_same: old.is_some_and(|old| old.identical(&new)),
            is_rewritten: written.is_some_and(|(written, _)| !text::is_kept(written)),
            displaced: displaced(tenant, held)?,
            differences,
        };
        Ok(RestorePlan { restored, place, text })
    }

    fn value(&self, tenant: &Tenant) -> Result<Value> {
        let doubt = tenant.history().doubts().of_answer(self.version).filter(|_| !self.doubtful);
        if let Some(why) = doubt {
            return Err(Error::Doubtful { version: self.version.0, why: why.to_string() });
        }
        match tenant.value_at(self.version)? {
            Value::Null => Err(Error::Usage(format!("{} holds nothing: there is no content to write", self.version))),
            value => Ok(value),
        }
    }

    /// What the file says, or why it says no value; `None` where there is no file.
    fn held(&self, place: &RestorePlace) -> Result<Option<std::result::Result<Value, String>>> {
        let Some(bytes) = place.bytes() else { return Ok(None) };
        let refusal = |why: &str| Err(Error::Usage(format!("{} {why}", self.file.display())));
        if is_packed(bytes) {
            return refusal("is compressed, which asof reads but does not write: unpack it first");
        }
        if is_log(bytes) {
            return refusal("holds several values, as a log does; a restored file holds one");
        }
        // What is written as JSON whatever its name says is read as that, where it is.
        let json = if self.as_json { parse(bytes).ok() } else { None };
        let value = json.map_or_else(|| read_value(&self.file, bytes), Ok);
        Ok(Some(value.map_err(|error| error.to_string())))
    }

    /// Refuses what is written in a notation that is only read.
    fn can_be_written(&self) -> Result<()> {
        match Notation::of(&self.file) {
            _ if Notation::is_packed(&self.file) && !self.as_json => Err(Error::Usage(format!(
                "{} is the name of a compressed file, which asof reads but does not write: name a .json file",
                self.file.display()
            ))),
            notation @ (Notation::Yaml | Notation::Toml) if !self.as_json => Err(Error::Usage(format!(
                "{} is {}, which asof reads but does not write: pass --as json to write JSON there, or name a .json file",
                self.file.display(),
                notation.word()
            ))),
            _ => Ok(()),
        }
    }

    /// The value of the file with one part of the version.
    fn with_part(&self, part: &str, old: Option<&Value>, whole: &Value) -> Result<Value> {
        let refusal = |why: &str| Error::Usage(format!("{}: {why}", named(part)));
        let old = old.ok_or_else(|| refusal("a part needs a file that can be read; omit --path to write all of it"))?;
        let at = |value: &Value| Path::parse(part, value).map_err(|error| Error::Usage(error.to_string()));
        let here = at(old)?;
        let op = match (old.at(&here), whole.at(&at(whole)?).cloned()) {
            (Some(_), Some(value)) => Op::Replace { path: here.to_pointer(), value },
            (None, Some(value)) => Op::Add { path: place_of_new(&here), value },
            (Some(_), None) => Op::Remove { path: here.to_pointer() },
            (None, None) => {
                return Err(refusal(&format!("no value there, neither in {} nor in the file", self.version)));
            }
        };
        Patch(vec![op]).apply(old).map_err(|_| refusal("the file has nothing to hold that part; name a part above it"))
    }
}

impl RestorePlan {
    /// Whether the file holds that already.
    pub fn is_done(&self) -> bool {
        self.restored.is_same
    }

    /// Writes the file: beside it first, then renamed into its place. Its mode stays, and a link to it.
    ///
    /// # Errors
    /// [`Error::FileChanged`] when it was changed since it was looked at; `Io`. Then nothing was changed.
    pub fn act(self) -> Result<Restored> {
        if !self.is_done() {
            self.place.replace(self.text.as_bytes())?;
        }
        Ok(self.restored)
    }
}

/// Where a part is added that the file does not have: an element that is named, at the end of its array.
fn place_of_new(part: &Path) -> Pointer {
    let mut place = part.to_pointer();
    if let (Some(Step::Index(usize::MAX)), Some(last)) = (part.0.last(), place.0.last_mut()) {
        *last = "-".into();
    }
    place
}

/// What the content of a file is to the recording.
fn displaced(tenant: &Tenant, held: Option<std::result::Result<Value, String>>) -> Result<Displaced> {
    let head = tenant.head();
    Ok(match held {
        None => Displaced::Nothing,
        Some(Err(why)) => Displaced::Unreadable(why),
        Some(Ok(value)) if value == tenant.value_at(head)? => Displaced::Head(head),
        Some(Ok(value)) => Displaced::Unrecorded(value),
    })
}

impl Restored {
    /// For machines: what was displaced in full, where the head does not hold it.
    pub fn json(&self) -> JsonOutput {
        let (kind, head, value) = match &self.displaced {
            Displaced::Nothing => ("nothing", None, None),
            Displaced::Head(version) => ("head", Some(version.0), None),
            Displaced::Unrecorded(value) => ("unrecorded", None, Some(value.clone())),
            Displaced::Unreadable(_) => ("unreadable", None, None),
        };
        object([
            ("file", Text::from(self.file.as_str()).into()),
            ("tenant", self.tenant.0.clone().into()),
            ("version", self.version.0.into()),
            ("problem", optional(self.problem.clone())),
            ("changed", (!self.is_same).into()),
            ("changes", (self.differences.changes.len() as u64).into()),
            ("displaced", kind.into()),
            ("displaced_version", optional(head)),
            ("displaced_value", optional(value)),
        ])
    }
}
