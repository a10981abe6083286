//! What one text of a log says: when, by whom, under which label, and where in it the state or patch is.
//!
//! Values are not parsed here, only found: their text is borrowed. Must not name: `emit`.

use super::members::{EnvelopeMembers, MemberRole, string};
use super::mend::mended;
use super::remark::Remark;
use super::texts::Text;
use crate::error::counted;
use crate::recipe::Follows;
use crate::record::{Provenance, Time};
use crate::value;
use memchr::memmem;
use std::borrow::Cow;

/// What one text says.
#[derive(Debug)]
pub(super) struct EnvelopeDraft<'a> {
    pub tenant: Option<value::Text>,
    pub at: Option<Time>,
    pub by: Option<value::Text>,
    pub label: value::Text,
    pub payload: StatePayload<'a>,
    /// What it follows, where its source says so.
    pub follows: Follows,
    /// Where it comes from, as far as its source says.
    pub provenance: Option<Provenance>,
    /// What was odd about the envelope.
    pub remarks: Vec<Remark>,
}

/// What became of the state, as text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum StatePayload<'a> {
    State(&'a str),
    /// A patch: an array of operations.
    Patch(&'a str),
    /// A patch of one operation.
    Operation(&'a str),
    Invalid {
        raw: Cow<'a, str>,
        why: Cow<'a, str>,
    },
    Deleted,
    /// The text itself cannot be taken.
    Fault(TextFault),
}

/// Why a text cannot be taken, and at which of its bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TextFault {
    pub why: String,
    pub at: usize,
}

impl<'a> EnvelopeDraft<'a> {
    /// A text that says nothing but this.
    pub fn bare(payload: StatePayload<'a>) -> Self {
        Self {
            tenant: None,
            at: None,
            by: None,
            label: value::Text::new(),
            payload,
            follows: Follows::LineBefore,
            provenance: None,
            remarks: Vec::new(),
        }
    }
}

/// How the texts of an input are read.
pub(super) type TextReading = for<'t> fn(&'t str) -> EnvelopeDraft<'t>;

/// Reads a text that is a state and nothing else.
pub(super) fn bare(json: &str) -> EnvelopeDraft<'_> {
    EnvelopeDraft { at: stamp(json), ..EnvelopeDraft::bare(StatePayload::State(json)) }
}

/// When a state says that it is from. O(state), and a second reading of those only that may say it.
fn stamp(json: &str) -> Option<Time> {
    let may_say = json.starts_with('{') && STAMP_ENDS.iter().any(|end| memmem::find(json.as_bytes(), end).is_some());
    may_say.then(|| EnvelopeMembers::of(json).stamp())?
}

/// How the quoted names of stamps end.
const STAMP_ENDS: [&[u8]; 2] = [b"\"ts\"", b"timestamp\""];

/// Reads a text that is a patch, an operation, or an envelope round a state or patch.
pub(super) fn framed(json: &str) -> EnvelopeDraft<'_> {
    match json.as_bytes().first() {
        Some(b'{') => EnvelopeMembers::of(json).draft(json),
        Some(b'[') => EnvelopeDraft::bare(StatePayload::Patch(json)),
        _ => EnvelopeDraft::bare(StatePayload::Fault(TextFault::unframed())),
    }
}

impl<'a> Text<'a> {
    /// The text as UTF-8, if it is whole.
    pub fn checked(&self) -> Result<&'a str, TextFault> {
        if self.is_cut() {
            let (length, limit) = (counted(self.length, "byte"), self.limit);
            return Err(TextFault::whole(format!("{length}, more than the limit of {limit} for one state")));
        }
        std::str::from_utf8(self.bytes).map_err(|e| {
            let at = e.valid_up_to();
            let byte = self.bytes.get(at).copied().unwrap_or_default();
            TextFault { why: format!("not UTF-8: byte 0x{byte:02X}"), at }
        })
    }
}

impl TextFault {
    /// A fault that concerns all of a text.
    pub fn whole(why: impl Into<String>) -> Self {
        Self { why: why.into(), at: 0 }
    }

    fn unframed() -> Self {
        Self::whole("not an envelope (no state, patch, invalid or deleted) and not a JSON Patch; skipped")
    }
}

/// What a text looks like next to others of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// Broken from its beginning.
    Broken,
    /// An envelope round a state.
    State,
    /// A patch, an operation, or an envelope round a patch.
    Patch,
    /// Could be either, as `[]` or an envelope that says `deleted`.
    Open,
    /// Any other JSON.
    Other,
}

