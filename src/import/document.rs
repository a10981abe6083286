//! A file that is one value, in whichever notation it is written, as JSON text.
//!
//! Must not name: `states`, `git`.

use super::ItemSink;
use super::emit::Emitter;
use super::envelope::{EnvelopeDraft, StatePayload, TextFault};
use super::notation::Notation;
use super::probe::InputSample;
use super::remark::Remark;
use super::texts::Text;
use crate::error::InputPlace;
use crate::record::TenantId;
use crate::value::{self, Limits, Value};
use crate::{Error, Result};
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::ops::ControlFlow;
use std::path::Path;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What a file says that is one value.
#[derive(Debug)]
pub(super) struct Document<'a> {
    /// The value as JSON text: the file's own where it is JSON.
    pub json: Cow<'a, str>,
    /// Offset of that text in the file, where it is the file's own.
    pub byte: usize,
    /// Whether the notation says where the value ends, so that a part of the text is never taken for all of it.
    pub ends_itself: bool,
    /// Whether the file holds several JSON texts, of which the value is an array.
    pub is_several: bool,
    /// Whether it is JSON5 and no JSON.
    pub is_json5: bool,
}

/// Reads a file's content, which is in a notation. Several JSON texts are an array of them. O(bytes), and what the aliases of
/// YAML stand for, which is limited.
pub(super) fn document(bytes: &[u8], notation: Notation) -> std::result::Result<Document<'_>, TextFault> {
    let mark = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let text = Text {
        line: 1,
        byte: mark as u64,
        before: &[],
        bytes: &bytes[mark..],
        length: (bytes.len() - mark) as u64,
        limit: u64::MAX,
    };
    let behind_mark = |fault: TextFault| TextFault { at: fault.at + mark, ..fault };
    let text = text.checked().map_err(behind_mark)?;
    if text.trim_ascii().is_empty() {
        return Err(TextFault::whole("the file is empty"));
    }
    let ends_itself = notation.ends_itself(text);
    let json = match notation {
        Notation::Json | Notation::Json5 => json_of(text),
        Notation::Yaml | Notation::Toml => None,
    };
    let (is_json, is_several) = (json.is_some(), matches!(json, Some(Cow::Owned(_))));
    let json = match (json, notation) {
        (Some(json), _) => json,
        (None, Notation::Json) => Notation::Json5.to_json(text, MOST).map_or(Cow::Borrowed(text), Cow::Owned),
        (None, other) => Cow::Owned(other.to_json(text, MOST).map_err(behind_mark)?),
    };
    let is_json5 = !is_json && matches!(notation, Notation::Json | Notation::Json5) && matches!(json, Cow::Owned(_));
    Ok(Document { json, byte: mark, ends_itself, is_several, is_json5 })
}

/// Said of a file that should be JSON.
const LENIENT: &str =
    "not JSON, but JSON5 (comments, trailing commas, single quotes or the like): read as that (reported once)";

/// Bytes of JSON that a file may say: no more than a state may have.
const MOST: usize = value::MAX_SIZE as usize;

/// JSON as it is, several texts as an array; `None` where something in it is not JSON.
fn json_of(text: &str) -> Option<Cow<'_, str>> {
    let mut texts = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let (mut parts, mut from) = (Vec::new(), 0);
    while let Some(next) = texts.next() {
        next.ok()?;
        let to = texts.byte_offset();
        parts.push(&text[from..to]);
        from = to;
    }
    Some(if parts.len() > 1 { Cow::Owned(format!("[{}]", parts.join(","))) } else { Cow::Borrowed(text) })
}

/// A file's value. Several JSON texts are none: a log is not compared by accident.
///
/// # Errors
/// [`Error::Syntax`] with the file's name and the place; `TooDeep`, `TooLarge`.
pub fn read_value(file: &Path, bytes: &[u8]) -> Result<Value> {
    let placed = |fault: TextFault| {
        let before = &bytes[..fault.at.min(bytes.len())];
        let line = 1 + memchr::memchr_iter(b'\n', before).count() as u64;
        let place = InputPlace { file: file.display().to_string(), line, byte: before.len() as u64 };
        Error::Syntax { place, why: fault.why }
    };
    let found = document(bytes, Notation::of(file)).map_err(placed)?;
    let text = if found.is_several { &bytes[found.byte..] } else { found.json.as_bytes() };
    value::parse(text).map_err(|error| match error {
        Error::Syntax { place, why } => {
            placed(TextFault { why, at: found.byte + usize::try_from(place.byte).unwrap_or(bytes.len()) })
        }
        other => other,
    })
}

