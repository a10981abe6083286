//! JSON in strings opened: as a tree and in the diff, with what paths into it are asked and copied; the recorded value is
//! what is copied as a patch, hashed and written.

use super::harness::Harness;

const STATES: [&str; 4] = [
    r#"{"body":"{\"user\":{\"name\":\"ann\"},\"tags\":[\"[1,2]\"]}","n":1}"#,
    r#"{"body":"{\"tags\": [\"[1,2]\"], \"user\": {\"name\": \"ann\"}}","n":1}"#,
    r#"{"body":"{\"user\":{\"name\":\"ann\"},\"tags\":[\"[1,3]\"]}","n":2}"#,
    r#"{"body":"{\"user\":{\"name\":\"bob\"},\"tags\":[\"[1,3]\"]}","n":2}"#,
];

fn screen() -> Harness {
    let mut screen = Harness::states(&STATES, 120, 36);
    screen.keys("Tab");
    while screen.app.place_name() != "State" {
        screen.keys("Tab");
    }
    screen
}

#[test]
fn strings_open_as_trees_and_are_compared_so() {
    let mut screen = screen();
    screen.keys("z j").sees("opened and compared as a tree").sees(".body.user.name").sees("\"ann\" → \"bob\"");
    screen.command("goto 2").sees("A and B are equal").keys("z j").sees("shown as they are").lacks("are equal");
    screen.keys("z j").keys("2").sees("JSON in strings opened");
}

#[test]
fn changes_inside_of_strings_are_found_both_ways() {
    for (path, at, key, to) in [
        (".body.user.name", 4, "[ c", 1),
        (".body.user.name", 1, "] c", 4),
        (".body.tags[0][1]", 4, "[ c", 3),
        (".body.tags[0][1]", 1, "] c", 3),
        (".body.tags[0][0]", 1, "] c", 1),
        (".body", 1, "] c", 3),
    ] {
        let mut screen = screen();
        screen.keys("z j").command(&format!("goto {at}")).command(&format!("path {path}")).keys(key);
        assert_eq!(screen.app.session().unwrap().cursor.0, to, "{path} {key}");
    }
    let mut screen = screen();
    screen.keys("z j").command("path .body.user.name").keys("c").sees("[History]").sees("\"bob\"");
}

#[test]
fn what_is_copied_can_be_used_outside() {
    let mut screen = screen();
    screen.command("goto 4").keys("z j").command("path .body.tags[0][1]");
    for (keys, text) in [
        ("y q", ".body | fromjson | .tags[0] | fromjson | .[1]"),
        ("y p", ".body.tags[0][1]"),
        ("y o", "/body"),
        ("y y", "3"),
    ] {
        screen.keys(keys);
        assert_eq!(screen.outside.pop().unwrap(), format!("copy {text}"), "{keys}");
    }
    screen.keys("y d");
    assert!(screen.outside.pop().unwrap().contains(r#""path": "/body""#), "a patch is of what was recorded");
    screen.command("path .body").keys("y s");
    assert!(screen.outside.pop().unwrap().contains(r#"{"user""#), "the string itself");
    screen.command("hash");
    let opened = screen.screen();
    screen.keys("z j").command("hash");
    let line = |screen: &str| screen.lines().find(|line| line.contains("SHA-256")).unwrap().to_owned();
    assert_eq!(line(&opened), line(&screen.screen()), "the checksum is of what was recorded");
}

#[test]
fn who_wrote_the_string_wrote_what_is_inside() {
    let mut screen = screen();
    screen.keys("z j").keys("B").sees("#4");
}
