//! Circles of modules within one module: those that name each other, in however many steps. A module and those inside of
//! it are one.

use super::names::{Named, Sources};
use super::source::texts;
use super::{SOURCES, read};
use std::collections::{BTreeMap, BTreeSet};

/// Modules by name, and those that each of them names.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// Which modules right inside of `outer` name which: where a thing is defined counts, not who hands it on.
fn graph(sources: &Sources, outer: &str) -> Graph {
    let mut graph = Graph::new();
    for naming in sources.namings() {
        let Some(Named::Own(path)) = naming.chain.last() else { continue };
        let named = sources.module_of(path).and_then(|module| inside(&module.path, outer));
        if let (Some(from), Some(to)) = (inside(&naming.from, outer), named)
            && from != to
        {
            graph.entry(from.to_owned()).or_default().insert(to.to_owned());
        }
    }
    graph
}

/// The module right inside of `outer` that `path` belongs to.
fn inside<'a>(path: &'a str, outer: &str) -> Option<&'a str> {
    let below = if outer.is_empty() { path } else { path.strip_prefix(outer)?.strip_prefix("::")? };
    below.split("::").next().filter(|name| !name.is_empty())
}

/// Every module that stands in a circle right inside of another.
fn all(sources: &Sources) -> BTreeMap<String, BTreeSet<String>> {
    let outer = sources.modules().filter(|module| !module.children.is_empty());
    let found = outer.map(|module| {
        let graph = graph(sources, &module.path);
        (module.path.clone(), in_circles(&graph).into_iter().map(str::to_owned).collect::<BTreeSet<_>>())
    });
    found.filter(|(_, names)| !names.is_empty()).collect()
}

/// Those that lead back to themselves.
fn in_circles(graph: &Graph) -> BTreeSet<&str> {
    let leads_back = |name: &&str| {
        let (mut reached, mut open) = (BTreeSet::new(), vec![*name]);
        while let Some(at) = open.pop() {
            let named = graph.get(at).into_iter().flatten().map(String::as_str);
            open.extend(named.filter(|next| reached.insert(*next)));
        }
        reached.contains(name)
    };
    graph.keys().map(String::as_str).filter(leads_back).collect()
}

#[test]
fn no_module_stands_in_a_circle() {
    let ties: Vec<String> = all(&SOURCES).iter().flat_map(|(outer, names)| ties(&SOURCES, outer, names)).collect();
    assert!(ties.is_empty(), "{}", ties.join("\n"));
}

/// Where one module of a circle names another of it.
fn ties(sources: &Sources, outer: &str, circle: &BTreeSet<String>) -> Vec<String> {
    let mut told = BTreeSet::new();
    for naming in sources.namings() {
        let Some(Named::Own(path)) = naming.chain.last() else { continue };
        let Some(module) = sources.module_of(path) else { continue };
        let pair = (inside(&naming.from, outer), inside(&module.path, outer));
        if let (Some(from), Some(to)) = pair
            && from != to
            && circle.contains(from)
            && circle.contains(to)
        {
            told.insert(format!("{outer}: {from} -> {to}: {path} ({}:{})", naming.file, naming.line));
        }
    }
    told.into_iter().collect()
}

#[test]
fn a_circle_is_found_however_it_is_closed() {
    for (file, text, closed) in [
        ("history/chunked.rs", "use super::timeline::pyramid::Tally;", ["chunked", "timeline"]),
        ("history/chunked.rs", "fn f(of: super::Tally) {}", ["chunked", "timeline"]),
        ("history/chunked/stored.rs", "use crate::{history::*};", ["chunked", "timeline"]),
        ("history/lineage/tree.rs", "use crate::history::values::keyframes::Keyframes;", ["lineage", "values"]),
    ] {
        let mut texts = texts();
        texts.get_mut(file).unwrap().push_str(text);
        let graph = graph(&read(&texts), "history");
        let found = in_circles(&graph);
        assert!(closed.iter().all(|name| found.contains(name)), "{file}: {text}: {found:?}");
    }
}

#[test]
fn small_circles_are_those_that_are_seen() {
    for (names, expected) in
        [("", ""), ("ab bc ac", ""), ("ab ba bc", "ab"), ("ab bc ca da ce", "abc"), ("ab ba cd dc bc", "abcd")]
    {
        let mut graph = Graph::new();
        for pair in names.split_whitespace() {
            graph.entry(pair[..1].to_owned()).or_default().insert(pair[1..].to_owned());
        }
        assert_eq!(in_circles(&graph).into_iter().collect::<String>(), expected, "{names}");
    }
}
