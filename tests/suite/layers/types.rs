//! One meaning per type name, so that a search for a name finds one thing.

use super::source::{Texts, modules, texts};
use proc_macro2::TokenTree;
use std::collections::BTreeMap;

const KEYWORDS: [&str; 5] = ["struct", "enum", "trait", "type", "union"];

/// Names that several modules give a type each, with those modules. Tests may have types of their own.
fn shared_names(texts: &Texts) -> Vec<String> {
    let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (module, code) in modules(texts) {
        for name in types(&code) {
            homes.entry(name).or_default().push(module.path.clone());
        }
    }
    homes.retain(|_, modules| modules.len() > 1);
    homes.into_iter().map(|(name, modules)| format!("`{name}`: {}", modules.join(", "))).collect()
}

/// The types that a module itself defines; what stands in braces is not looked into.
fn types(code: &[TokenTree]) -> impl Iterator<Item = String> {
    code.windows(2).filter_map(|pair| match pair {
        [TokenTree::Ident(keyword), TokenTree::Ident(name)] if KEYWORDS.iter().any(|word| keyword == word) => {
            Some(name.to_string())
        }
        _ => None,
    })
}

#[test]
fn a_type_name_means_one_thing() {
    let shared = shared_names(&texts());
    assert!(shared.is_empty(), "put its subject in front of the newer one:\n{}", shared.join("\n"));
}

#[test]
fn a_name_that_is_given_twice_is_found() {
    let mut texts = texts();
    texts.get_mut("diff.rs").unwrap().push_str("\nstruct Timeline;\n");
    assert_eq!(shared_names(&texts), ["`Timeline`: diff, history::timeline"]);
}
