//! Which modules and crates a module names, whatever the way: through re-exports, aliases, groups, globs and `super`.

use super::source::{Module, Texts, is_punct, is_word, join, modules};
use proc_macro2::{Delimiter, TokenTree};
use std::collections::{BTreeMap, BTreeSet};

/// Chains of re-exports are shorter; a longer one would be a circle.
const LONGEST_CHAIN: usize = 32;

/// The sources, read.
#[derive(Debug)]
pub struct Sources {
    modules: BTreeMap<String, Names>,
    crates: BTreeSet<String>,
}

/// One module and what is written in it.
#[derive(Debug)]
struct Names {
    module: Module,
    uses: Vec<Use>,
    /// Paths in its code, and the lines where they stand.
    paths: Vec<(Vec<String>, usize)>,
}

/// A name that a `use` brings in; `None` is a glob.
#[derive(Debug, Clone)]
struct Use {
    name: Option<String>,
    path: Vec<String>,
    line: usize,
}

/// Somewhere `from` names something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Naming {
    pub from: String,
    /// Where the thing is defined, last; before it the modules that hand it on.
    pub chain: Vec<Named>,
    pub file: String,
    pub line: usize,
}

/// What is named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// A module of this crate, or something in one: `value` or `value::Value`.
    Own(String),
    /// Something of another crate, from that crate's name on.
    Foreign(String),
}

impl Sources {
    /// Reads `texts`. `crates` are names of other crates, as code names them.
    pub fn read(texts: &Texts, crates: impl IntoIterator<Item = String>) -> Self {
        let named = modules(texts).into_iter().map(|(module, code)| (module.path.clone(), Names::of(module, &code)));
        Self { modules: named.collect(), crates: crates.into_iter().collect() }
    }

    /// All modules, by path.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.values().map(|names| &names.module)
    }

    /// Whether there is such a module.
    pub fn has_module(&self, path: &str) -> bool {
        self.modules.contains_key(path)
    }

    /// The module that holds `path`: itself, or the one that something is in.
    pub fn module_of(&self, path: &str) -> Option<&Module> {
        let outer = || path.rsplit_once("::").and_then(|(outer, _)| self.module_of(outer));
        self.modules.get(path).map(|names| &names.module).or_else(outer)
    }

    /// Whether other code names that crate.
    pub fn has_crate(&self, name: &str) -> bool {
        self.crates.contains(name)
    }

    /// Everything that is named anywhere, each once for each line.
    pub fn namings(&self) -> BTreeSet<Naming> {
        self.modules.values().flat_map(|names| self.namings_of(names)).collect()
    }

    fn namings_of<'a>(&'a self, names: &'a Names) -> impl Iterator<Item = Naming> + 'a {
        let imports = names.uses.iter().map(|import| (&import.path, import.name.is_none(), import.line));
        let paths = names.paths.iter().map(|(path, line)| (path, false, *line));
        imports.chain(paths).flat_map(move |(path, is_glob, line)| {
            let from = &names.module.path;
            let chains = Walk::along(self, from, path, is_glob);
            let naming = move |chain| Naming { from: from.clone(), chain, file: names.module.file.clone(), line };
            chains.into_iter().filter(|chain| !chain.is_empty()).map(naming)
        })
    }
}

/// Where a path written in `from` leads to.
struct Walk<'a> {
    sources: &'a Sources,
    from: &'a str,
    found: Vec<Named>,
    /// The module that it ended at, when it did not end at something inside of one.
    end: Option<String>,
}

impl<'a> Walk<'a> {
    /// The chain of what `path` leads to. A glob leads to everything that is handed on there.
    fn along(sources: &'a Sources, from: &'a str, path: &[String], is_glob: bool) -> Vec<Vec<Named>> {
        let mut walk = Self { sources, from, found: Vec::new(), end: None };
        walk.resolve(from, path, 0);
        let end = walk.end.take().filter(|_| is_glob);
        let mut chains = vec![walk.found];
        chains.extend(end.into_iter().flat_map(|of| Self::exports(sources, from, &of)));
        chains
    }

    /// Follows `path`, written in `module`.
    fn resolve(&mut self, module: &str, path: &[String], depth: usize) {
        let (Some(first), Some(names)) = (path.first(), self.sources.modules.get(module)) else { return };
        let rest = &path[1..];
        assert!(depth < LONGEST_CHAIN, "{module}: {path:?} leads in a circle");
        match first.as_str() {
            "crate" => self.down("", rest, depth),
            "self" => self.down(module, rest, depth),
            "super" => self.up(module, rest, depth),
            _ if names.has_child(first) => self.down(&join(module, first), rest, depth),
            _ => match names.import(first) {
                Some(import) if import.path != [first.as_str()] => {
                    self.resolve(module, &chained(&import.path, rest), depth + 1);
                }
                _ if self.sources.has_crate(first) || first.ends_with('!') => {
                    self.found.push(Named::Foreign(path.join("::")));
                }
                _ => {}
            },
        }
    }

    fn up(&mut self, module: &str, rest: &[String], depth: usize) {
        let parent = parent(module);
        match rest.first().map(String::as_str) {
            Some("super") => self.up(parent, &rest[1..], depth),
            _ => self.down(parent, rest, depth),
        }
    }

