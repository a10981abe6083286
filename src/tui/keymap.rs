//! Keys to actions: one trie per context, made from the ACTIONS table.
//!
//! The only place where a key meets a meaning. Must not know: what an action does.

use super::action::{ACTIONS, Context, Spec};
use super::key::{Key, sequence_text};

/// What a key sequence means in a context.
#[derive(Debug)]
pub enum Meaning<'a> {
    /// This action.
    Action(&'static Spec),
    /// The start of longer ones: the next key, and what it leads to.
    Prefix(Vec<(Key, &'a Node)>),
    /// Nothing.
    Nothing,
}

/// All bindings.
pub struct Keymap {
    contexts: Vec<(Context, Node)>,
}

/// One place in the trie.
#[derive(Debug, Default)]
pub struct Node {
    /// The action that ends here.
    pub action: Option<&'static Spec>,
    next: Vec<(Key, Node)>,
}

impl Keymap {
    /// The default bindings.
    pub fn new() -> Self {
        let mut keymap = Self { contexts: Vec::new() };
        for spec in ACTIONS {
            for keys in spec.keys {
                // A test makes sure that every sequence of the table can be read.
                if let Some(sequence) = Key::parse_sequence(keys) {
                    keymap.root(spec.context).insert(&sequence, spec);
                }
            }
        }
        keymap
    }

    /// What `keys` mean: the first of `contexts` that knows them decides; prefixes of all of them are offered together.
    pub fn look_up(&self, contexts: &[Context], keys: &[Key]) -> Meaning<'_> {
        let nodes: Vec<&Node> = contexts.iter().filter_map(|context| self.find(*context, keys)).collect();
        match nodes.iter().find_map(|node| node.action) {
            Some(spec) => Meaning::Action(spec),
            None if nodes.is_empty() => Meaning::Nothing,
            None => Meaning::Prefix(merge(&nodes)),
        }
    }

    fn find(&self, context: Context, keys: &[Key]) -> Option<&Node> {
        let (_, root) = self.contexts.iter().find(|(known, _)| *known == context)?;
        keys.iter().try_fold(root, |node, key| node.child(*key))
    }

    fn root(&mut self, context: Context) -> &mut Node {
        let at = self.contexts.iter().position(|(known, _)| *known == context).unwrap_or_else(|| {
            self.contexts.push((context, Node::default()));
            self.contexts.len() - 1
        });
        &mut self.contexts[at].1
    }
}

impl Node {
    /// The first action here or below, and how many there are.
    pub fn actions(&self) -> (Option<&'static Spec>, usize) {
        let below = self.next.iter().map(|(_, node)| node.actions());
        below.fold((self.action, usize::from(self.action.is_some())), |(first, count), (next, more)| {
            (first.or(next), count + more)
        })
    }

    fn child(&self, key: Key) -> Option<&Self> {
        self.next.iter().find(|(known, _)| *known == key).map(|(_, node)| node)
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

/// An action's keys as hints and help show them: `gg Home`.
pub fn keys_text(spec: &Spec) -> String {
    let sequences = spec.keys.iter().filter_map(|keys| Key::parse_sequence(keys));
    sequences.map(|keys| sequence_text(&keys)).collect::<Vec<_>>().join(" ")
}

/// The first of an action's keys.
pub fn first_key(spec: &Spec) -> String {
    spec.keys.first().and_then(|keys| Key::parse_sequence(keys)).map(|keys| sequence_text(&keys)).unwrap_or_default()
}

fn merge<'a>(nodes: &[&'a Node]) -> Vec<(Key, &'a Node)> {
    let mut next: Vec<(Key, &Node)> = Vec::new();
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
        for spec in ACTIONS {
            for other in ACTIONS.iter().filter(|other| other.context == spec.context) {
                for (keys, others) in spec.keys.iter().flat_map(|keys| other.keys.iter().map(move |o| (keys, o))) {
                    let same = std::ptr::eq(spec, other) && std::ptr::eq(keys, others);
                    let clash = !same && format!("{others} ").starts_with(&format!("{keys} "));
                    assert!(!clash, "{} ({keys}) and {} ({others})", spec.name, other.name);
                }
            }
        }
    }

    #[test]
    fn sequences_open_step_by_step() {
        let keymap = Keymap::new();
        let contexts = [Context::Anywhere];
        let keys = Key::parse_sequence("g g").unwrap();
        let Meaning::Prefix(next) = keymap.look_up(&contexts, &keys[..1]) else { panic!("g is a prefix") };
        assert!(next.iter().any(|(key, node)| *key == keys[1] && node.action.is_some()));
        assert!(matches!(keymap.look_up(&contexts, &keys), Meaning::Action(spec) if spec.name == "first"));
        let unknown = Key::parse_sequence("g Enter").unwrap();
        assert!(matches!(keymap.look_up(&contexts, &unknown), Meaning::Nothing));
    }

    #[test]
    fn the_pane_decides_before_the_rest() {
        let keymap = Keymap::new();
        let left = Key::parse_sequence("Left").unwrap();
        let at = |context| match keymap.look_up(&[context, Context::Anywhere], &left) {
            Meaning::Action(spec) => spec.name,
            _ => "",
        };
        assert_eq!(at(Context::Timeline), "step-back");
        assert_ne!(at(Context::State), "step-back");
    }
}
