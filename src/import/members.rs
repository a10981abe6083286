//! The members of an envelope: which there are, what each is for, and their text, borrowed and not parsed.
//!
//! Must not name: `emit`.

use super::moment;
use super::remark::Remark;
use crate::Text;
use crate::record::{Provenance, Time, TimeSource};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What a member of an envelope is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MemberRole {
    State,
    /// The state, in the company of a time or label.
    StateToo,
    Patch,
    Time,
    /// A time too, but just as often a member of a state.
    TimeToo,
    Label,
    /// A label too, but just as often a member of a state.
    LabelToo,
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
    /// Belongs to a line of our own export; elsewhere it is a member like any other.
    Exported,
    Op,
    OpPath,
}

/// Stands for every name that [`is_time_name`] takes.
const OTHER_TIME: &str = "another time";

/// Other names of times, without case and signs: `eventTime`, `Logged-At`, `_time`.
const TIME_NAMES: &[&str] = &[
    "time",
    "ts",
    "timestamp",
    "at",
    "date",
    "datetime",
    "createdat",
    "createdon",
    "updatedat",
    "modifiedat",
    "occurredat",
    "recordedat",
    "loggedat",
    "eventtime",
    "eventtimestamp",
    "logtime",
    "logtimestamp",
    "asctime",
    "when",
    "tsms",
    "timems",
    "timestampms",
    "epoch",
    "epochms",
    "unixtime",
];

/// Times by which a state without an envelope is dated.
const STAMPS: &[&str] = &["ts", "timestamp", "@timestamp"];

/// Bytes of an unknown name that are told.
const LONGEST_NAME: usize = 60;

/// Every known member; where several have one role the first that fits counts.
const KEYS: &[(&str, MemberRole)] = &[
    ("state", MemberRole::State),
    ("snapshot", MemberRole::StateToo),
    ("value", MemberRole::StateToo),
    ("patch", MemberRole::Patch),
    ("time", MemberRole::Time),
    ("ts", MemberRole::Time),
    ("timestamp", MemberRole::Time),
    ("at", MemberRole::Time),
    ("date", MemberRole::Time),
    ("@timestamp", MemberRole::Time),
    ("created_at", MemberRole::TimeToo),
    ("createdAt", MemberRole::TimeToo),
    (OTHER_TIME, MemberRole::TimeToo),
    ("message", MemberRole::Label),
    ("label", MemberRole::Label),
    ("action", MemberRole::Label),
    ("type", MemberRole::LabelToo),
    ("event", MemberRole::Label),
    ("name", MemberRole::LabelToo),
    ("author", MemberRole::Author),
    ("by", MemberRole::Author),
    ("user", MemberRole::Author),
    ("tenant", MemberRole::Tenant),
    ("invalid", MemberRole::Invalid),
    ("raw", MemberRole::Raw),
    ("deleted", MemberRole::Deleted),
    ("kind", MemberRole::Kind),
    ("seq", MemberRole::Passed),
    ("commit", MemberRole::Passed),
    ("version", MemberRole::Passed),
    ("id", MemberRole::Passed),
    ("branch", MemberRole::Passed),
    ("bom", MemberRole::Passed),
    ("problem", MemberRole::Exported),
    ("reason", MemberRole::Exported),
    ("source_id", MemberRole::Exported),
    ("cause", MemberRole::Exported),
    ("time_source", MemberRole::Exported),
    ("op", MemberRole::Op),
    ("path", MemberRole::OpPath),
];

const OPERATIONS: &[&str] = &["\"add\"", "\"remove\"", "\"replace\"", "\"move\"", "\"copy\"", "\"test\""];

/// A set of roles, a bit each.
#[derive(Clone, Copy, Default)]
struct Roles(u32);

impl Roles {
    fn of(roles: &[MemberRole]) -> Self {
        Self(roles.iter().fold(0, |bits, role| bits | 1 << *role as u32))
    }

