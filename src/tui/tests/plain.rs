//! `--plain`: lines in, sentences out.

use crate::Error;
use crate::source::{self, Address};
use crate::tui::config::Config;
use crate::tui::{RunOptions, StartSpot, run_plain};

/// What is said to these lines, one after the other.
fn check(lines: &str) -> Vec<String> {
    let address = Some(Address::demo("").unwrap());
    let options = source::Options::default();
    let (config, spot) = (Config::default(), StartSpot::default());
    let options = RunOptions { address, options, config, author: None, spot };
    let mut said = Vec::new();
    run_plain::<Error>(options, &mut lines.as_bytes(), &mut |line| {
        said.push(line.to_owned());
        Ok(())
    })
    .unwrap();
    said
}

#[track_caller]
fn says(lines: &str, expected: &str) {
    let said = check(lines);
    assert!(said.iter().any(|line| line.contains(expected)), "{lines:?} should say {expected:?}: {said:#?}");
}

#[test]
fn every_action_is_answered_by_one_line() {
    let said = check(",\n,\ng g\nG\nTab\nJ\nq\n");
    assert_eq!(said.len(), 1 + 6, "where it starts, and one line for each but the last: {said:#?}");
    assert!(said[1].starts_with("#6 of 7") && said[2].starts_with("#5 of 7"), "{said:#?}");
    assert!(said[3].starts_with("#1 of 7") && said[4].starts_with("#7 of 7"), "{said:#?}");
}

#[test]
fn questions_are_answered_in_rows() {
    says("state\n", "version \"2.5.0\"");
    says("changes\n", "changed_keys:");
    says("versions\n", "here: #7");
    says(",\nversions\n", "here: #6");
    says("help\n", "R rollback [TARGET]: make a past state the new head");
    says("where\n", "#7 of 7");
}

#[test]
fn commands_moments_and_mistakes() {
    says("goto 3\n", "#3 of 7");
    says(":3\n", "#3 of 7");
    says("head~2\n", "#5 of 7");
    says("nonsense\n", "neither a command nor a moment");
    says("99\n", "neither a command nor a moment");
    assert!(check("").len() == 1, "the end of the lines is the end");
}

#[test]
fn boxes_are_read_out_and_answered() {
    says(",\nR\n", "Nothing is deleted");
    says(",\nR\nn\nwhere\n", "#6 of 7");
    let said = check(",\nR\ny\n");
    assert!(said.iter().any(|line| line.contains("Rolled back")), "{said:#?}");
    let said = check("s\nmark one\nsnapshots\n<\n");
    assert!(said.iter().any(|line| line.contains("mark one")), "{said:#?}");
}

#[test]
fn nothing_is_drawn() {
    for line in check(",\nR\nn\nstate\nchanges\n?\nEsc\n:\nEsc\nz M\n") {
        assert!(!line.contains(|letter| ('\u{2500}'..='\u{257f}').contains(&letter)), "{line}");
    }
}
