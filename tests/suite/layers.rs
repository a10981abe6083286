//! The layering rules: what each module may name. docs/architecture.md says them in sentences.

use std::path::{Path, PathBuf};

/// Modules, lowest layer first; a module may name those of lower layers, and siblings only where listed in `FRIENDS`.
const LAYERS: [&[&str]; 9] = [
    &["error", "value"],
    &["diff", "patch"],
    &["record"],
    &["history", "log", "import"],
    &["recording"],
    &["source", "export"],
    &["view"],
    &["tui"],
    &["cli"],
];

/// Who may name whom within one layer.
const FRIENDS: [(&str, &str); 2] = [("value", "error"), ("patch", "diff")];

/// Words that may stand only in some modules, and why.
const ONLY_IN: [(&str, &[&str], &str); 8] = [
    ("im::", &["value"], "the persistent tree is a detail of values"),
    ("ratatui", &["tui"], "the screen is painted in one place"),
    ("crossterm", &["tui", "cli"], "the terminal is touched in one place"),
    ("tokio", &["tui"], "only the screen's loop is asynchronous"),
    ("clap", &["cli"], "arguments are the command line's"),
    ("Utc::now", &["recording", "source"], "below and above, times arrive inside records or lists of recent ones"),
    ("SystemTime::now", &[], "the one clock is the recording's"),
    ("println!", &[], "output goes through one writer that knows of broken pipes"),
];

/// Modules that never touch files.
const NO_FILES: [&str; 7] = ["value", "diff", "patch", "record", "history", "view", "error"];

#[test]
fn no_module_names_a_higher_one() {
    for (module, path, code) in sources() {
        for named in names_of_modules(&code) {
            assert!(may_name(&module, &named), "{}: `{module}` must not name `{named}`", path.display());
        }
    }
}

#[test]
fn words_stand_where_they_belong() {
    for (module, path, code) in sources() {
        for (word, homes, why) in ONLY_IN {
            let at_home = homes.contains(&module.as_str());
            assert!(at_home || !has_word(&code, word), "{}: `{word}`, but {why}", path.display());
        }
        let touches_files = has_word(&code, "std::fs") || has_word(&code, "fs::File");
        assert!(!touches_files || !NO_FILES.contains(&module.as_str()), "{}: touches files", path.display());
    }
}

#[test]
fn every_module_is_in_a_layer() {
    for (module, path, _) in sources() {
        let known = layer(&module).is_some() || ["main", "lib"].contains(&module.as_str());
        assert!(known, "{}: `{module}` has no layer", path.display());
    }
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn may_name(module: &str, named: &str) -> bool {
    match (layer(module), layer(named)) {
        _ if module == named => true,
        (Some(own), Some(other)) if own == other => FRIENDS.contains(&(module, named)),
        (Some(own), Some(other)) => other < own,
        // The crate's root and the binary may name all; names that are no module are types at the root.
        (None, _) | (_, None) => true,
    }
}

/// Module, file and production code (comments and unit tests left out) of every source file.
fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 40, "the sources are there");
    files
        .into_iter()
        .filter(|path| !is_test(path))
        .map(|path| (module_of(&root, &path), code_of(&path), path))
        .map(|(module, code, path)| (module, path, code))
        .collect()
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
}

/// `src/value.rs` and `src/value/json.rs` are both of `value`.
fn module_of(root: &Path, path: &Path) -> String {
    let first =
        path.strip_prefix(root).unwrap().components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn code_of(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let production = text.split("#[cfg(test)]").next().unwrap_or_default();
    production.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Whether `word` occurs and does not continue a longer name.
fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| !code[..at].ends_with(|char: char| char.is_alphanumeric() || char == '_'))
}

/// What follows each `crate::`, groups opened: `crate::{a, b::c}` names `a` and `b`.
fn names_of_modules(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, start) in code.match_indices("crate::") {
        let rest = &code[at + start.len()..];
        match rest.strip_prefix('{') {
            Some(group) => names.extend(top_level_parts(group).map(|part| leading_name(part.trim()))),
            None => names.push(leading_name(rest)),
        }
    }
    names
}

fn top_level_parts(group: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    let mut end = 0;
    for (at, char) in group.char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            _ => {}
        }
        end = at + char.len_utf8();
    }
    let mut depth = 0_i32;
    group[..end].split(move |char| {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        char == ',' && depth == 0
    })
}

fn leading_name(text: &str) -> String {
    text.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect()
}

#[test]
fn the_reader_of_these_rules_works() {
    assert_eq!(
        names_of_modules("use crate::{log::{Log, x}, value};\nuse crate::history::A;"),
        ["log", "value", "history"]
    );
    assert!(has_word("use im::OrdMap", "im::") && !has_word("use trim::x", "im::"));
    assert!(!may_name("history", "log") && !may_name("log", "recording") && may_name("patch", "diff"));
}