    fn has(self, role: MemberRole) -> bool {
        self.0 & Self::of(&[role]).0 != 0
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// The text of each known member of an object; empty where the text is cut off in it.
pub(super) struct EnvelopeMembers<'a> {
    slots: [Option<&'a str>; KEYS.len()],
    /// The roles of those there are.
    roles: Roles,
    /// Members that are not known.
    others: usize,
    repeated: Option<&'static str>,
    /// The name of the first member that is not known and holds a time.
    undated: Option<String>,
    error: Option<serde_json::Error>,
}

impl<'a> EnvelopeMembers<'a> {
    /// Finds the members of the object at the start of `json`, as far as it is whole.
    pub fn of(json: &'a str) -> Self {
        let (slots, roles) = ([None; KEYS.len()], Roles::default());
        let mut members = Self { slots, roles, others: 0, repeated: None, undated: None, error: None };
        let mut reader = serde_json::Deserializer::from_str(json);
        members.error = Collect(&mut members).deserialize(&mut reader).and_then(|()| reader.end()).err();
        members
    }

    /// Why it is not JSON, if it is not.
    pub fn error(&self) -> Option<&serde_json::Error> {
        self.error.as_ref()
    }

    /// The names of the known members there are.
    pub fn known(&self) -> impl Iterator<Item = &'static str> + '_ {
        let is_exported = self.is_exported();
        let there = KEYS.iter().zip(&self.slots).filter(|(_, slot)| slot.is_some());
        there.filter(move |((_, role), _)| is_exported || *role != MemberRole::Exported).map(|((key, _), _)| *key)
    }

    /// Whether there are members that are not known.
    pub fn has_others(&self) -> bool {
        self.others > 0 || !self.is_exported() && self.first(MemberRole::Exported).is_some()
    }

    /// Whether this is a line of our own export: elsewhere `kind`, `cause` and the like may mean anything.
    fn is_exported(&self) -> bool {
        self.roles.has(MemberRole::Kind) && ["version", "branch"].iter().all(|name| self.slot(name).is_some())
    }

    /// Whether anything here belongs to an envelope, be it a mere number of the line.
    pub fn has_company(&self) -> bool {
        self.has_time_or_label()
            || [MemberRole::LabelToo, MemberRole::Author, MemberRole::Tenant]
                .iter()
                .any(|role| self.text(*role).is_some())
            || [MemberRole::Passed, MemberRole::Time, MemberRole::TimeToo]
                .iter()
                .any(|role| self.first(*role).is_some())
    }

    /// Whether there is what states hardly have: a time, or the label of a transition.
    pub fn has_time_or_label(&self) -> bool {
        self.all(MemberRole::Time).any(|json| moment::from_json(json).is_some())
            || self.all(MemberRole::Label).any(|json| label_text(json).is_some())
    }

    /// An RFC 6902 operation; in other kinds of patches the path is an array.
    pub fn is_operation(&self) -> bool {
        let known = self.first(MemberRole::Op).is_some_and(|op| OPERATIONS.contains(&op));
        known && self.first(MemberRole::OpPath).is_some_and(|path| path == "\"\"" || path.starts_with("\"/"))
    }

    /// The first time that is in a known form.
    pub fn time(&self) -> Option<Time> {
        self.all(MemberRole::Time).chain(self.all(MemberRole::TimeToo)).find_map(moment::from_json)
    }

    /// When a state without an envelope says that it is from.
    pub fn stamp(&self) -> Option<Time> {
        STAMPS.iter().filter_map(|name| self.slot(name)).find_map(moment::from_stamp)
    }

    /// The first label that is one. In our own export `message` is the text of which the label is the first line.
    pub fn label(&self) -> Option<Text> {
        if self.is_exported() {
            return self.slot("label").and_then(string).map(Text::from);
        }
        self.any(Roles::of(&[MemberRole::Label, MemberRole::LabelToo])).find_map(label_text)
    }

    /// One member of a line of our own export, where it is a string.
    pub fn exported(&self, name: &str) -> Option<Cow<'a, str>> {
        if self.is_exported() { self.slot(name).and_then(string) } else { None }
    }

    /// Where a line of our own export says that its version comes from.
    pub fn exported_provenance(&self) -> Option<Provenance> {
        let text = |name| self.exported(name).map(Text::from);
        let [cause, source_id, message] = ["cause", "source_id", "message"].map(text);
        let time_source = self.exported("time_source").and_then(|word| TimeSource::named(&word));
        let from = Provenance { time_source, cause, source_id, message, ..Provenance::default() };
        (from != Provenance::default()).then_some(from)
    }

    fn slot(&self, key: &str) -> Option<&'a str> {
        KEYS.iter().zip(&self.slots).find(|((known, _), _)| *known == key).and_then(|(_, slot)| *slot)
    }

    /// The first string of a role.
    pub fn text(&self, role: MemberRole) -> Option<Text> {
        self.all(role).find_map(string).map(Text::from)
    }