    /// Goes down from `module` along `rest`, through whatever is handed on.
    fn down(&mut self, module: &str, rest: &[String], depth: usize) {
        let Some(names) = self.sources.modules.get(module) else { return };
        let Some(next) = rest.first() else {
            self.end = Some(module.to_owned());
            return self.name(module);
        };
        if names.has_child(next) {
            return self.down(&join(module, next), &rest[1..], depth);
        }
        match names.import(next) {
            Some(import) => {
                // A module above hands on to those below it; from aside, it is named as well.
                if !is_above(module, self.from) {
                    self.name(module);
                }
                self.resolve(module, &chained(&import.path, &rest[1..]), depth + 1);
            }
            None => self.name(&join(module, next)),
        }
    }

    fn name(&mut self, path: &str) {
        if !path.is_empty() {
            self.found.push(Named::Own(path.to_owned()));
        }
    }

    /// Whatever `module` hands on, for a glob of it.
    fn exports(sources: &'a Sources, from: &'a str, module: &str) -> Vec<Vec<Named>> {
        let Some(names) = sources.modules.get(module) else { return Vec::new() };
        let handed_on = names.uses.iter().map(|import| {
            let mut walk = Self { sources, from, found: Vec::new(), end: None };
            walk.resolve(module, &import.path, 0);
            walk.found
        });
        let children = names.module.children.iter().map(|child| vec![Named::Own(join(module, child))]);
        handed_on.chain(children).collect()
    }
}

impl Names {
    fn of(module: Module, code: &[TokenTree]) -> Self {
        let mut names = Self { module, uses: Vec::new(), paths: Vec::new() };
        names.scan(code);
        names
    }

    fn has_child(&self, name: &str) -> bool {
        self.module.children.iter().any(|child| child == name)
    }

    fn import(&self, name: &str) -> Option<&Use> {
        self.uses.iter().find(|import| import.name.as_deref() == Some(name))
    }

    /// Takes the imports and paths out of `tokens`, groups included.
    fn scan(&mut self, tokens: &[TokenTree]) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Group(group) => {
                    self.scan(&group.stream().into_iter().collect::<Vec<_>>());
                    at += 1;
                }
                TokenTree::Ident(word)
                    if word == "use" && !tokens.get(at + 1).is_some_and(|next| is_punct(next, '<')) =>
                {
                    let end =
                        tokens[at..].iter().position(|token| is_punct(token, ';')).map_or(tokens.len(), |len| at + len);
                    read_use(&tokens[at + 1..end], &[], word.span().start().line, &mut self.uses);
                    at = end;
                }
                TokenTree::Ident(word) => {
                    let (mut path, end) = read_path(tokens, at);
                    let is_macro = tokens.get(end).is_some_and(|next| is_punct(next, '!'))
                        && matches!(tokens.get(end + 1), Some(TokenTree::Group(_)));
                    if let (true, Some(last)) = (is_macro, path.last_mut()) {
                        last.push('!');
                    }
                    // A single name is something local, or was brought in by a `use`, which has been looked at.
                    if begins(tokens, at) && (path.len() > 1 || is_macro) {
                        self.paths.push((path, word.span().start().line));
                    }
                    at = end;
                }
                _ => at += 1,
            }
        }
    }
}

/// Whether a path may begin here: not behind `a.`, `a::` or `'`.
fn begins(tokens: &[TokenTree], at: usize) -> bool {
    let before = |back: usize, sign| at.checked_sub(back).is_some_and(|index| is_punct(&tokens[index], sign));
    let is_member = before(1, '.') && !before(2, '.');
    let goes_on = before(1, ':') && before(2, ':') && at.checked_sub(3).is_some_and(|index| ends_name(&tokens[index]));
    !is_member && !goes_on && !before(1, '\'')
}

fn ends_name(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(_)) || is_punct(token, '>')
}

/// `a::b::c` from `at` on, and where it ends.
fn read_path(tokens: &[TokenTree], mut at: usize) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    while let Some(TokenTree::Ident(word)) = tokens.get(at) {
        path.push(word.to_string());
        at += 1;
        let goes_on = is_separator(tokens, at) && matches!(tokens.get(at + 2), Some(TokenTree::Ident(_)));
        if !goes_on {
            break;
        }
        at += 2;
    }
    (path, at)
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    matches!(tokens.get(at..at + 2), Some([left, right]) if is_punct(left, ':') && is_punct(right, ':'))
}

/// The names of one tree of a `use`, `above` before each path.
fn read_use(tokens: &[TokenTree], above: &[String], line: usize, uses: &mut Vec<Use>) {
    let start = if is_separator(tokens, 0) { 2 } else { 0 };
    let (own, end) = read_path(tokens, start);
    let mut path = chained(above, &own);
    let rest = if is_separator(tokens, end) { &tokens[end + 2..] } else { &tokens[end..] };
    match rest {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => {
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            let parts = inside.split(|token| is_punct(token, ','));
            parts.filter(|part| !part.is_empty()).for_each(|part| {
                read_use(part, &path, part[0].span().start().line, uses);
            });
        }
        [star] if is_punct(star, '*') => uses.push(Use { name: None, path, line }),
        [renamed, name] if is_word(renamed, "as") => uses.push(Use { name: Some(name.to_string()), path, line }),
        _ => {
            // `a::{self}` brings in `a`.
            if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
                path.pop();
            }
            uses.push(Use { name: path.last().cloned(), path, line });
        }
    }
}

fn chained(above: &[String], below: &[String]) -> Vec<String> {
    above.iter().chain(below).cloned().collect()
}

fn parent(module: &str) -> &str {
    module.rsplit_once("::").map_or("", |(parent, _)| parent)
}

/// Whether `module` is one of those that `below` stands in.
fn is_above(module: &str, below: &str) -> bool {
    module.is_empty() || (module != below && is_below(below, module))
}

/// Whether `path` is `outer` or inside of it.
pub fn is_below(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}
