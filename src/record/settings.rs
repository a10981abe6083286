//! How a tenant is kept: which snapshots stay in the list, which are made by themselves, and what is refused.
//!
//! Whoever writes to the tenant acts on them; the fold only remembers them. Must not name: `log`, clocks.

use super::SnapshotKind;
use crate::diff::ArrayKey;
use crate::value::{MAX_DEPTH, MAX_SIZE, Text, Value};
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::collections::BTreeMap;

/// How a tenant is kept. All of it is stored at once, so that every writer acts on the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Which snapshots stay in the list.
    pub retention: Retention,
    /// Which snapshots are made by themselves.
    pub auto: AutoRules,
    /// What is refused.
    pub limits: TenantLimits,
    /// Whether moving a head or taking something away asks for the tenant's name. `None` leaves it as it is: settings that
    /// say nothing of the guard do not lift it.
    pub guarded: Option<bool>,
    /// By what the elements of arrays are matched, by the array's path.
    pub array_keys: BTreeMap<Text, ArrayKey>,
    /// Paths that counts, differences and searches leave out.
    pub ignored_paths: Vec<Text>,
}

/// The tag of a snapshot that guards its tenant from then on.
pub const GUARD_TAG: &str = "prod";

/// Whether tags guard the tenant of the snapshot they belong to.
pub fn guards(tags: &[Text]) -> bool {
    tags.iter().any(|tag| tag == GUARD_TAG)
}

/// Which snapshots stay in the list; the oldest go first. `None` keeps them all. Versions always stay.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retention {
    /// Auto snapshots.
    pub auto: Option<u64>,
    /// Named snapshots.
    pub named: Option<u64>,
    /// Checkpoints; those of an open transaction stay all the same.
    pub checkpoint: Option<u64>,
    /// Oldest age of auto snapshots and checkpoints, in seconds.
    pub max_age: Option<u64>,
}

impl Default for Retention {
    fn default() -> Self {
        Self { auto: Some(10), named: Some(50), checkpoint: Some(100), max_age: None }
    }
}

impl Retention {
    /// How many snapshots of a kind stay.
    pub fn of(&self, kind: SnapshotKind) -> Option<u64> {
        match kind {
            SnapshotKind::Auto => self.auto,
            SnapshotKind::Named => self.named,
            SnapshotKind::Checkpoint => self.checkpoint,
        }
    }
}

/// When an application's transitions make auto snapshots.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AutoRules {
    /// After this many transitions since the last snapshot of the branch.
    pub every: Option<u64>,
    /// At the first transition this many seconds after the last snapshot of the branch.
    pub after: Option<u64>,
    /// Before transitions with one of these labels.
    pub before: Vec<Text>,
}

/// What is refused for a tenant, with a sentence; nothing already recorded is touched.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TenantLimits {
    /// Bytes of one value as compact JSON, at most 64 MiB.
    pub value_bytes: u64,
    /// Nesting of one value, at most 128.
    pub depth: u64,
    /// Versions in all.
    pub versions: Option<u64>,
}

impl Default for TenantLimits {
    fn default() -> Self {
        Self { value_bytes: MAX_SIZE, depth: MAX_DEPTH as u64, versions: None }
    }
}

/// One setting that is a number or, where it may be, nothing.
pub struct SettingField {
    /// Its name in a record, on the command line and in messages.
    pub name: &'static str,
    /// What it means.
    pub about: &'static str,
    get: fn(&Settings) -> Option<u64>,
    set: fn(&mut Settings, Option<u64>),
}

/// All settings that are numbers.
const FIELDS: [SettingField; 9] = [
    SettingField {
        name: "keep-auto",
        about: "auto snapshots in the list",
        get: |s| s.retention.auto,
        set: |s, n| s.retention.auto = n,
    },
    SettingField {
        name: "keep-named",
        about: "named snapshots in the list",
        get: |s| s.retention.named,
        set: |s, n| s.retention.named = n,
    },
    SettingField {
        name: "keep-checkpoints",
        about: "checkpoints in the list",
        get: |s| s.retention.checkpoint,
        set: |s, n| s.retention.checkpoint = n,
    },
    SettingField {
        name: "max-age",
        about: "oldest age of auto snapshots and checkpoints, in seconds",
        get: |s| s.retention.max_age,
        set: |s, n| s.retention.max_age = n,
    },
    SettingField {
        name: "auto-every",
        about: "an auto snapshot after this many transitions",
        get: |s| s.auto.every,
        set: |s, n| s.auto.every = n.filter(|n| *n > 0),
    },
    SettingField {
        name: "auto-after",
        about: "an auto snapshot at the first transition after this many seconds",
        get: |s| s.auto.after,
        set: |s, n| s.auto.after = n,
    },
    SettingField {
        name: "max-bytes",
        about: "bytes of one value, at most 67108864",
        get: |s| Some(s.limits.value_bytes),
        set: |s, n| s.limits.value_bytes = n.unwrap_or(MAX_SIZE),
    },
    SettingField {
        name: "max-depth",
        about: "nesting of one value, at most 128",
        get: |s| Some(s.limits.depth),
        set: |s, n| s.limits.depth = n.unwrap_or(MAX_DEPTH as u64),
    },
    SettingField {
        name: "max-versions",
        about: "versions of the tenant",
        get: |s| s.limits.versions,
        set: |s, n| s.limits.versions = n,
    },
];