/// Whether a file's content is a value; why not, otherwise.
pub(super) fn is_value(bytes: &[u8], notation: Notation) -> std::result::Result<(), TextFault> {
    let found = document(bytes, notation)?;
    match value::parse(found.json.as_bytes()) {
        Ok(_) => Ok(()),
        Err(Error::Syntax { why, .. }) => Err(TextFault::whole(why)),
        Err(error) => Err(TextFault::whole(error.to_string())),
    }
}

/// Whether a file begins with several JSON texts, so that it is a log that more are added to.
pub(crate) fn is_log(start: &[u8]) -> bool {
    InputSample::of(start).begins_with_two()
}

/// Whether content can be read as one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readable {
    /// It says itself where it ends.
    Whole,
    /// There may be more of it to come.
    SoFar,
    /// It cannot.
    Not,
}

/// Whether a file's content can be read as one value. O(bytes).
pub(crate) fn readable(bytes: &[u8], notation: Notation) -> Readable {
    match document(bytes, notation) {
        Ok(found) if serde_json::from_str::<IgnoredAny>(&found.json).is_ok() => match found.ends_itself {
            true => Readable::Whole,
            false => Readable::SoFar,
        },
        _ => Readable::Not,
    }
}

/// A file's content, and how it came to stand there.
pub(crate) struct FileContent<'a> {
    /// The file, as in messages.
    pub name: &'a str,
    pub notation: Notation,
    pub bytes: &'a [u8],
    pub tenant: TenantId,
    pub label: value::Text,
    pub by: Option<value::Text>,
}

/// Hands over a file's content as one version: its value, or an invalid one that says why it cannot be read.
pub(crate) fn read_content(content: &FileContent<'_>, sink: &mut ItemSink<'_>) -> ControlFlow<()> {
    let FileContent { name, notation, bytes, tenant, label, by } = content;
    let mut emitter = Emitter::new(name, tenant.clone(), Limits::default(), sink);
    let draft = EnvelopeDraft { label: label.clone(), by: by.clone(), ..EnvelopeDraft::bare(StatePayload::Deleted) };
    let whole = Whole { bytes, length: bytes.len() as u64, notation: *notation, named: *notation };
    emit_document(&mut emitter, whole, draft)
}

/// A file's content, of which there may be more than is held.
#[derive(Clone, Copy)]
pub(super) struct Whole<'a> {
    pub bytes: &'a [u8],
    pub length: u64,
    pub notation: Notation,
    /// What its name says.
    pub named: Notation,
}

/// Emits a file's content as one version: what the draft says beside its payload.
pub(super) fn emit_document(
    emitter: &mut Emitter<'_, '_>,
    Whole { bytes, length, notation, named }: Whole<'_>,
    draft: EnvelopeDraft<'_>,
) -> ControlFlow<()> {
    let whole = Text { line: 1, byte: 0, before: &[], bytes, length, limit: emitter.limits().size };
    match whole.checked().and_then(|_| document(bytes, notation)) {
        Ok(Document { json, byte, is_json5, .. }) => {
            let mut draft = draft;
            let is_unnamed = is_json5 && named == Notation::Json;
            draft.remarks.extend(is_unnamed.then(|| Remark::Noted(LENIENT.to_owned())));
            let text =
                Text { byte: byte as u64, before: &[], bytes: json.as_bytes(), length: json.len() as u64, ..whole };
            emitter.take(&text, EnvelopeDraft { payload: StatePayload::State(&json), ..draft })
        }
        Err(fault) => emitter.take(&whole, EnvelopeDraft { payload: StatePayload::Fault(fault), ..draft }),
    }
}

/// Hands over that a file is gone.
pub(crate) fn read_deletion(name: &str, tenant: TenantId, label: &str, sink: &mut ItemSink<'_>) -> ControlFlow<()> {
    let mut emitter = Emitter::new(name, tenant, Limits::default(), sink);
    let nothing = Text { line: 0, byte: 0, before: &[], bytes: &[], length: 0, limit: u64::MAX };
    emitter.take(&nothing, EnvelopeDraft { label: label.into(), ..EnvelopeDraft::bare(StatePayload::Deleted) })
}
