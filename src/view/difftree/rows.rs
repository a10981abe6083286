//! A row of the diff in words: a left side, a right side, and both as one.

use super::pairs::{DiffSpot, Pairs};
use crate::diff::{ChangeKind, Matching};
use crate::value::{Path, Step, Value};
use crate::view::marks::{AlignedElements, Side as Which};
use crate::view::needle::Needle;
use crate::view::outline::{Folds, OutlinePlace, OutlineWalk, SiblingRun, SiblingsInCommon};
use crate::view::path::ROOT;
use crate::view::text::{SafeText, joined, scalar_around};
use crate::view::tree::{Beginning, Twist, run_words, step_words, twist};
use crate::view::value_words::value_words;
use crate::view::words::{Word, WordSide};
use crate::view::{Sign, delta};

/// One side of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowSide {
    /// The sign in the first column: `-` left and `+` right for a changed leaf.
    pub sign: Option<Sign>,
    /// The key, or a fold's words.
    pub key: SafeText,
    /// `{100}`, `[2] by sku`, or a scalar; words of a changed string with the other side's left out.
    pub value: Vec<Word>,
    /// `+50`, `+50 (+42.4%)`, `moved to .promo.code`, `unchanged`.
    pub note: SafeText,
    /// What a folded container that is new or gone begins with.
    pub begins: Beginning,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffRow {
    /// Where: on the right, or on the left for what is gone.
    pub path: Path,
    /// Steps from the root.
    pub depth: usize,
    /// Container or leaf.
    pub twist: Twist,
    /// The left side; `None` leaves a blank.
    pub left: Option<RowSide>,
    /// The right side.
    pub right: Option<RowSide>,
    /// The row as one side: `~ total 118.50 → 168.50 +50 (+42.4%)`.
    pub joined: RowSide,
    /// Whether both sides are one place in memory.
    pub shared: bool,
    /// Whether the cursor is on it.
    pub selected: bool,
}

/// The three ways a row is shown.
struct RowSides {
    left: Option<RowSide>,
    right: Option<RowSide>,
    joined: RowSide,
}

/// What rows are made from.
pub(super) struct RowMaker<'a> {
    pub(super) pairs: &'a Pairs,
    pub(super) folds: &'a Folds,
    pub(super) needle: Option<&'a Needle>,
}

