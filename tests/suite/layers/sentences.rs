//! `Must not name: files, clocks, `log`.` in the documentation of a module, as a rule for it and the modules inside of it.

use super::names::{Named, Naming, Sources, is_below};
use super::source::join;

/// What such a sentence begins with.
const OPENING: &str = "Must not name: ";

/// Words for more than one name. A word that is in neither list, nor in backquotes, cannot be checked and is refused.
const SUBJECTS: [(&str, &[&str]); 7] = [
    ("files", &["std::fs"]),
    ("clocks", &["chrono::Utc::now", "chrono::Local::now", "std::time::SystemTime", "std::time::Instant::now"]),
    ("threads", &["std::thread", "tokio::task", "tokio::spawn"]),
    ("locks", &["std::sync::Mutex", "std::sync::RwLock", "parking_lot"]),
    ("the environment", &["std::env"]),
    ("values", &["crate::value::Value"]),
    ("screens", &["crate::tui", "ratatui", "crossterm"]),
];

/// Something that a module, and those inside of it, must not name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub module: String,
    /// The word of the sentence.
    pub word: String,
    forbidden: Vec<Named>,
}

impl Rule {
    /// Whether that naming breaks the rule.
    pub fn forbids(&self, naming: &Naming) -> bool {
        is_below(&naming.from, &self.module) && naming.chain.iter().any(|named| self.covers(named))
    }

    fn covers(&self, named: &Named) -> bool {
        self.forbidden.iter().any(|forbidden| match (forbidden, named) {
            (Named::Own(outer), Named::Own(inner)) | (Named::Foreign(outer), Named::Foreign(inner)) => {
                is_below(inner, outer)
            }
            _ => false,
        })
    }
}

/// The rules of all modules, and the sentences that cannot be checked.
pub fn rules(sources: &Sources) -> (Vec<Rule>, Vec<String>) {
    let (mut rules, mut refused) = (Vec::new(), Vec::new());
    for module in sources.modules() {
        for word in module.doc.split(OPENING).skip(1).flat_map(words) {
            match meaning(sources, &module.path, &word) {
                Some(forbidden) => rules.push(Rule { module: module.path.clone(), word, forbidden }),
                None => refused.push(format!("{}: nothing is called {word} in \"{OPENING}\"", module.file)),
            }
        }
        if module.doc.to_lowercase().replace(&OPENING.to_lowercase(), "").contains("must not ") {
            refused.push(format!("{}: a rule that cannot be checked; say \"{OPENING}\" and names", module.file));
        }
    }
    (rules, refused)
}

/// The words of the sentence that `text` begins with.
fn words(text: &str) -> Vec<String> {
    let mut is_quoted = false;
    let ends = |char: char| {
        is_quoted ^= char == '`';
        char == '.' && !is_quoted
    };
    let sentence = text.split(ends).next().unwrap_or_default();
    sentence.split(',').map(|word| word.trim().to_owned()).collect()
}

/// What a word forbids. A name in backquotes is a module beside, inside or above, else a crate, else a path of one.
fn meaning(sources: &Sources, module: &str, word: &str) -> Option<Vec<Named>> {
    if let Some((_, paths)) = SUBJECTS.iter().find(|(subject, _)| *subject == word) {
        return Some(paths.iter().map(|path| absolute(path)).collect());
    }
    let name = word.strip_prefix('`')?.strip_suffix('`')?;
    let mut around = Some(module);
    while let Some(outer) = around {
        let inner = join(outer, name);
        if sources.has_module(&inner) {
            return Some(vec![Named::Own(inner)]);
        }
        around = (!outer.is_empty()).then(|| outer.rsplit_once("::").map_or("", |(parent, _)| parent));
    }
    let crate_name = name.split("::").next()?;
    sources.has_crate(crate_name).then(|| vec![Named::Foreign(name.to_owned())])
}

fn absolute(path: &str) -> Named {
    match path.strip_prefix("crate::") {
        Some(module) => Named::Own(module.to_owned()),
        None => Named::Foreign(path.to_owned()),
    }
}

#[test]
fn a_sentence_ends_at_its_stop_and_not_at_one_in_a_name() {
    assert_eq!(words("files, `a.b`, `log`. And more, of it."), ["files", "`a.b`", "`log`"]);
}