/// The member with the labels of [`AutoRules::before`].
const AUTO_BEFORE: &str = "auto-before";
const GUARDED: &str = "guarded";
const ARRAY_KEYS: &str = "array-keys";
const IGNORED_PATHS: &str = "ignored-paths";

impl Settings {
    /// The settings that are numbers.
    pub fn fields() -> &'static [SettingField] {
        &FIELDS
    }

    /// The number of a setting; `None` where it is unlimited or off.
    pub fn get(&self, field: &SettingField) -> Option<u64> {
        (field.get)(self)
    }

    /// Gives a setting another number; `None` is unlimited or off.
    pub fn set(&mut self, field: &SettingField, number: Option<u64>) {
        (field.set)(self, number);
    }

    /// Checks that what the limits let in can be read back.
    ///
    /// # Errors
    /// A sentence that names the setting and its bound.
    pub fn check(&self) -> Result<(), String> {
        let bounds = [
            ("max-depth", self.limits.depth, MAX_DEPTH as u64, "levels"),
            ("max-bytes", self.limits.value_bytes, MAX_SIZE, "bytes"),
        ];
        match bounds.iter().find(|(_, limit, most, _)| limit > most) {
            Some((name, limit, most, unit)) => {
                Err(format!("{name} is {limit}, but no more than {most} {unit} of a value can be read back"))
            }
            None => Ok(()),
        }
    }

    /// As an object: every setting by its name, `null` where it is unlimited or off.
    pub fn to_value(&self) -> Value {
        let numbers =
            FIELDS.iter().map(|field| (Text::from(field.name), self.get(field).map_or(Value::Null, Value::from)));
        let texts = |texts: &[Text]| texts.iter().cloned().map(Value::String).collect();
        let fields = self.array_keys.iter().map(|(path, key)| (path.clone(), key_value(key)));
        let others = [
            (AUTO_BEFORE, texts(&self.auto.before)),
            (ARRAY_KEYS, fields.collect()),
            (IGNORED_PATHS, texts(&self.ignored_paths)),
        ];
        let guarded = self.guarded.map(|guarded| (GUARDED, guarded.into()));
        numbers.chain(others.into_iter().chain(guarded).map(|(name, value)| (Text::from(name), value))).collect()
    }

    /// From such an object. What is missing is as by default; what is not known is passed over. Holds nothing but what it
    /// answers.
    ///
    /// # Errors
    /// The end of a sentence about the settings, when one has a wrong type or stands there twice.
    pub(crate) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, String> {
        let mut why = "are not an object".to_owned();
        from.deserialize_map(SettingsReader { why: &mut why }).map_err(|_| why)
    }
}

/// What a record says an array is matched by; nothing where that is not known here.
struct KeyText(Option<ArrayKey>);

impl<'de> Deserialize<'de> for KeyText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ReadingKey)
    }
}

struct ReadingKey;

impl<'de> Visitor<'de> for ReadingKey {
    type Value = KeyText;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a field or an object")
    }

    fn visit_str<E: de::Error>(self, field: &str) -> Result<KeyText, E> {
        Ok(KeyText(Some(ArrayKey::Field(field.into()))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<KeyText, A::Error> {
        let mut key = None;
        while let Some(name) = map.next_key::<Text>()? {
            if name == BY {
                key = match map.next_value::<Text>()?.as_str() {
                    BY_INDEX => Some(ArrayKey::Index),
                    BY_CONTENT => Some(ArrayKey::Content),
                    _ => None,
                };
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(KeyText(key))
    }
}

const BY: &str = "by";
const BY_INDEX: &str = "index";
const BY_CONTENT: &str = "content";

fn key_value(key: &ArrayKey) -> Value {
    let by = |word: &str| [(Text::from(BY), Value::String(word.into()))].into_iter().collect();
    match key {
        ArrayKey::Field(field) => Value::String(field.clone()),
        ArrayKey::Index => by(BY_INDEX),
        ArrayKey::Content => by(BY_CONTENT),
    }
}

/// By what arrays are matched. What a later program matches by is passed over.
struct KnownKeys(BTreeMap<Text, ArrayKey>);

impl<'de> Deserialize<'de> for KnownKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(KnownKeysVisitor)
    }
}

struct KnownKeysVisitor;

impl<'de> Visitor<'de> for KnownKeysVisitor {
    type Value = KnownKeys;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<KnownKeys, A::Error> {
        let mut known = BTreeMap::new();
        while let Some((path, KeyText(key))) = map.next_entry::<Text, KeyText>()? {
            match key {
                Some(key) => drop(known.insert(path, key)),
                None => drop(known.remove(&path)),
            }
        }
        Ok(KnownKeys(known))
    }
}

/// Reads settings; where they are wrong, `why` says so without a place.
struct SettingsReader<'w> {
    why: &'w mut String,
}

impl SettingsReader<'_> {
    fn refuse<E: de::Error>(&mut self, why: String) -> E {
        *self.why = why;
        E::custom("wrong settings")
    }

    fn member<'de, T: Deserialize<'de>, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<T, A::Error> {
        map.next_value().map_err(|_| self.refuse(format!("have a wrong \"{name}\"")))
    }
}

