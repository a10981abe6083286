//! A file that is one value, in whichever notation it is written, as JSON text.
//!
//! Must not name: `states`, `git`.

use super::Sink;
use super::emit::Emitter;
use super::envelope::{Draft, Fault, Payload};
use super::probe::Sample;
use super::texts::Text;
use crate::record::TenantId;
use crate::value::{self, Limits};
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::ops::ControlFlow;

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
}

/// Reads a file's content. Several JSON texts are an array of them.
pub(super) fn document(bytes: &[u8]) -> Result<Document<'_>, Fault> {
    let mark = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let text = Text { line: 1, byte: mark as u64, bytes: &bytes[mark..], length: (bytes.len() - mark) as u64 };
    let json = text.checked().map_err(|fault| Fault { at: fault.at + mark, ..fault })?;
    if json.trim_ascii().is_empty() {
        return Err(Fault::whole("the file is empty"));
    }
    let ends_itself = matches!(json.trim_ascii_start().as_bytes().first(), Some(b'{' | b'[' | b'"'));
    Ok(Document { json: several(json).map_or(Cow::Borrowed(json), Cow::Owned), byte: mark, ends_itself })
}

/// Several JSON texts as one; `None` where it is one, or something in it is not JSON.
fn several(json: &str) -> Option<String> {
    let mut texts = serde_json::Deserializer::from_str(json).into_iter::<IgnoredAny>();
    let (mut parts, mut from) = (Vec::new(), 0);
    while let Some(text) = texts.next() {
        text.ok()?;
        let to = texts.byte_offset();
        parts.push(&json[from..to]);
        from = to;
    }
    (parts.len() > 1).then(|| format!("[{}]", parts.join(",")))
}

/// Whether a file begins with several JSON texts, so that it is a log that more are added to.
pub(crate) fn is_log(start: &[u8]) -> bool {
    Sample::of(start).begins_with_two()
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
pub(crate) fn readable(bytes: &[u8]) -> Readable {
    match document(bytes) {
        Ok(found) if serde_json::from_str::<IgnoredAny>(&found.json).is_ok() => match found.ends_itself {
            true => Readable::Whole,
            false => Readable::SoFar,
        },
        _ => Readable::Not,
    }
}

/// A file's content, and how it came to stand there.
pub(crate) struct Content<'a> {
    /// The file, as in messages.
    pub name: &'a str,
    pub bytes: &'a [u8],
    pub tenant: TenantId,
    pub label: value::Text,
    pub by: Option<value::Text>,
}

/// Hands over a file's content as one version: its value, or an invalid one that says why it cannot be read.
pub(crate) fn read_content(content: &Content<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let Content { name, bytes, tenant, label, by } = content;
    let mut emitter = Emitter::new(name, tenant.clone(), Limits::default(), sink);
    let draft = |payload| Draft { label: label.clone(), by: by.clone(), ..Draft::bare(payload) };
    let whole = Text { line: 1, byte: 0, bytes, length: bytes.len() as u64 };
    match document(bytes) {
        Ok(Document { json, byte, .. }) => {
            let text = Text { byte: byte as u64, bytes: json.as_bytes(), length: json.len() as u64, ..whole };
            emitter.take(&text, draft(Payload::State(&json)))
        }
        Err(fault) => emitter.take(&whole, draft(Payload::Fault(fault))),
    }
}

/// Hands over that a file is gone.
pub(crate) fn read_deletion(name: &str, tenant: TenantId, label: &str, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let mut emitter = Emitter::new(name, tenant, Limits::default(), sink);
    let nothing = Text { line: 0, byte: 0, bytes: &[], length: 0 };
    emitter.take(&nothing, Draft { label: label.into(), ..Draft::bare(Payload::Deleted) })
}
