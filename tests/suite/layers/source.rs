//! The production code of the crate as tokens: comments, strings and what only tests compile are out of the way.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The text of every source file by its path below `src`, `/` between the parts.
pub type Texts = BTreeMap<String, String>;

/// One module.
#[derive(Debug)]
pub struct Module {
    /// Below the crate, as in `tui::app`; empty for the crate's root.
    pub path: String,
    /// The file below `src` that holds it.
    pub file: String,
    /// Its `//!` lines, joined by blanks.
    pub doc: String,
    /// Names of its modules that are compiled outside of tests.
    pub children: Vec<String>,
}

/// Every file below `src`.
pub fn texts() -> Texts {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = Texts::new();
    collect(&root, &root, &mut texts);
    assert!(texts.len() > 40, "the sources are there");
    texts
}

fn collect(root: &Path, directory: &Path, texts: &mut Texts) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let parts = path.strip_prefix(root).unwrap().iter().map(|part| part.to_string_lossy());
            texts.insert(parts.collect::<Vec<_>>().join("/"), std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// A module, and its code without the modules inside of it.
pub type Read = (Module, Vec<TokenTree>);

/// The modules that are compiled outside of tests, from `lib.rs` down, and the binary as `main`.
pub fn modules(texts: &Texts) -> Vec<Read> {
    let mut modules = Vec::new();
    load(texts, "lib.rs", "", &mut modules);
    load(texts, "main.rs", "main", &mut modules);
    modules
}

fn load(texts: &Texts, file: &str, path: &str, modules: &mut Vec<Read>) {
    let text = texts.get(file).unwrap_or_else(|| panic!("no file {file} for the module `{path}`"));
    let tokens: TokenStream = text.parse().unwrap_or_else(|why| panic!("{file}: {why}"));
    add(texts, file, path, tokens, modules);
}

fn add(texts: &Texts, file: &str, path: &str, tokens: TokenStream, modules: &mut Vec<Read>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let doc = module_doc(&tokens);
    let (mut code, mut children) = (Vec::new(), Vec::new());
    let mut rest = production(tokens).into_iter().peekable();
    while let Some(token) = rest.next() {
        if !is_word(&token, "mod") {
            code.push(token);
            continue;
        }
        let name = rest.next().map(|name| name.to_string()).unwrap_or_default();
        let inner = join(path, &name);
        match rest.next() {
            Some(TokenTree::Group(body)) => add(texts, file, &inner, body.stream(), modules),
            _ => load(texts, &file_of(texts, path, &name), &inner, modules),
        }
        children.push(name);
    }
    modules.push((Module { path: path.to_owned(), file: file.to_owned(), doc, children }, code));
}

fn file_of(texts: &Texts, parent: &str, name: &str) -> String {
    let base = join(parent, name).replace("::", "/");
    let nested = format!("{base}/mod.rs");
    if texts.contains_key(&nested) { nested } else { format!("{base}.rs") }
}

/// `a::b` and `c` make `a::b::c`.
pub fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}::{name}") }
}

/// The `//!` lines, which are attributes to whoever reads tokens.
fn module_doc(tokens: &[TokenTree]) -> String {
    let mut lines = Vec::new();
    for three in tokens.windows(3) {
        if let [hash, bang, TokenTree::Group(attribute)] = three
            && is_punct(hash, '#')
            && is_punct(bang, '!')
        {
            let inside: Vec<TokenTree> = attribute.stream().into_iter().collect();
            if let [doc, _, TokenTree::Literal(text)] = inside.as_slice()
                && is_word(doc, "doc")
            {
                lines.push(unquoted(&text.to_string()).trim().to_owned());
            }
        }
    }
    lines.join(" ")
}

/// What a literal of a doc comment says: such literals escape quotes and backslashes alone.
fn unquoted(literal: &str) -> String {
    literal.trim_matches('"').replace("\\\"", "\"").replace("\\'", "'").replace("\\\\", "\\")
}

/// `tokens` without what `#[cfg(test)]` stands before, inside of groups too. Only what it stands before goes.
fn production(tokens: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match attribute(&tokens[at..]) {
            Some(group) if is_test_only(group) => at = after_item(&tokens, at + 2),
            _ => {
                kept.push(within(tokens[at].clone()));
                at += 1;
            }
        }
    }
    kept
}

fn within(token: TokenTree) -> TokenTree {
    let TokenTree::Group(group) = token else { return token };
    let inside = production(group.stream().into_iter().collect());
    let mut inner = Group::new(group.delimiter(), inside.into_iter().collect());
    inner.set_span(group.span());
    TokenTree::Group(inner)
}

/// The attribute that begins here.
fn attribute(tokens: &[TokenTree]) -> Option<&Group> {
    match tokens {
        [hash, TokenTree::Group(group), ..] if is_punct(hash, '#') && group.delimiter() == Delimiter::Bracket => {
            Some(group)
        }
        _ => None,
    }
}

/// `cfg(test)` and `cfg(all(test, …))`; `any` and `not` leave something for production.
fn is_test_only(attribute: &Group) -> bool {
    let inside: Vec<TokenTree> = attribute.stream().into_iter().collect();
    matches!(inside.as_slice(), [cfg, TokenTree::Group(of)] if is_word(cfg, "cfg") && asks_for_test(of))
}

fn asks_for_test(group: &Group) -> bool {
    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
    match inside.as_slice() {
        [word] => is_word(word, "test"),
        [all, TokenTree::Group(of)] if is_word(all, "all") => {
            of.stream().into_iter().any(|token| is_word(&token, "test"))
        }
        _ => false,
    }
}

/// Where the item that begins at `at` has ended. In doubt it ends early, so that too much is looked at, never too little.
fn after_item(tokens: &[TokenTree], mut at: usize) -> usize {
    while attribute(&tokens[at..]).is_some() {
        at += 2;
    }
    let first = tokens[at..].iter().find(|token| !is_visibility(token)).map(ToString::to_string).unwrap_or_default();
    let is_const_fn = first == "const" && tokens[at..].iter().take(4).any(|token| is_word(token, "fn"));
    let has_body = is_const_fn
        || ["fn", "async", "unsafe", "extern", "impl", "mod", "trait", "struct", "enum", "union", "macro_rules"]
            .contains(&first.as_str());
    let is_statement = ["const", "static", "use", "type", "let"].contains(&first.as_str()) && !has_body;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        let is_body = matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let is_end = is_body || (is_punct(token, ',') && !has_body);
        if is_punct(token, ';') || (is_end && !is_statement) {
            return index + 1;
        }
    }
    tokens.len()
}

fn is_visibility(token: &TokenTree) -> bool {
    is_word(token, "pub") || matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis)
}

/// Whether `token` is that identifier or keyword.
pub fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

/// Whether `token` is that sign.
pub fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}