    /// What is odd about the envelope, of which the [time](Self::time) is known: a key that occurs more than once, a time in no
    /// known form.
    pub fn remarks(&self, time: Option<Time>) -> Vec<Remark> {
        let repeated =
            self.repeated.map(|key| Remark::Noted(format!("duplicate `{key}` in this line; the last value was taken")));
        let mut times = self.all(MemberRole::Time).chain(self.all(MemberRole::TimeToo)).filter(|json| *json != "null");
        let timeless = times.next().filter(|_| time.is_none()).map(|json| Remark::Timeless(json.to_owned()));
        let has_time = time.is_some() || timeless.is_some();
        let undated = self.undated.as_ref().filter(|_| !has_time).map(|name| {
            Remark::Noted(format!(
                "`{name}` looks like a time, but is not a known name of one (such as ts, time, timestamp): the version has no time"
            ))
        });
        repeated.into_iter().chain(timeless).chain(undated).collect()
    }

    /// The first member of a role, as JSON text.
    pub fn first(&self, role: MemberRole) -> Option<&'a str> {
        self.all(role).next()
    }

    fn all(&self, role: MemberRole) -> impl Iterator<Item = &'a str> + '_ {
        self.any(Roles::of(&[role]))
    }

    fn any(&self, roles: Roles) -> impl Iterator<Item = &'a str> + '_ {
        let there = roles.and(self.roles);
        let slots = if there.0 == 0 { &[] } else { self.slots.as_slice() };
        KEYS.iter().zip(slots).filter(move |((_, role), _)| there.has(*role)).filter_map(|(_, slot)| *slot)
    }
}

/// `action` may be a word, a number, or an object whose `type` is the word.
fn label_text(json: &str) -> Option<Text> {
    match json.as_bytes().first()? {
        b'{' => string(EnvelopeMembers::of(json).slot("type")?).map(Text::from),
        b'-' | b'0'..=b'9' => Some(json.into()),
        _ => string(json).map(Text::from),
    }
}

/// The text of a JSON string.
pub(super) fn string(json: &str) -> Option<Cow<'_, str>> {
    let inside = json.strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') { serde_json::from_str(json).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inside)) }
}

/// Fills [`EnvelopeMembers`] while the object is read, so that what stands before a mistake is kept.
struct Collect<'m, 'de>(&'m mut EnvelopeMembers<'de>);

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
        let mut name = String::new();
        while let Some(slot) = object.next_key_seed(MemberKey(&mut name))? {
            let unknown = slot.is_none() && self.0.undated.is_none();
            let slot = self.0.begin(slot);
            let value = object.next_value::<&RawValue>()?.get();
            self.0.fill(slot, value);
            if unknown && looks_dated(value) {
                self.0.undated = Some(std::mem::take(&mut name));
            }
        }
        Ok(())
    }
}

impl<'a> EnvelopeMembers<'a> {
    /// The slot that the value is for. Of several times with names of their own the first counts.
    fn begin(&mut self, slot: Option<usize>) -> Option<usize> {
        let Some(slot) = slot else {
            self.others += 1;
            return None;
        };
        if self.slots[slot].is_some() {
            if KEYS[slot].0 == OTHER_TIME {
                return None;
            }
            self.repeated = Some(KEYS[slot].0);
        }
        self.slots[slot] = Some("");
        self.roles.0 |= Roles::of(&[KEYS[slot].1]).0;
        Some(slot)
    }

    fn fill(&mut self, slot: Option<usize>, json: &'a str) {
        if let Some(slot) = slot {
            self.slots[slot] = Some(json);
        }
    }
}

/// Whether the text of a member is a day with a time of day.
fn looks_dated(json: &str) -> bool {
    let mut bytes = json.bytes();
    (18..=42).contains(&json.len())
        && bytes.next() == Some(b'"')
        && bytes.next().is_some_and(|byte| byte.is_ascii_digit())
        && moment::from_stamp(json).is_some()
}

/// Reads a key as its index in [`KEYS`]; of one that is not there, the name.
struct MemberKey<'n>(&'n mut String);

impl<'de> DeserializeSeed<'de> for MemberKey<'_> {
    type Value = Option<usize>;
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for MemberKey<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Self::Value, E> {
        let known = |name: &str| KEYS.iter().position(|(known, _)| *known == name);
        let slot = known(key).or_else(|| is_time_name(key).then(|| known(OTHER_TIME))?);
        if slot.is_none() {
            self.0.clear();
            self.0.push_str(&key[..key.floor_char_boundary(LONGEST_NAME)]);
        }
        Ok(slot)
    }
}

fn is_time_name(key: &str) -> bool {
    let letters = || key.chars().filter(char::is_ascii_alphabetic).map(|char| char.to_ascii_lowercase());
    key.len() <= 20 && TIME_NAMES.iter().any(|name| letters().eq(name.chars()))
}
