//! Keys to actions: one trie per context, made from the ACTIONS table.
//!
//! The only place where a key meets a meaning. Must not name: `app`.

use super::action::{ACTIONS, Action, Context, Group, Spec, by_name};
use super::key::{Key, sequence_text};
use crate::view::text::{SafeText, joined};

/// What a key sequence means in a context.
#[derive(Debug)]
pub enum Meaning<'a> {
    Action(&'static Spec),
    /// The start of longer ones: the next key, and what it leads to.
    Prefix(Vec<(Key, &'a TrieNode)>),
    Nothing,
}

/// Keys pressed one after the other.
pub type Sequence = Vec<Key>;

/// All bindings.
#[derive(Debug, Clone)]
pub struct Keymap {
    /// The sequences of each row of ACTIONS, in its order.
    rows: Vec<Vec<Sequence>>,
    contexts: Vec<(Context, TrieNode)>,
}

/// What is before `{name}`, the name, and what is after it.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// One place in the trie.
#[derive(Debug, Clone, Default)]
pub struct TrieNode {
    /// The action that ends here.
    pub action: Option<&'static Spec>,
    next: Vec<(Key, TrieNode)>,
}

/// Two rows of one context that want the same key, or one that begins the other's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The first row's number in ACTIONS, and its keys.
    pub first: (usize, Sequence),
    /// The second row's.
    pub second: (usize, Sequence),
}

impl Default for Keymap {
    fn default() -> Self {
        // A test makes sure that every sequence of the table can be read.
        let read = |keys: &&str| Key::parse_sequence(keys);
        Self::of(ACTIONS.iter().map(|spec| spec.keys.iter().filter_map(read).collect()).collect())
    }
}

impl Keymap {
    /// These sequences for the rows of ACTIONS.
    pub fn of(rows: Vec<Vec<Sequence>>) -> Self {
        let mut keymap = Self { rows: Vec::new(), contexts: Vec::new() };
        for (spec, sequences) in ACTIONS.iter().zip(&rows) {
            for sequence in sequences {
                keymap.root(spec.context).insert(sequence, spec);
            }
        }
        Self { rows, ..keymap }
    }

    /// The sequences of each row of ACTIONS, in its order.
    pub fn rows(&self) -> &[Vec<Sequence>] {
        &self.rows
    }

    /// An action's keys as help shows them: `gg Home`.
    pub fn keys_text(&self, spec: &Spec) -> String {
        let texts: Vec<String> = self.sequences(spec).iter().map(|keys| sequence_text(keys)).collect();
        texts.join(" ")
    }

    /// The first of an action's keys; empty without.
    pub fn first_key(&self, spec: &Spec) -> String {
        self.sequences(spec).first().map(|keys| sequence_text(keys)).unwrap_or_default()
    }

    /// The first key of an action, wherever it holds; without one, its command: `:rollback`.
    pub fn key_of(&self, action: Action) -> String {
        let mut specs = ACTIONS.iter().filter(|spec| spec.action == action && spec.group != Group::Dialog);
        let bound = specs.clone().find(|spec| !self.sequences(spec).is_empty());
        let command = || specs.next().map(|spec| format!(":{}", spec.name));
        bound.map(|spec| self.first_key(spec)).or_else(command).unwrap_or_default()
    }

    /// A text in which `{rollback}` stands for the key of that action; one without a key is named by its command. Actions
    /// of the rollback question are meant where no other has the name.
    pub fn with_keys(&self, text: &str) -> String {
        let (mut made, mut rest) = (String::with_capacity(text.len()), text);
        while let Some((before, name, after)) = placeholder(rest) {
            let question = || ACTIONS.iter().find(|spec| spec.context == Context::Rollback && spec.name == name);
            let key = by_name(name).or_else(question).map(|spec| (self.first_key(spec), spec));
            made.push_str(before);
            match key {
                Some((key, spec)) if key.is_empty() => made.extend([":", spec.name]),
                Some((key, _)) => made.push_str(&key),
                None => made.push_str(name),
            }
            rest = after;
        }
        made + rest
    }

    /// All keys of an action in one place: `n Esc`; empty without.
    pub fn keys_in(&self, context: Context, action: Action) -> String {
        let spec = ACTIONS.iter().find(|spec| spec.context == context && spec.action == action);
        spec.map(|spec| self.keys_text(spec)).unwrap_or_default()
    }

    /// Whether an action has a key of its own.
    pub fn is_bound(&self, spec: &Spec) -> bool {
        !self.sequences(spec).is_empty()
    }

    /// Whether a key of an action means it where these contexts hold, nearest first.
    pub fn is_reached(&self, contexts: &[Context], spec: &Spec) -> bool {
        let means = |keys: &Sequence| matches!(self.look_up(contexts, keys), Meaning::Action(found) if std::ptr::eq(found, spec));
        self.sequences(spec).iter().any(means)
    }

    fn sequences(&self, spec: &Spec) -> &[Sequence] {
        let bytes = std::ptr::from_ref(spec).addr().wrapping_sub(ACTIONS.as_ptr().addr());
        let row = bytes / size_of::<Spec>();
        let is_of_table = ACTIONS.get(row).is_some_and(|found| std::ptr::eq(found, spec));
        self.rows.get(row).filter(|_| is_of_table).map_or(&[], Vec::as_slice)
    }

    /// For people: each place with its keys, and for each key which nearer places give it another meaning.
    pub fn listed(&self) -> Vec<(SafeText, Vec<SafeText>)> {
        let mut places: Vec<(Context, Vec<SafeText>)> = Vec::new();
        for (spec, sequences) in ACTIONS.iter().zip(&self.rows).filter(|(_, sequences)| !sequences.is_empty()) {
            let keys: Vec<String> = sequences.iter().map(|keys| self.with_hiders(spec, keys)).collect();
            let (keys, name) = (SafeText::from(keys.join(" ")), SafeText::from(spec.name));
            let line = joined![keys.filled(24), " ", name.filled(18), " ", spec.doc];
            match places.iter_mut().find(|(place, _)| *place == spec.context) {
                Some((_, lines)) => lines.push(line),
                None => places.push((spec.context, vec![line])),
            }
        }
        places.into_iter().map(|(place, lines)| (format!("{place:?}").into(), lines)).collect()
    }

    /// `l`, or `l (not in State, Diff)` where those have another meaning for it.
    fn with_hiders(&self, spec: &Spec, keys: &Sequence) -> String {
        let text = sequence_text(keys);
        let nearer = |other: &Spec| {
            other.group != Group::Dialog && other.action != spec.action && other.context.hides(spec.context)
        };
        let hiders = ACTIONS.iter().zip(&self.rows).filter(|(other, bound)| nearer(other) && bound.contains(keys));
        let mut places: Vec<String> = hiders.map(|(other, _)| format!("{:?}", other.context)).collect();
        places.dedup();
        if places.is_empty() { text } else { format!("{text} (not in {})", places.join(", ")) }
    }

    /// Every key that two rows of one context want, and every one that begins a longer one and so would hide it.
    pub fn clashes(&self) -> Vec<Clash> {
        let mut bound: Vec<(usize, &Sequence)> = Vec::new();
        let mut clashes = Vec::new();
        for (row, sequences) in self.rows.iter().enumerate() {
            for keys in sequences {
                let context = |row: usize| ACTIONS[row].context;
                let hides = |other: &Sequence| other.starts_with(keys) || keys.starts_with(other);
                let twin = bound.iter().find(|(other, others)| context(*other) == context(row) && hides(others));
                clashes.extend(
                    twin.map(|(other, others)| Clash {
                        first: (*other, (*others).clone()),
                        second: (row, keys.clone()),
                    }),
                );
                bound.push((row, keys));
            }
        }
        clashes
    }

    /// What `keys` mean: the first of `contexts` that knows them decides; prefixes of all of them are offered together.
    pub fn look_up(&self, contexts: &[Context], keys: &[Key]) -> Meaning<'_> {
        let nodes: Vec<&TrieNode> = contexts.iter().filter_map(|context| self.find(*context, keys)).collect();
        match nodes.iter().find_map(|node| node.action) {
            Some(spec) => Meaning::Action(spec),
            None if nodes.is_empty() => Meaning::Nothing,
            None => Meaning::Prefix(merge(&nodes)),
        }
    }

    fn find(&self, context: Context, keys: &[Key]) -> Option<&TrieNode> {
        let (_, root) = self.contexts.iter().find(|(known, _)| *known == context)?;
        keys.iter().try_fold(root, |node, key| node.child(*key))
    }

    fn root(&mut self, context: Context) -> &mut TrieNode {
        let at = self.contexts.iter().position(|(known, _)| *known == context).unwrap_or_else(|| {
            self.contexts.push((context, TrieNode::default()));
            self.contexts.len() - 1
        });
        &mut self.contexts[at].1
    }
}