impl<'de> Visitor<'de> for SettingsReader<'_> {
    type Value = Settings;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Settings, A::Error> {
        let (mut settings, mut seen) = (Settings::default(), Vec::new());
        while let Some(name) = map.next_key::<Text>()? {
            match (FIELDS.iter().find(|field| field.name == name), name.as_str()) {
                (Some(field), _) => settings.set(field, self.member(&name, &mut map)?),
                (None, AUTO_BEFORE) => settings.auto.before = self.member(&name, &mut map)?,
                (None, IGNORED_PATHS) => settings.ignored_paths = self.member(&name, &mut map)?,
                (None, ARRAY_KEYS) => settings.array_keys = self.member::<KnownKeys, _>(&name, &mut map)?.0,
                (None, GUARDED) => settings.guarded = self.member(&name, &mut map)?,
                _ => {
                    let _unknown: IgnoredAny = map.next_value()?;
                    continue;
                }
            }
            if seen.contains(&name) {
                return Err(self.refuse(format!("have the key \"{name}\" more than once")));
            }
            seen.push(name);
        }
        // Beyond these nothing is read back, whatever was let in once.
        let limits = &mut settings.limits;
        limits.depth = limits.depth.min(MAX_DEPTH as u64);
        limits.value_bytes = limits.value_bytes.min(MAX_SIZE);
        Ok(settings)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;

    #[test]
    fn settings_come_back() {
        let mut settings = Settings::default();
        assert_eq!(Settings::read(&settings.to_value()), Ok(settings.clone()));
        for (number, field) in (1..).zip(Settings::fields()) {
            settings.set(field, Some(number));
            assert_eq!(settings.get(field), Some(number), "{}", field.name);
        }
        settings.auto.before = vec!["deploy".into(), "\"".into()];
        settings.retention.named = None;
        settings.guarded = Some(true);
        settings.array_keys = [
            (Text::from("/cart"), ArrayKey::Field("sku".into())),
            ("".into(), ArrayKey::Index),
            (".a[0].b".into(), ArrayKey::Content),
        ]
        .into();
        settings.ignored_paths = vec!["/clock".into(), "/a~1b".into()];
        assert_eq!(Settings::read(&settings.to_value()), Ok(settings));
    }

    #[test]
    fn wrong_settings_are_told() {
        for (text, words) in [
            ("[]", "not an object"),
            (r#"{"keep-auto":-1}"#, "keep-auto"),
            (r#"{"keep-auto":"10"}"#, "keep-auto"),
            (r#"{"auto-before":[1]}"#, "auto-before"),
            (r#"{"guarded":"yes"}"#, "guarded"),
            (r#"{"array-keys":{"/a":1}}"#, "array-keys"),
            (r#"{"array-keys":[]}"#, "array-keys"),
            (r#"{"ignored-paths":"/a"}"#, "ignored-paths"),
        ] {
            let why = Settings::read(&parse(text.as_bytes()).unwrap()).unwrap_err();
            assert_eq!(Settings::read(&mut serde_json::Deserializer::from_str(text)).unwrap_err(), why);
            assert!(why.contains(words), "{text}: {why}");
        }
        let other = parse(br#"{"unknown":1,"max-depth":4000,"max-bytes":1000000000}"#).unwrap();
        assert_eq!(Settings::read(&other), Ok(Settings::default()));
    }

    #[test]
    fn limits_above_what_can_be_read_back_are_refused() {
        for (name, most) in [("max-depth", MAX_DEPTH as u64), ("max-bytes", MAX_SIZE)] {
            let field = Settings::fields().iter().find(|field| field.name == name).unwrap();
            for (limit, good) in [(0, true), (most, true), (most + 1, false), (u64::MAX, false)] {
                let mut settings = Settings::default();
                settings.set(field, Some(limit));
                let told =
                    settings.check().err().is_none_or(|why| why.contains(name) && why.contains(&most.to_string()));
                assert_eq!((settings.check().is_ok(), told), (good, true), "{name}={limit}");
            }
        }
    }
}