/// Tells what a text, which may be cut off at its end, looks like; of one that can be mended, what it is then.
pub(super) fn looks(text: &Text<'_>) -> Looks {
    let start = valid_start(text.bytes);
    let as_it_is = if start.is_empty() { Looks::Broken } else { looks_of(start) };
    let has_dirt = as_it_is == Looks::Broken || std::str::from_utf8(text.bytes).is_err();
    let clean = if has_dirt { mended(text.bytes) } else { None };
    clean.map_or(as_it_is, |(json, _)| looks_of(json.trim()))
}

fn looks_of(json: &str) -> Looks {
    match json.as_bytes().first() {
        Some(b'{') => EnvelopeMembers::of(json).looks(),
        Some(b'[') => array_looks(json),
        _ => whole_looks(json),
    }
}

/// The known members of an envelope, and whether there are others.
pub(super) fn describe(text: &Text<'_>) -> String {
    let members = EnvelopeMembers::of(valid_start(text.bytes));
    let known = members.known().collect::<Vec<_>>().join(", ");
    if members.has_others() { format!("{known}; other members are dropped") } else { known }
}

fn valid_start(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(all) => all,
        Err(e) => std::str::from_utf8(&bytes[..e.valid_up_to()]).unwrap_or_default(),
    }
}

fn array_looks(json: &str) -> Looks {
    let inside = json[1..].trim_start();
    if inside.starts_with('{') && EnvelopeMembers::of(inside).is_operation() {
        return Looks::Patch;
    }
    if inside.starts_with(']') { Looks::Open } else { whole_looks(json) }
}

fn whole_looks(json: &str) -> Looks {
    match serde_json::from_str::<serde::de::IgnoredAny>(json) {
        Err(e) if !e.is_eof() => Looks::Broken,
        _ => Looks::Other,
    }
}

impl<'a> EnvelopeMembers<'a> {
    fn draft(self, json: &'a str) -> EnvelopeDraft<'a> {
        // Parsing all of it finds the place of the mistake.
        let payload = if self.error().is_some() { StatePayload::State(json) } else { self.payload(json) };
        let at = self.time();
        EnvelopeDraft {
            tenant: self.text(MemberRole::Tenant),
            at,
            by: self.text(MemberRole::Author),
            label: self.label().unwrap_or_default(),
            remarks: self.remarks(at),
            follows: Follows::LineBefore,
            provenance: self.exported_provenance(),
            payload,
        }
    }

    fn payload(&self, json: &'a str) -> StatePayload<'a> {
        if self.is_operation() {
            return StatePayload::Operation(json);
        }
        match self.exported("kind").as_deref() {
            Some("deleted") => StatePayload::Deleted,
            Some("invalid") => self.invalid(),
            _ => self.found().unwrap_or_else(|| StatePayload::Fault(TextFault::unframed())),
        }
    }

    fn found(&self) -> Option<StatePayload<'a>> {
        let state = self.first(MemberRole::State);
        if let Some(state) = state.filter(|s| *s != "null") {
            return Some(StatePayload::State(state));
        }
        if let Some(patch) = self.first(MemberRole::Patch).filter(|p| p.is_empty() || p.starts_with('[')) {
            return Some(StatePayload::Patch(patch));
        }
        if self.text(MemberRole::Invalid).is_some() {
            return Some(self.invalid());
        }
        if self.first(MemberRole::Deleted) == Some("true") {
            return Some(StatePayload::Deleted);
        }
        if let Some(null) = state {
            return Some(StatePayload::State(null));
        }
        let accompanied = self.has_time_or_label() || self.label().is_some();
        self.first(MemberRole::StateToo).filter(|_| accompanied).map(StatePayload::State)
    }

    fn invalid(&self) -> StatePayload<'a> {
        let text = |role| self.first(role).and_then(string);
        StatePayload::Invalid {
            raw: text(MemberRole::Raw).unwrap_or_default(),
            why: text(MemberRole::Invalid)
                .or_else(|| self.exported("problem"))
                .unwrap_or(Cow::Borrowed("not valid in the source")),
        }
    }

