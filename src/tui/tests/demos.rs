//! Every walkthrough as an audience sees it, at two sizes: what its narration says to press is pressed, and what it claims
//! is on the screen. The message line is left out, so that no claim proves itself.

use super::harness::Harness;
use crate::source::{Address, demos};
use crate::tui::tour::Tour;
use crate::view::transactions::ways_back;

/// What a step says to press, and what the next line then claims.
struct Walked {
    press: &'static str,
    shows: &'static [&'static str],
}

const fn step(press: &'static str, shows: &'static [&'static str]) -> Walked {
    Walked { press, shows }
}

/// By demo: what is seen at once, and each step. `:command` is typed; keys to press after it stand behind `|`.
type Walk = (&'static str, &'static [&'static str], &'static [Walked]);

const WALKS: &[Walk] = &[
    (
        "release",
        &["#7/7", "release 2.5.0", "\"2.5.0\"", "true"],
        &[
            step("<", &["#6/7", "v2.0.0", "beta false", "sessions 100"]),
            step("d", &["A #5", "[B] #6", "\"1.0.0\"", "\"2.0.0\""]),
            step("R y", &["#8/8", "[B] #8", "beta true", "false", "150", "100"]),
            step("u u", &["#9/9", "undo of #8", "100", "150"]),
        ],
    ),
    (
        "time",
        &["#10/10"],
        &[
            step(":goto @12:30PM", &["#7/10", "12:30:00", "orders 131 +51", "+6.5"]),
            step(",", &["#6/10", "discount changed", " 50 "]),
            step(":rollback before:@12:30PM|y", &["#11/11", " 5 ", "-45"]),
            step("u u", &["#12/12", "undo of #11", "orders 258"]),
        ],
    ),
    (
        "sharing",
        &["#2/2", "{100}", "\"NEW!\""],
        &[
            step(
                "d",
                &["\"the value of key_1\"", "\"NEW!\"", "99 unchanged", "99 of 100 values shared", "new: 1 of 1"],
            ),
            step("z u", &["key_10 \"the value of key_10\"", "99 of 100 values shared"]),
            step("1 <", &["#1/2", "v1.0", "key_1 \"the value of key_1\""]),
        ],
    ),
    (
        "transaction",
        &["#8/8"],
        &[
            step(
                "5",
                &[
                    "tx-3",
                    "sign up kim",
                    "FAILED at step 4 of 4",
                    "4 notify users",
                    "2 set config ■ 7 config_set",
                    "no answer from the mail server",
                    "\"features_enabled\" #8: nothing to undo, step 4 changed nothing",
                    "\"config_set\" #7: undoes step 3, enable features",
                    "\"session_created\" #6: undoes steps 2 and 3",
                    "the initial state #5: undoes all 3 steps",
                ],
            ),
            step(
                "R Down Enter y",
                &[
                    "#9/9",
                    "3 enable features ■ 8 features_enabled 8.0ms 1.0ms +1 ~1 undone",
                    "\"features_enabled\" #8: brings back step 3, enable features",
                    "\"config_set\" #7: the head equals it already",
                    "\"session_created\" #6: undoes step 2, set config",
                    "the initial state #5: undoes steps 1 and 2",
                ],
            ),
            step(
                "R Down Down Enter y",
                &[
                    "#10/10",
                    "2 set config ■ 7 config_set 4.0ms 4.0ms ~2 undone",
                    "\"features_enabled\" #8: brings back steps 2 and 3",
                    "\"session_created\" #6: the head equals it already",
                    "the initial state #5: undoes step 1, create session",
                ],
            ),
            step(
                "R Down Down Down Enter y",
                &[
                    "#11/11",
                    "1 create session ■ 6 session_created 0ms 4.0ms +2 undone",
                    "\"features_enabled\" #8: brings back steps 1 to 3",
                    "the initial state #5: the head equals it already",
                ],
            ),
        ],
    ),
    (
        "tenants",
        &["acme_corp›main›#3/3", "\"3.0\""],
        &[
            step(
                "T",
                &[
                    "[acme_corp]",
                    " widgets_r_us ",
                    "#3 2026-10-09 10:00",
                    "#3 2026-10-09 10:05",
                    "sessions 50",
                    "sessions 30",
                    "v3.0_release #2",
                    "beta_test #1",
                ],
            ),
            step(
                ":rollback beta_test|l",
                &["widgets_r_us›main›#3/3", " acme_corp ", "[widgets_r_us]", "\"3.0\"", "\"2.5\""],
            ),
            step(":rollback beta_test|y", &["widgets_r_us›main›#4/4", "\"3.0\"", "\"2.5-beta\"", "Rolled back"]),
        ],
    ),
    (
        "retention",
        &["#11/11"],
        &[
            step("3", &["of 16", "kept: auto 10 of 10 · named 6 of 50", "prod_deploy", "staging"]),
            step("s Enter", &["of 16", "kept: auto 10 of 10", "prod_deploy", "retention dropped 1 snapshot", "#1"]),
            step(":goto 1|1", &["#1/11", "users 10", "step 1"]),
        ],
    ),
    (
        "diff",
        &["#4/4", "v2.0"],
        &[
            step(":end-a v1.0", &["+50", "+25"]),
            step(
                "d",
                &[
                    "A #1",
                    "[B] #4",
                    "sessions: 100 → 150 (+50) │ cache_entries: 50 → 75 (+25)",
                    "added_keys: [\"beta\"] │ changed_keys: [\"theme\"]",
                ],
            ),
        ],
    ),
    (
        "deploy",
        &["#11/11", "memory_percent 95"],
        &[
            step(
                "6",
                &[
                    "memory 95% <= 90 #11 ✗ HIGH!",
                    "error_rate 0.1% <= 1 #11 ✓ ok",
                    "response_time 48 ms <= 100 #11 ✓ ok",
                ],
            ),
            step(":goto 6|1", &["#6/11", "deploy 2.0.0", "version \"2.0.0\"", "migrated"]),
            step("<", &["#5/11", "pre_v2_deploy", "\"1.9.5\"", "memory_percent 46"]),
            step("R y", &["#12/12", "memory_percent 46 -49", " ms"]),
            step("d", &["A #11", "[B] #12", "95", "46"]),
        ],
    ),
    (
        "ab",
        &["#7/7"],
        &[
            step(
                "6",
                &[
                    "baseline holds",
                    "algorithm \"v1\"",
                    "ui \"classic\"",
                    "A [B ★] C",
                    "★ WINNER",
                    "85 +5 92 +12 ★ 78 -2",
                    "0 ~ 0 ~ 3 +3 !",
                ],
            ),
            step("l", &["A B ★ [C]", "disqualified"]),
            step("h P Tab b e s t Enter y", &["#8/8"]),
        ],
    ),
    (
        "crash",
        &["#8/9"],
        &[
            step(":goto @2:30PM", &["#5/9", "14:30:00", "last null", "errors 1 +1"]),
            step(",", &["#4/9", "last \"s-17\""]),
            step(". R y", &["#10/10", "memory_percent 95"]),
            step("u u", &["#11/11", "undo of #10", "memory_percent 44", "\"1.9.5\""]),
            step(":promote fix|Tab n u l l Enter y", &["#12/12", "\"1.9.6\"", "memory_percent 44"]),
        ],
    ),
];

fn press(screen: &mut Harness, step: &str) {
    let (command, keys) = match step.strip_prefix(':') {
        Some(command) => command.split_once('|').unwrap_or((command, "")),
        None => ("", step),
    };
    if !command.is_empty() {
        screen.command(command);
    }
    screen.keys(keys);
}

/// The screen without the message line, which is where the narration stands, and with one blank for each run of them, as
/// the columns are wider on a wide screen.
fn panes(screen: &Harness, narration: &str) -> String {
    let screen = screen.screen();
    let lines = screen.lines().filter(|line| !line.contains(narration));
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ").replace(" › ", "›");
    lines.map(|line| words(line).replace("main #", "main›#")).collect::<Vec<_>>().join("\n")
}

/// What of a walk is not as it says, at one size.
fn faults(&(name, at_first, steps): &Walk, (width, height): (u16, u16)) -> Vec<String> {
    let mut faults = Vec::new();
    let mut screen = Harness::opened(Address::Demo(name.into()), width, height);
    let total = Address::Demo(name.into()).narration().len();
    assert_eq!(steps.len() + 1, total, "{name}: a step for each line of its narration but the last");
    for number in 0..total {
        if number > 0 {
            press(&mut screen, steps[number - 1].press);
        }
        let line = screen.app.workspace.tour.as_ref().and_then(Tour::line).unwrap();
        let line = screen.app.keymap.with_keys(&line);
        let at = format!("{name}, step {}, {width}x{height}", number + 1);
        if !line.starts_with(&format!("{}/{total}", number + 1)) {
            faults.push(format!("{at}: the walkthrough stands at {line:?}"));
            return faults;
        }
        let (_, say) = line.split_once("  ").unwrap();
        let seen = panes(&screen, say);
        if !screen.screen().contains(say) {
            faults.push(format!("{at}: the narration is to be seen in one row:\n{seen}"));
        }
        let claims = if number == 0 { at_first } else { steps[number - 1].shows };
        let missing = claims.iter().filter(|claim| !seen.contains(**claim));
        faults.extend(missing.map(|claim| format!("{at}: {claim:?} should be there:\n{seen}")));
    }
    faults
}

#[test]
fn what_the_narration_claims_is_on_the_screen_at_each_step() {
    let sizes = [(120, 36), (80, 24)];
    let faults: Vec<String> = WALKS.iter().flat_map(|walk| sizes.map(|size| faults(walk, size))).flatten().collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn every_demo_is_walked() {
    let walked: Vec<_> = WALKS.iter().map(|walk| walk.0).collect();
    let known: Vec<_> = demos().into_iter().map(|demo| demo.0).collect();
    assert_eq!(walked, known);
}

/// A step that failed made no version of its own: what to go back to is asked first, and the head is none of it.
#[test]
fn a_failed_step_lists_the_ways_back() {
    for (width, height) in [(120, 36), (80, 24)] {
        let mut screen = Harness::opened(Address::Demo("transaction".into()), width, height);
        screen.keys("5 R");
        let listed = panes(&screen, "lists the ways back");
        for row in [
            "\"features_enabled\" #8 nothing to undo, step 4 changed nothing",
            "\"config_set\" #7 undoes step 3, enable features",
            "\"session_created\" #6 undoes steps 2 and 3",
            "the initial state #5 undoes all 3 steps",
        ] {
            assert!(listed.contains(row), "{row}:\n{listed}");
        }
        screen.keys("Enter");
        assert!(
            screen.screen().contains("nothing to undo, step 4 changed nothing") && screen.screen().contains("#8/8")
        );
        screen.keys("R Esc k k R");
        assert!(screen.screen().contains("tx-3/config_set  #7"), "a step that made a version is asked about at once");
        screen.keys("n j j R Down Down Down Enter y");
        assert!(screen.screen().contains("#9/9"), "{}", screen.screen());
        // The head equals the initial state now, so that one is no way any more.
        screen.keys("R Down Down Down");
        assert!(
            panes(&screen, "---").contains("the initial state #5 the head equals it already"),
            "{}",
            screen.screen()
        );
        screen.keys("Enter");
        assert!(screen.screen().contains("#9/9"), "{}", screen.screen());
    }
}

/// What others wrote since goes as well, and each way back says so.
#[test]
fn a_way_back_says_how_much_of_others_it_undoes() {
    let tenant = Harness::opened(Address::Demo("transaction".into()), 120, 36).tenant();
    for state in ["1", "2"] {
        tenant.apply("later", |draft| draft.set(".later", state)).unwrap();
    }
    let history = tenant.history();
    let transaction = history.transactions().all().last().unwrap();
    let told: Vec<String> =
        ways_back(&history, transaction).into_iter().map(|way| way.does.unmarked().into_owned()).collect();
    let expected = [
        "undoes 2 versions of others",
        "undoes step 3, enable features, and 2 versions of others",
        "undoes steps 2 and 3, and 2 versions of others",
        "undoes all 3 steps, and 2 versions of others",
    ];
    assert_eq!(told, expected);
}
