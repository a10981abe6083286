//! Every path that was ever touched, with a number: a trie by what a step is called.

use super::column::ScalarColumn;
use super::postings::Postings;
use crate::bytes::{Binary, ByteReader, binary_enum, binary_struct};
use crate::record::Version;
use crate::value::{Text, Value};
use rustc_hash::FxHashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

/// What a step down is called, the same at every version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StepName {
    /// Into an object.
    Key(Text),
    /// Into an array, to the element with this value in the field that its elements are matched by.
    Element(Value),
}
binary_enum!(StepName { 0 => Key(key), 1 => Element(value) });

impl Hash for StepName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Key(key) => key.hash(state),
            // Equal numbers hash alike, whatever their digits.
            Self::Element(value) => state.write_u64(value.hash64()),
        }
    }
}

/// A path in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathId(u32);

/// The whole value.
pub(super) const ROOT: PathId = PathId(0);

/// How a version touched a path.
#[derive(Debug, Clone, Copy)]
pub(super) enum TouchKind<'v> {
    /// Something below an object, which is one on both sides.
    Object,
    /// Something below an array, which is one on both sides.
    Array,
    /// It came, went, or is another scalar or kind of value: this is there now.
    Whole(Option<&'v Value>),
}

/// The versions that touched one path, by how they did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PathTouches {
    pub whole: Postings,
    /// What those left, where there are several.
    left: Option<Box<ScalarColumn>>,
    /// Of a path that is a container at times.
    below: Option<Box<PathsBelow>>,
}

impl Binary for PathTouches {
    fn encode(&self, out: &mut Vec<u8>) {
        self.whole.encode(out);
        self.left.encode(out);
        self.below.encode(out);
    }