    fn looks(&self) -> Looks {
        if self.error().is_some_and(|e| !e.is_eof()) {
            return Looks::Broken;
        }
        if self.is_operation() {
            return Looks::Patch;
        }
        match self.found() {
            Some(StatePayload::State(state)) if self.is_round(state) => Looks::State,
            Some(StatePayload::Patch(patch)) => self.patch_looks(patch),
            Some(StatePayload::Deleted | StatePayload::Invalid { .. }) if self.has_company() => Looks::Open,
            _ => Looks::Other,
        }
    }

    /// An empty patch counts where the rest looks like an envelope.
    fn patch_looks(&self, patch: &str) -> Looks {
        match array_looks(if patch.is_empty() { "[]" } else { patch }) {
            Looks::Open if self.has_company() => Looks::Patch,
            Looks::Patch => Looks::Patch,
            _ => Looks::Other,
        }
    }

    /// Whether this is an envelope round `state` and not a state that happens to have a member of that name.
    fn is_round(&self, state: &str) -> bool {
        let container = matches!(state.as_bytes().first(), None | Some(b'{' | b'['));
        if self.has_others() { container && self.has_time_or_label() } else { self.has_company() }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn text(json: &str) -> Text<'_> {
        Text { line: 1, byte: 0, before: &[], bytes: json.as_bytes(), length: json.len() as u64, limit: u64::MAX }
    }

    #[track_caller]
    fn check_looks(expected: Looks, all: &[&str]) {
        for json in all {
            assert_eq!(looks(&text(json)), expected, "{json}");
        }
    }

    #[test]
    fn envelopes_are_told_from_states() {
        check_looks(
            Looks::State,
            &[
                r#"{"seq":0,"time":"2026-01-01T00:00:00Z","commit":"ab","message":"m","state":{"a":1}}"#,
                r#"{"ts":1461248785265,"action":"INC","state":5}"#,
                r#"{"ts":1,"action":{"type":"INC"},"host":"x","state":{}}"#,
                r#"{"seq":1,"state":{}}"#,
                r#"{"seq":1,"state":null}"#,
                r#"{"tenant":"a","state":[]}"#,
                r#"{"type":"INC","state":{"n":1}}"#,
                r#"{"at":1461248785,"value":3}"#,
                r#"{"label":"x","snapshot":{}}"#,
                r#"{"version":1,"at":null,"label":"","by":null,"branch":"main","kind":"transition","state":7}"#,
                // Cut off in the state.
                r#"{"seq":1,"time":"2026-01-01T00:00:00Z","state":{"a":[1,2"#,
                r#"{"seq":1,"state":"#,
            ],
        );
        check_looks(
            Looks::Other,
            &[
                "5",
                "null",
                r#""state""#,
                "{}",
                "[1,2]",
                r#"{"state":{}}"#,
                r#"{"state":"open","id":5,"title":"a bug"}"#,
                r#"{"state":"open","type":"issue","title":"a bug"}"#,
                r#"{"id":5,"state":{},"title":"a bug"}"#,
                r#"{"user":{"name":"ann"},"state":{},"x":1}"#,
                r#"{"name":"cart","state":{},"items":[]}"#,
                r#"{"type":"app","version":2,"state":{},"settings":{}}"#,
                r#"{"date":"soon","state":{},"x":1}"#,
                r#"{"value":5}"#,
                r#"{"id":1,"value":5}"#,
                r#"{"time":5,"delta":{}}"#,
                r#"{"type":"ADDED","object":{}}"#,
                r#"{"patch":"text","time":5}"#,
            ],
        );
    }

