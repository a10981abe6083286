//! What one text of a log says: when, by whom, under which label, and where in it the state or patch is.
//!
//! Values are not parsed here, only found: their text is borrowed. Must not know: other texts, or what was before.

use super::moment;
use super::texts::Text;
use crate::record::Time;
use crate::value;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What a member of an envelope is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The state.
    State,
    /// The state, in the company of a time or label.
    StateToo,
    Patch,
    Time,
    Label,
    Author,
    Tenant,
    /// Why the source had nothing valid here.
    Invalid,
    /// The text that was not valid.
    Raw,
    Deleted,
    Kind,
    /// Belongs to an envelope and says nothing that is kept.
    Passed,
    Op,
    OpPath,
}

/// Every known member; where several have one role the first that fits counts.
const KEYS: &[(&str, Role)] = &[
    ("state", Role::State),
    ("snapshot", Role::StateToo),
    ("value", Role::StateToo),
    ("patch", Role::Patch),
    ("time", Role::Time),
    ("ts", Role::Time),
    ("timestamp", Role::Time),
    ("at", Role::Time),
    ("date", Role::Time),
    ("message", Role::Label),
    ("label", Role::Label),
    ("action", Role::Label),
    ("type", Role::Label),
    ("event", Role::Label),
    ("name", Role::Label),
    ("author", Role::Author),
    ("by", Role::Author),
    ("user", Role::Author),
    ("tenant", Role::Tenant),
    ("invalid", Role::Invalid),
    ("raw", Role::Raw),
    ("deleted", Role::Deleted),
    ("kind", Role::Kind),
    ("seq", Role::Passed),
    ("commit", Role::Passed),
    ("version", Role::Passed),
    ("id", Role::Passed),
    ("branch", Role::Passed),
    ("bom", Role::Passed),
    ("op", Role::Op),
    ("path", Role::OpPath),
];

const OPERATIONS: &[&str] = &["\"add\"", "\"remove\"", "\"replace\"", "\"move\"", "\"copy\"", "\"test\""];

/// What one text says.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub tenant: Option<value::Text>,
    pub at: Option<Time>,
    pub by: Option<value::Text>,
    pub label: value::Text,
    pub payload: Payload<'a>,
    /// What was odd about the envelope.
    pub notes: Vec<String>,
}

/// What became of the state, as text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Payload<'a> {
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
    Fault(Fault),
}

/// Why a text cannot be taken, and at which of its bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub why: String,
    pub at: usize,
}

impl<'a> Draft<'a> {
    /// A text that says nothing but this.
    pub fn bare(payload: Payload<'a>) -> Self {
        Self { tenant: None, at: None, by: None, label: value::Text::new(), payload, notes: Vec::new() }
    }
}

/// How the texts of an input are read.
pub(super) type Reading = for<'t> fn(&'t str) -> Draft<'t>;

/// Reads a text that is a state and nothing else.
pub(super) fn bare(json: &str) -> Draft<'_> {
    Draft::bare(Payload::State(json))
}

/// Reads a text that is a patch, an operation, or an envelope round a state or patch.
pub(super) fn framed(json: &str) -> Draft<'_> {
    match json.as_bytes().first() {
        Some(b'{') => Members::of(json).draft(json),
        Some(b'[') => Draft::bare(Payload::Patch(json)),
        _ => Draft::bare(Payload::Fault(Fault::unframed())),
    }
}

impl<'a> Text<'a> {
    /// The text as UTF-8, if it is whole.
    pub fn checked(&self) -> Result<&'a str, Fault> {
        if self.is_cut() {
            return Err(Fault::whole(format!(
                "{} bytes are more than the limit for one state (--max-size sets it)",
                self.length
            )));
        }
        std::str::from_utf8(self.bytes).map_err(|e| {
            let at = e.valid_up_to();
            let byte = self.bytes.get(at).copied().unwrap_or_default();
            Fault { why: format!("not UTF-8: byte 0x{byte:02X}"), at }
        })
    }
}

impl Fault {
    /// A fault that concerns all of a text.
    pub fn whole(why: impl Into<String>) -> Self {
        Self { why: why.into(), at: 0 }
    }