impl RowMaker<'_> {
    pub(super) fn row(&self, place: &OutlinePlace, selected: bool) -> DiffRow {
        let path = self.pairs.path(&place.trail);
        let depth = place.trail.len();
        let (twist, RowSides { left, right, joined }) = match &place.run {
            Some(run) => (Twist::Fold, fold(run)),
            None => self.node(&place.trail),
        };
        let shared = match &place.run {
            Some(run) => self.pairs.is_run_shared(&place.trail, run),
            None => self.pairs.is_shared(&place.trail),
        };
        DiffRow { path, depth, twist, left, right, joined, shared, selected }
    }

    fn node(&self, trail: &[Step]) -> (Twist, RowSides) {
        let spot = self.pairs.spot(trail);
        let open = OutlineWalk { forest: self.pairs, folds: self.folds }.is_open(trail);
        let key = self.key(trail, &spot);
        match spot.both {
            (Some(old), Some(new)) => {
                // Of another type on each side: shown as leaves.
                let alike = old.type_name() == new.type_name();
                let twist = if alike { twist(new, open) } else { Twist::Leaf };
                (twist, self.both(trail, &spot, &key, (old, new)))
            }
            (Some(value), None) => (twist(value, open), self.gone(&spot, &key, value, begins(value, open))),
            (None, Some(value)) => (twist(value, open), self.added(&spot, &key, value, begins(value, open))),
            (None, None) => (Twist::Leaf, RowSides { left: None, right: None, joined: RowSide::default() }),
        }
    }

    fn key(&self, trail: &[Step], spot: &DiffSpot<'_>) -> SafeText {
        let Some((step, parent)) = trail.split_last() else { return ROOT.into() };
        let value = spot.both.1.or(spot.both.0).unwrap_or(&Value::Null);
        let aligned = self.pairs.spot(parent).node.and_then(|node| node.aligned.as_deref());
        step_words(real_step(step, aligned), value, self.pairs.matching(parent).as_ref())
    }

    fn both(&self, trail: &[Step], spot: &DiffSpot<'_>, key: &SafeText, (old, new): (&Value, &Value)) -> RowSides {
        let own = spot.node.and_then(|node| node.own);
        match own.map(|(place, _)| (place, self.change(place))) {
            Some((_, ChangeKind::Moved { from, .. })) => self.reordered(trail, key, from, new),
            Some((place, _)) => self.leaf(key, old, new, &self.pairs.compared().words(place, old, new)),
            None => self.container(trail, spot, key, (old, new)),
        }
    }

    fn change(&self, place: usize) -> &ChangeKind {
        &self.pairs.compared().diff.changes[place].kind
    }

    /// A path of the left or the right side in words.
    fn words(&self, path: &Path, root: &Value) -> SafeText {
        self.pairs.compared().keys.words(path, root).into()
    }

    /// A row whose value, or type of container, is the same on both sides.
    fn container(&self, trail: &[Step], spot: &DiffSpot<'_>, key: &SafeText, (old, new): (&Value, &Value)) -> RowSides {
        let open = OutlineWalk { forest: self.pairs, folds: self.folds }.is_open(trail);
        let (resized, note) = (old.len() != new.len(), SafeText::from(delta::len(old, new)));
        let matching = self.pairs.matching(trail);
        let unchanged = twist(new, open) == Twist::Closed && spot.node.is_none();
        let sign = resized.then_some(Sign::Changed);
        // The size of an open container tells something only where it changed, or its elements had to be matched.
        let quiet = twist(new, open) == Twist::Open && !resized && matching.is_none();
        let words = |value| if quiet { Vec::new() } else { self.plain(value, matching.as_ref()) };
        let note = if unchanged { "unchanged".into() } else { note };
        let side = |value, note: SafeText| RowSide { sign, key: key.into(), value, note, ..RowSide::default() };
        let joined = if resized {
            vec![Word::both(value_words(old, None)), Word::both(" → "), Word::both(value_words(new, matching.as_ref()))]
        } else {
            words(new)
        };
        let left = side(words(old), if unchanged { note.clone() } else { SafeText::default() });
        RowSides { left: Some(left), right: Some(side(words(new), note.clone())), joined: side(joined, note) }
    }

    /// An element that changed its place among the others.
    fn reordered(&self, trail: &[Step], key: &SafeText, from: &Path, new: &Value) -> RowSides {
        let note = joined!["moved from ", self.words(from, self.pairs.sides().0)];
        let matching = self.pairs.matching(trail);
        let side = |note: SafeText| RowSide {
            sign: Some(Sign::Moved),
            key: key.into(),
            value: self.plain(new, matching.as_ref()),
            note,
            ..RowSide::default()
        };
        RowSides { left: Some(side(SafeText::default())), right: Some(side(note.clone())), joined: side(note) }
    }

    fn gone(&self, spot: &DiffSpot<'_>, key: &SafeText, value: &Value, begins: Beginning) -> RowSides {
        let away = spot.node.and_then(|node| node.away).map(|place| &self.pairs.compared().diff.changes[place]);
        let (sign, note) = match away {
            Some(change) => (Sign::Moved, joined!["moved to ", self.words(&change.path, self.pairs.sides().1)]),
            None => (Sign::Removed, SafeText::default()),
        };
        let value = vec![Word { text: self.value(value, None), side: WordSide::Was }];
        let side = RowSide { sign: Some(sign), key: key.into(), value, note, begins };
        RowSides { left: Some(side.clone()), right: None, joined: side }
    }

    fn added(&self, spot: &DiffSpot<'_>, key: &SafeText, value: &Value, begins: Beginning) -> RowSides {
        let change = spot.node.and_then(|node| node.own).map(|(place, _)| self.change(place));
        let (sign, note) = match change {
            Some(ChangeKind::Moved { from, .. }) => {
                (Sign::Moved, joined!["from ", self.words(from, self.pairs.sides().0)])
            }
            _ => (Sign::Added, SafeText::default()),
        };
        let value = vec![Word { text: self.value(value, None), side: WordSide::Is }];
        let side = RowSide { sign: Some(sign), key: key.into(), value, note, begins };
        RowSides { left: None, right: Some(side.clone()), joined: side }
    }

    /// A value in words; of a long text the part around what is searched for.
    fn value(&self, value: &Value, matching: Option<&Matching>) -> SafeText {
        if value.is_container() { value_words(value, matching) } else { scalar_around(value, self.needle) }
    }

    fn plain(&self, value: &Value, matching: Option<&Matching>) -> Vec<Word> {
        vec![Word::both(self.value(value, matching))]
    }

    /// A leaf, or two sides of different types.
    fn leaf(&self, key: &SafeText, old: &Value, new: &Value, words: &[Word]) -> RowSides {
        let told_apart = words.iter().any(|word| matches!(word.side, WordSide::Old | WordSide::New));
        let of = |value: &Value, other: WordSide| {
            let whole = if other == WordSide::New { WordSide::Was } else { WordSide::Is };
            match told_apart {
                true => words.iter().filter(|word| word.side != other).cloned().collect(),
                false => vec![Word { text: self.value(value, None), side: whole }],
            }
        };
        let note = delta::scalar(old, new);
        let side = |sign, value, note: &SafeText| {
            let (sign, key, note) = (Some(sign), key.into(), note.clone());
            RowSide { sign, key, value, note, ..RowSide::default() }
        };
        RowSides {
            left: Some(side(Sign::Removed, of(old, WordSide::New), &SafeText::default())),
            right: Some(side(Sign::Added, of(new, WordSide::Old), &note)),
            joined: side(Sign::Changed, words.to_vec(), &note),
        }
    }
}

/// The step of the side that has one.
fn real_step<'a>(step: &'a Step, aligned: Option<&'a AlignedElements>) -> &'a Step {
    match (step, aligned) {
        (Step::Index(row), Some(aligned)) => {
            aligned.element(Which::Right, *row).or(aligned.element(Which::Left, *row)).unwrap_or(step)
        }
        _ => step,
    }
}

/// What is in a folded container.
fn begins(value: &Value, open: bool) -> Beginning {
    if twist(value, open) == Twist::Closed { Beginning::of(value) } else { Beginning::default() }
}

fn fold(run: &SiblingRun) -> RowSides {
    let sign = match run.what {
        SiblingsInCommon::Added => Some(Sign::Added),
        SiblingsInCommon::Removed => Some(Sign::Removed),
        SiblingsInCommon::Unchanged | SiblingsInCommon::Other => None,
    };
    let side = RowSide { sign, key: run_words(run), ..RowSide::default() };
    let on = |hidden| (run.what != hidden).then(|| side.clone());
    RowSides { left: on(SiblingsInCommon::Added), right: on(SiblingsInCommon::Removed), joined: side.clone() }
}