    #[test]
    fn patches_are_told_from_states() {
        check_looks(
            Looks::Patch,
            &[
                r#"[{"op":"add","path":"","value":{}}]"#,
                r#"[ {"value":1,"path":"/a/b","op":"replace"} , {}]"#,
                r#"[{"op":"add","path":"","value":{"a":[1,"#,
                r#"{"op":"remove","path":"/a"}"#,
                r#"{"op":"test","path":"/a","value":1,"ts":1461248785}"#,
                r#"{"patch":[{"op":"remove","path":"/a"}]}"#,
                r#"{"seq":1,"time":"2026-01-01T00:00:00Z","patch":[]}"#,
            ],
        );
        check_looks(
            Looks::Other,
            &[
                r#"[{"op":"replace","path":["user","age"],"value":33}]"#,
                r#"{"op":"u","path":"/x","after":{}}"#,
                r#"{"op":"add","path":"relative"}"#,
                r#"[{"type":"A"}]"#,
                r#"{"patch":[1,2],"seq":1}"#,
            ],
        );
        check_looks(
            Looks::Open,
            &["[]", "[ ]", r#"{"seq":1,"deleted":true}"#, r#"{"seq":1,"invalid":"why","raw":"{"}"#],
        );
        check_looks(Looks::Broken, &["nope", "{nope}", "[1 2]", r#"{"a":1}}"#, r#"{"a" 1}"#, "<html>", "---"]);
    }

    /// `tenant at by label payload` of one text.
    #[track_caller]
    fn check(json: &str, expected: &str) {
        let draft = framed(json);
        let at = draft.at.map(|t| t.timestamp_millis().to_string());
        let payload = match &draft.payload {
            StatePayload::State(s) => format!("state {s}"),
            StatePayload::Patch(p) => format!("patch {p}"),
            StatePayload::Operation(o) => format!("operation of {}", o.len()),
            StatePayload::Invalid { raw, why } => format!("invalid {raw:?}: {why}"),
            StatePayload::Deleted => "deleted".to_owned(),
            StatePayload::Fault(fault) => format!("fault {}", &fault.why[..15]),
        };
        let word = |text: Option<&str>| text.filter(|t| !t.is_empty()).unwrap_or("-").to_owned();
        let found = [
            word(draft.tenant.as_deref()),
            word(at.as_deref()),
            word(draft.by.as_deref()),
            word(Some(&draft.label)),
            payload,
        ];
        assert_eq!(found.join(" "), expected, "{json}");
    }

    #[test]
    fn what_an_envelope_says() {
        check(
            r#"{"seq":0,"time":"1970-01-01T00:00:01Z","message":"m","state": {"a":1} }"#,
            r#"- 1000 - m state {"a":1}"#,
        );
        check(
            r#"{"ts":1461248785265,"action":{"payload":{},"type":"INC"},"state":5}"#,
            "- 1461248785265 - INC state 5",
        );
        check(r#"{"tenant":"t","by":"ann","event":"e\u0021","state":[]}"#, "t - ann e! state []");
        check(r#"{"user":"bob","type":7,"state":null}"#, "- - bob 7 state null");
        check(r#"{"message":null,"name":"n","patch":[]}"#, "- - - n patch []");
        check(r#"{"op":"add","path":"/a","value":1,"ts":1461248785}"#, "- 1461248785000 - - operation of 50");
        check(r#"[{"op":"add"}]"#, r#"- - - - patch [{"op":"add"}]"#);
        check(r#"{"at":1461248785,"value":3}"#, "- 1461248785000 - - state 3");
        check(r#"{"state":1,"state":2}"#, "- - - - state 2");
    }

    #[test]
    fn what_an_envelope_says_of_a_missing_state() {
        check(r#"{"seq":1,"deleted":true}"#, "- - - - deleted");
        check(r#"{"seq":1,"deleted":false}"#, "- - - - fault not an envelope");
        check(r#"{"seq":1,"deleted":true,"state":{}}"#, "- - - - state {}");
        check(r#"{"seq":1,"invalid":"why","raw":"{\n"}"#, r#"- - - - invalid "{\n": why"#);
        check(r#"{"version":1,"branch":"main","kind":"deleted","label":"x","state":null}"#, "- - - x deleted");
        check(
            r#"{"version":1,"branch":"main","kind":"invalid","label":"x","state":{}}"#,
            r#"- - - x invalid "": not valid in the source"#,
        );
        check(r#"{"kind":"deleted","label":"x","state":{}}"#, "- - - x state {}");
        check(r#"{"time":"1970-01-01T00:00:01Z","delta":{}}"#, "- 1000 - - fault not an envelope");
        check("5", "- - - - fault not an envelope");
        // Broken: what stood before the mistake is kept, and parsing the whole text will find its place.
        check(r#"{"label":"x","state":{]}"#, r#"- - - x state {"label":"x","state":{]}"#);
    }

    #[test]
    fn oddities_are_remarked_on() {
        let remarks = |json| framed(json).remarks;
        assert!(remarks(r#"{"time":"2026-01-01T00:00:00Z","state":1}"#).is_empty());
        assert!(remarks(r#"{"time":null,"state":1}"#).is_empty());
        assert!(matches!(&remarks(r#"{"time":"soon","state":1}"#)[..], [Remark::Timeless(time)] if time == "\"soon\""));
        let repeated = remarks(r#"{"state":1,"state":2}"#);
        assert!(matches!(&repeated[..], [Remark::Noted(why)] if why.starts_with("duplicate `state` in this line")));
    }
}