    fn decode(from: &mut ByteReader<'_>) -> Option<Self> {
        let touches = Self { whole: Binary::decode(from)?, left: Binary::decode(from)?, below: Binary::decode(from)? };
        let sound = touches.left.as_ref().is_none_or(|left| left.is_sound(touches.whole.len()));
        sound.then_some(touches)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct PathsBelow {
    object: Postings,
    array: Postings,
}
binary_struct!(PathsBelow { object, array });

impl PathTouches {
    pub fn push(&mut self, version: Version, how: TouchKind<'_>) {
        match how {
            TouchKind::Whole(left) => self.push_whole(version, left),
            TouchKind::Object => self.below.get_or_insert_default().object.push(version),
            TouchKind::Array => self.below.get_or_insert_default().array.push(version),
        }
    }

    /// Most paths of a large state are touched once: their records tell what that left.
    fn push_whole(&mut self, version: Version, left: Option<&Value>) {
        let before = self.whole.len();
        self.whole.push(version);
        match self.whole.len() {
            // A version that leaves two things there leaves none that could be told.
            after if after == before && before > 1 => self.left = Some(Box::new(ScalarColumn::untold(before))),
            after if after > 1 => self.left.get_or_insert_with(|| Box::new(ScalarColumn::untold(before))).push(left),
            _ => {}
        }
    }

    /// What the versions that touched it as a whole left there; none of one version.
    pub fn left(&self) -> Option<&ScalarColumn> {
        self.left.as_deref()
    }

    /// The others.
    pub fn but_whole(&self) -> impl Iterator<Item = &Postings> {
        self.below.iter().flat_map(|below| [&below.object, &below.array])
    }

    /// All of them; no version is in two.
    pub fn all(&self) -> impl Iterator<Item = &Postings> {
        std::iter::once(&self.whole).chain(self.but_whole())
    }

    /// All but those that changed something below an object.
    pub fn but_object(&self) -> impl Iterator<Item = &Postings> {
        std::iter::once(&self.whole).chain(self.below.iter().map(|below| &below.array))
    }
}

/// The paths, each with the versions that touched it. Of an index from a file those are read when they are asked for.
#[derive(Debug, Clone)]
pub(super) struct Paths {
    below: FxHashMap<(PathId, StepName), PathId>,
    touches: Vec<OnceLock<Box<PathTouches>>>,
    stored: StoredTouches,
}

impl Default for Paths {
    fn default() -> Self {
        let touches = vec![OnceLock::from(Box::default())];
        Self { below: FxHashMap::default(), touches, stored: StoredTouches::default() }
    }
}

impl PartialEq for Paths {
    fn eq(&self, other: &Self) -> bool {
        let ids = || (0..self.touches.len() as u32).map(PathId);
        self.below == other.below
            && self.touches.len() == other.touches.len()
            && ids().all(|id| self.touches(id) == other.touches(id))
    }
}

/// The versions that touched the first paths, as they stand in a file.
#[derive(Debug, Clone, Default)]
struct StoredTouches {
    bytes: Arc<Vec<u8>>,
    /// Where those of the first begin, and those of each end.
    ends: Arc<[usize]>,
    newest: Version,
}

impl StoredTouches {
    fn bytes_of(&self, id: usize) -> &[u8] {
        let range = self.ends.get(id).zip(self.ends.get(id + 1)).map(|(start, end)| *start..*end);
        range.and_then(|range| self.bytes.get(range)).unwrap_or_default()
    }

    /// Those of a path: where the bytes are no such thing, any version may have touched it.
    fn read(&self, id: usize) -> PathTouches {
        PathTouches::from_bytes(self.bytes_of(id)).unwrap_or_else(|| {
            let mut touches = PathTouches::default();
            (1..=self.newest.0).for_each(|version| touches.push(Version(version), TouchKind::Array));
            touches
        })
    }
}

impl Paths {
    /// The path one step further; `None` when nothing ever touched it.
    pub fn get(&self, parent: PathId, name: &StepName) -> Option<PathId> {
        // A tuple of references is no key of the map: names are cheap to clone.
        self.below.get(&(parent, name.clone())).copied()
    }

    /// The path one step further, put into the table when it is new; `None` when the table is full.
    pub fn get_or_add(&mut self, parent: PathId, name: StepName) -> Option<PathId> {
        let next = PathId(u32::try_from(self.touches.len()).ok()?);
        let id = *self.below.entry((parent, name)).or_insert(next);
        if id == next {
            self.touches.push(OnceLock::from(Box::default()));
        }
        Some(id)
    }

    /// The versions that touched a path. O(those versions) when those of an index from a file are asked for first.
    pub fn touches(&self, id: PathId) -> Option<&PathTouches> {
        let at = id.0 as usize;
        Some(self.touches.get(at)?.get_or_init(|| Box::new(self.stored.read(at))))
    }

    pub fn touch(&mut self, id: PathId, version: Version, how: TouchKind<'_>) {
        let _read = self.touches(id);
        if let Some(touches) = self.touches.get_mut(id.0 as usize).and_then(OnceLock::get_mut) {
            touches.push(version, how);
        }
    }
}

impl Paths {
    /// By number: what is above each, what it is called, and how long what touched it is; then what touched them.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut steps: Vec<Option<(PathId, &StepName)>> = vec![None; self.touches.len()];
        for ((parent, name), id) in &self.below {
            if let Some(step) = steps.get_mut(id.0 as usize) {
                *step = Some((*parent, name));
            }
        }
        self.touches.len().encode(out);
        let mut all = Vec::new();
        for (at, (step, touches)) in steps.into_iter().zip(&self.touches).enumerate() {
            if let Some((parent, name)) = step {
                parent.0.encode(out);
                name.encode(out);
            }
            let before = all.len();
            match touches.get() {
                Some(touches) => touches.encode(&mut all),
                None => all.extend_from_slice(self.stored.bytes_of(at)),
            }
            (all.len() - before).encode(out);
        }
        out.append(&mut all);
    }

    /// What is encoded at the end of these bytes, from a byte on, for versions up to the newest. O(paths).
    pub fn restore(bytes: Vec<u8>, start: usize, newest: Version) -> Option<Self> {
        let from = &mut ByteReader::new(bytes.get(start..)?);
        let count = u32::try_from(from.count()?).ok()?;
        let (mut below, mut ends, mut end) = (FxHashMap::default(), vec![0], 0_usize);
        for id in 0..count {
            if id > 0 {
                let parent = PathId(u32::decode(from).filter(|parent| *parent < id)?);
                let before = below.insert((parent, StepName::decode(from)?), PathId(id));
                before.is_none().then_some(())?;
            }
            end = end.checked_add(usize::decode(from)?)?;
            ends.push(end);
        }
        let first = bytes.len() - from.left();
        (count > 0 && end == from.left()).then_some(())?;
        let ends = ends.into_iter().map(|end| first + end).collect();
        let touches = (0..count).map(|_| OnceLock::new()).collect();
        Some(Self { below, touches, stored: StoredTouches { bytes: Arc::new(bytes), ends, newest } })
    }
}