    fn unframed() -> Self {
        Self::whole(
            "neither `state`, `patch`, `invalid` nor `deleted` here, and no JSON Patch either: nothing was taken from it",
        )
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

/// Tells what a text, which may be cut off at its end, looks like.
pub(super) fn looks(text: &Text<'_>) -> Looks {
    let json = valid_start(text.bytes);
    match json.as_bytes().first() {
        Some(b'{') => Members::of(json).looks(),
        Some(b'[') => array_looks(json),
        _ => whole_looks(json),
    }
}

/// The names of the envelope's members in a text, as far as known ones.
pub(super) fn known_members(text: &Text<'_>) -> Vec<&'static str> {
    let members = Members::of(valid_start(text.bytes));
    KEYS.iter().zip(&members.slots).filter(|(_, slot)| slot.is_some()).map(|((key, _), _)| *key).collect()
}

fn valid_start(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(all) => all,
        Err(e) => std::str::from_utf8(&bytes[..e.valid_up_to()]).unwrap_or_default(),
    }
}

fn array_looks(json: &str) -> Looks {
    let inside = json[1..].trim_start();
    if inside.starts_with('{') && Members::of(inside).is_operation() {
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

/// The text of each known member of an object; empty where the text is cut off in it.
struct Members<'a> {
    slots: [Option<&'a str>; KEYS.len()],
    /// Members that are not known.
    others: usize,
    repeated: Option<&'static str>,
    error: Option<serde_json::Error>,
}

impl<'a> Members<'a> {
    /// Finds the members of the object at the start of `json`, as far as it is whole.
    fn of(json: &'a str) -> Self {
        let mut members = Self { slots: [None; KEYS.len()], others: 0, repeated: None, error: None };
        let mut reader = serde_json::Deserializer::from_str(json);
        members.error = Collect(&mut members).deserialize(&mut reader).and_then(|()| reader.end()).err();
        members
    }

    fn draft(self, json: &'a str) -> Draft<'a> {
        // Parsing all of it finds the place of the mistake.
        let payload = if self.error.is_some() { Payload::State(json) } else { self.payload(json) };
        Draft {
            tenant: self.text(Role::Tenant),
            at: self.time(),
            by: self.text(Role::Author),
            label: self.label().unwrap_or_default(),
            notes: self.notes(),
            payload,
        }
    }

    fn payload(&self, json: &'a str) -> Payload<'a> {
        if self.is_operation() {
            return Payload::Operation(json);
        }
        match self.exported_kind().as_deref() {
            Some("deleted") => Payload::Deleted,
            Some("invalid") => self.invalid(),
            _ => self.found().unwrap_or_else(|| Payload::Fault(Fault::unframed())),
        }
    }

    fn found(&self) -> Option<Payload<'a>> {
        let state = self.first(Role::State);
        if let Some(state) = state.filter(|s| *s != "null") {
            return Some(Payload::State(state));
        }
        if let Some(patch) = self.first(Role::Patch).filter(|p| p.is_empty() || p.starts_with('[')) {
            return Some(Payload::Patch(patch));
        }
        if self.text(Role::Invalid).is_some() {
            return Some(self.invalid());
        }
        if self.first(Role::Deleted) == Some("true") {
            return Some(Payload::Deleted);
        }
        if let Some(null) = state {
            return Some(Payload::State(null));
        }
        let accompanied = self.time().is_some() || self.label().is_some();
        self.first(Role::StateToo).filter(|_| accompanied).map(Payload::State)
    }

    fn invalid(&self) -> Payload<'a> {
        let text = |role| self.first(role).and_then(string);
        Payload::Invalid {
            raw: text(Role::Raw).unwrap_or_default(),
            why: text(Role::Invalid).unwrap_or(Cow::Borrowed("not valid in the source")),
        }
    }

    fn looks(&self) -> Looks {
        if self.error.as_ref().is_some_and(|e| !e.is_eof()) {
            return Looks::Broken;
        }
        if self.is_operation() {
            return Looks::Patch;
        }
        match self.found() {
            Some(Payload::State(state)) if self.is_round(state) => Looks::State,
            Some(Payload::Patch(patch)) => self.patch_looks(patch),
            Some(Payload::Deleted | Payload::Invalid { .. }) if self.has_company() => Looks::Open,
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
        let alone = self.others == 0;
        let says_something = self.says_something();
        if container { says_something || (alone && self.has_company()) } else { alone && self.has_company() }
    }

    fn has_company(&self) -> bool {
        self.says_something() || self.first(Role::Passed).is_some()
    }

    fn says_something(&self) -> bool {
        self.time().is_some()
            || self.label().is_some()
            || [Role::Author, Role::Tenant].iter().any(|r| self.text(*r).is_some())
    }

    /// An RFC 6902 operation; in other kinds of patches the path is an array.
    fn is_operation(&self) -> bool {
        let known = self.first(Role::Op).is_some_and(|op| OPERATIONS.contains(&op));
        known && self.first(Role::OpPath).is_some_and(|path| path == "\"\"" || path.starts_with("\"/"))
    }

    fn time(&self) -> Option<Time> {
        self.all(Role::Time).find_map(moment::from_json)
    }

    fn label(&self) -> Option<value::Text> {
        self.all(Role::Label).find_map(label_text)
    }

    /// The kind of version in a line of our own export; elsewhere `kind` may mean anything.
    fn exported_kind(&self) -> Option<Cow<'a, str>> {
        self.slot("branch")?;
        string(self.first(Role::Kind)?)
    }

    fn slot(&self, key: &str) -> Option<&'a str> {
        KEYS.iter().zip(&self.slots).find(|((known, _), _)| *known == key).and_then(|(_, slot)| *slot)
    }

    fn text(&self, role: Role) -> Option<value::Text> {
        self.all(role).find_map(string).map(value::Text::from)
    }

    fn notes(&self) -> Vec<String> {
        let repeated =
            self.repeated.map(|key| format!("`{key}` occurs more than once in this line; the last was taken"));
        let timeless = self.all(Role::Time).next().is_some_and(|t| t != "null") && self.time().is_none();
        let timeless = timeless.then(|| "the time here is in no form known; the version is without a time".to_owned());
        repeated.into_iter().chain(timeless).collect()
    }

    fn first(&self, role: Role) -> Option<&'a str> {
        self.all(role).next()
    }

    fn all(&self, role: Role) -> impl Iterator<Item = &'a str> + '_ {
        KEYS.iter().zip(&self.slots).filter(move |((_, r), _)| *r == role).filter_map(|(_, slot)| *slot)
    }
}

/// `action` may be a word, a number, or an object whose `type` is the word.
fn label_text(json: &str) -> Option<value::Text> {
    match json.as_bytes().first()? {
        b'{' => string(Members::of(json).slot("type")?).map(value::Text::from),
        b'-' | b'0'..=b'9' => Some(json.into()),
        _ => string(json).map(value::Text::from),
    }
}

fn string(json: &str) -> Option<Cow<'_, str>> {
    let inside = json.strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') { serde_json::from_str(json).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inside)) }
}

/// Fills [`Members`] while the object is read, so that what stands before a mistake is kept.
struct Collect<'m, 'de>(&'m mut Members<'de>);

impl<'de> DeserializeSeed<'de> for Collect<'_, 'de> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Collect<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(slot) = object.next_key_seed(Key)? {
            self.0.begin(slot);
            let value = object.next_value::<&RawValue>()?;
            self.0.fill(slot, value.get());
        }
        Ok(())
    }
}

impl<'a> Members<'a> {
    fn begin(&mut self, slot: Option<usize>) {
        let Some(slot) = slot else {
            self.others += 1;
            return;
        };
        if self.slots[slot].is_some() {
            self.repeated = Some(KEYS[slot].0);
        }
        self.slots[slot] = Some("");
    }

    fn fill(&mut self, slot: Option<usize>, json: &'a str) {
        if let Some(slot) = slot {
            self.slots[slot] = Some(json);
        }
    }
}

/// Reads a key as its index in [`KEYS`].
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Option<usize>;
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(KEYS.iter().position(|(known, _)| *known == key))
    }
}
