//! The table is whole, and no key does harm by being pressed twice.

use super::*;

#[test]
fn a_name_means_one_action_per_context() {
    for (at, spec) in ACTIONS.iter().enumerate() {
        let twin = ACTIONS[at + 1..].iter().find(|other| other.name == spec.name && other.context == spec.context);
        assert!(twin.is_none(), "{} is there twice", spec.name);
    }
}

#[test]
fn names_can_be_typed_and_every_row_is_explained() {
    for spec in ACTIONS {
        assert!(!spec.doc.is_empty(), "{}", spec.name);
        assert!(spec.name.bytes().all(|b| b == b'-' || b.is_ascii_lowercase() || b.is_ascii_digit()), "{}", spec.name);
    }
}

/// What keys.toml, scripts and startup commands name goes on working: a name that is given up stays as an alias.
#[test]
fn names_are_kept() {
    let kept: Vec<_> = include_str!("names.txt").lines().collect();
    for name in &kept {
        assert!(by_name(name).is_some(), "{name} is gone: keep it in ALIASES");
    }
    let new = ACTIONS.iter().filter(|spec| spec.group != Group::Dialog && !kept.contains(&spec.name));
    let new: Vec<_> = new.map(|spec| spec.name).collect();
    assert!(new.is_empty(), "promise them in names.txt: {new:?}");
}

#[test]
fn a_destructive_key_differs_from_the_one_that_confirms_it() {
    let keys_of = |context, action| {
        ACTIONS.iter().filter(move |s| s.context == context && s.action == action).flat_map(|s| s.keys.iter())
    };
    for (question, opens) in [
        (Context::Rollback, (Context::Anywhere, Action::RollBack)),
        (Context::Promote, (Context::Anywhere, Action::Promote)),
        (Context::Question, (Context::Snapshots, Action::DeleteSnapshot)),
    ] {
        let confirms: Vec<_> = keys_of(question, Action::Confirm).collect();
        assert_eq!(confirms, [&"y"], "Enter is inert");
        assert!(keys_of(opens.0, opens.1).all(|key| !confirms.contains(&key)));
    }
}

/// Labels are lower case, no sentences, without a stop; the key stands before them.
#[test]
fn labels_are_lower_case_and_no_sentences() {
    let fine = |text: &str| {
        let first = text.split([' ', ':', ',']).next().unwrap_or_default();
        let begins =
            first.starts_with(|c: char| c.is_lowercase() || !c.is_alphabetic()) || !first.contains(char::is_lowercase);
        begins && !text.ends_with('.') && !text.contains(". ") && !text.contains("  ") && text.trim() == text
    };
    for spec in ACTIONS {
        assert!(fine(spec.doc), "{}: {:?}", spec.name, spec.doc);
        assert!(fine(spec.hint), "{}: {:?}", spec.name, spec.hint);
        assert!(spec.hint.split(' ').count() <= 4 && spec.doc.len() <= 90, "{} is too long", spec.name);
    }
    for option in crate::tui::settings::OPTIONS {
        assert!(fine(option.doc), "{}: {:?}", option.name, option.doc);
    }
}