impl TrieNode {
    /// The first action here or below, and how many there are.
    pub fn actions(&self) -> (Option<&'static Spec>, usize) {
        let below = self.next.iter().map(|(_, node)| node.actions());
        below.fold((self.action, usize::from(self.action.is_some())), |(first, count), (next, more)| {
            (first.or(next), count + more)
        })
    }

    /// The place that a key leads to: its own, else for a letter the one for any letter.
    fn child(&self, key: Key) -> Option<&Self> {
        let exact = |key: Key| self.next.iter().find(|(known, _)| *known == key).map(|(_, node)| node);
        exact(key).or_else(|| key.letter().and_then(|_| exact(Key::LETTER)))
    }

    fn insert(&mut self, keys: &[Key], spec: &'static Spec) {
        let Some((key, rest)) = keys.split_first() else {
            self.action = Some(spec);
            return;
        };
        let at = self.next.iter().position(|(known, _)| known == key).unwrap_or_else(|| {
            self.next.push((*key, Self::default()));
            self.next.len() - 1
        });
        self.next[at].1.insert(rest, spec);
    }
}

fn merge<'a>(nodes: &[&'a TrieNode]) -> Vec<(Key, &'a TrieNode)> {
    let mut next: Vec<(Key, &TrieNode)> = Vec::new();
    for (key, node) in nodes.iter().flat_map(|node| &node.next) {
        if next.iter().all(|(known, _)| known != key) {
            next.push((*key, node));
        }
    }
    next
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_binding_of_the_table_can_be_read() {
        for spec in ACTIONS {
            for keys in spec.keys {
                assert!(Key::parse_sequence(keys).is_some_and(|keys| !keys.is_empty()), "{}: {keys}", spec.name);
            }
        }
    }

    #[test]
    fn no_two_actions_share_a_key_and_no_action_hides_a_longer_one() {
        assert_eq!(Keymap::default().clashes(), []);
    }

    #[test]
    fn keys_in_a_text_are_those_of_the_person() {
        let text = "{rollback}, then {confirm}; {transaction-back} or {jumps}: a {thing} in { braces";
        assert_eq!(Keymap::default().with_keys(text), "R, then y; { or :jumps: a thing in { braces");
        let mut rows = Keymap::default().rows().to_vec();
        let row = ACTIONS.iter().position(|spec| spec.name == "rollback").unwrap();
        rows[row] = vec![Key::parse_sequence("Ctrl-g").unwrap()];
        assert_eq!(Keymap::of(rows.clone()).with_keys("press {rollback}."), "press ctrl+g.");
        rows[row].clear();
        assert_eq!(Keymap::of(rows).with_keys("type {rollback}"), "type :rollback");
    }

    #[test]
    fn clashes_are_found_and_only_within_a_context() {
        let clash = |name: &str, context: Context, keys: &str| {
            let mut rows = Keymap::default().rows().to_vec();
            let row = ACTIONS.iter().position(|spec| spec.name == name && spec.context == context).unwrap();
            rows[row] = vec![Key::parse_sequence(keys).unwrap()];
            Keymap::of(rows).clashes().len()
        };
        assert_eq!(clash("undo", Context::Anywhere, "R"), 1, "taken");
        assert!(clash("undo", Context::Anywhere, "g") > 1, "begins gg, g- and others");
        assert_eq!(clash("undo", Context::Anywhere, "g g g"), 1, "begins with gg");
        assert_eq!(clash("undo", Context::Anywhere, "l"), 0, "the tree and the timeline have it nearer");
    }

    #[test]
    fn what_a_nearer_place_hides_is_listed() {
        let mut rows = Keymap::default().rows().to_vec();
        let undo = ACTIONS.iter().position(|spec| spec.name == "undo").unwrap();
        rows[undo] = vec![Key::parse_sequence("l").unwrap()];
        let listed = Keymap::of(rows).listed();
        let (_, lines) = listed.iter().find(|(place, _)| *place == "Anywhere").unwrap();
        let lines: Vec<_> = lines.iter().map(SafeText::unmarked).collect();
        let line = lines.iter().find(|line| line.contains(" undo ")).unwrap();
        assert!(line.starts_with("l (not in Variants, Tenants, Timeline, State, Diff)"), "{line}");
        assert!(lines.iter().any(|line| line.starts_with("R ")), "others are not hidden");
    }

    #[test]
    fn sequences_open_step_by_step() {
        let keymap = Keymap::default();
        let contexts = [Context::Anywhere];
        let keys = Key::parse_sequence("g g").unwrap();
        let Meaning::Prefix(next) = keymap.look_up(&contexts, &keys[..1]) else { panic!("g is a prefix") };
        assert!(next.iter().any(|(key, node)| *key == keys[1] && node.action.is_some()));
        assert!(matches!(keymap.look_up(&contexts, &keys), Meaning::Action(spec) if spec.name == "first"));
        let unknown = Key::parse_sequence("g Enter").unwrap();
        assert!(matches!(keymap.look_up(&contexts, &unknown), Meaning::Nothing));
    }

    #[test]
    fn any_letter_goes_where_letters_go() {
        let keymap = Keymap::default();
        let meant = |keys| match keymap.look_up(&[Context::Anywhere], &Key::parse_sequence(keys).unwrap()) {
            Meaning::Action(spec) => spec.name,
            _ => "",
        };
        assert_eq!(["m a", "m Z", "m 1", "' a", "' '"].map(meant), ["mark", "mark", "", "go-mark", "jump-toggle"]);
    }

    #[test]
    fn the_pane_decides_before_the_rest() {
        let keymap = Keymap::default();
        let left = Key::parse_sequence("Left").unwrap();
        let at = |context| match keymap.look_up(&[context, Context::Anywhere], &left) {
            Meaning::Action(spec) => spec.name,
            _ => "",
        };
        assert_eq!(at(Context::Timeline), "step-back");
        assert_ne!(at(Context::State), "step-back");
    }
}
