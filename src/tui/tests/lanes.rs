//! Expressions as columns of the list and as lanes below the timeline: they show what evaluating every version gives, on
//! every branch, at every zoom, while others write, in whatever order answers come.

use super::harness::{Harness, Held};
use crate::history::Strategy;
use crate::query::{Query, QueryBudget};
use crate::record::Version;
use crate::recording::{Recording, Tenant};
use crate::source::Address;
use crate::tui::job::{AnswerPart, Inquiry, Job, Life, Report, TaskMessage};
use crate::value::Value;
use crate::view::found::brief;
use crate::view::timeline::LaneCell;
use std::sync::Arc;

const ACCOUNT: [&str; 4] = [".balance", ".balance < 0", ".status", ".items | length"];

/// Three hundred versions of an account, in the red for five of them.
fn account() -> (Arc<Recording>, Tenant) {
    let recording = Arc::new(Recording::memory().with_clock(super::harness::noon));
    let tenant = recording.tenant_or_new(&"shop".into()).unwrap();
    (1..=300).for_each(|n| write(&tenant, n));
    (recording, tenant)
}

fn write(tenant: &Tenant, n: i64) {
    let balance = if (140..145).contains(&n) { -20 } else { 100 + n % 50 };
    let status = ["new", "paid", "shipped"][usize::try_from(n / 60).unwrap() % 3];
    let items: Vec<i64> = (0..n / 7 % 4).collect();
    tenant.record("pay", &serde_json::json!({"balance": balance, "status": status, "items": items})).unwrap();
}

fn screen(recording: Arc<Recording>, width: u16, height: u16) -> Harness {
    Harness::of(Address::File("shop.jsonl".into()), recording, width, height)
}

/// What a filter gives at a version.
fn gives(tenant: &Tenant, filter: &str, at: u64) -> Value {
    let outputs =
        Query::compile(filter).unwrap().outputs(&tenant.value_at(Version(at)).unwrap(), &QueryBudget::default());
    outputs.unwrap().pop().unwrap_or_default()
}

/// Whether each column of each lane on the screen shows what the versions of a branch in it give.
#[track_caller]
fn check_lanes(screen: &Harness, tenant: &Tenant, branch: &str, filters: &[&str]) {
    let timeline = screen.strip();
    assert_eq!(timeline.lanes.len(), filters.len());
    let history = tenant.history();
    let course = history.course(Some(branch).filter(|name| *name != "main"), Version(1)..=history.newest());
    for (lane, filter) in timeline.lanes.iter().zip(filters) {
        for (column, versions) in timeline.wide_cells() {
            let there = versions.clone().filter(|version| course.iter().any(|part| part.contains(version)));
            let values: Vec<Value> = there.map(|version| gives(tenant, filter, version)).collect();
            let said = format!("{filter} in column {column}: {versions:?}");
            match (&lane.cells[column], values.as_slice()) {
                (LaneCell::Blank, values) => assert!(values.iter().all(|value| *value == Value::Null), "{said}"),
                (LaneCell::Bar(_), values) => assert!(matches!(values[0], Value::Number(_)), "{said}"),
                (LaneCell::True, values) => assert!(values.iter().all(|value| *value == Value::Bool(true)), "{said}"),
                (LaneCell::False, values) => assert!(values.iter().all(|value| *value == Value::Bool(false)), "{said}"),
                (LaneCell::Partly, values) => assert!(values.windows(2).any(|pair| pair[0] != pair[1]), "{said}"),
                (LaneCell::Begins(text), values) => assert_eq!(*text, brief(values.last().unwrap()), "{said}"),
                (LaneCell::Goes, values) => assert!(values.windows(2).all(|pair| pair[0] == pair[1]), "{said}"),
                (LaneCell::Several, values) => assert!(values.len() > 2, "{said}"),
                (LaneCell::Error, _) => panic!("{said}"),
            }
        }
    }
}

fn pinned(filters: &[&str], recording: Arc<Recording>, width: u16, height: u16) -> Harness {
    let mut screen = screen(recording, width, height);
    for filter in filters {
        screen.command(&format!("lane {filter}"));
    }
    screen
}

#[test]
fn lanes_show_what_every_version_gives_at_every_zoom_and_size() {
    let (recording, tenant) = account();
    for (width, height) in [(120, 36), (80, 24)] {
        let mut screen = pinned(&ACCOUNT, Arc::clone(&recording), width, height);
        check_lanes(&screen, &tenant, "main", &ACCOUNT);
        for keys in ["+ +", ", , ,", "g g", "+ + G"] {
            screen.keys(keys);
            check_lanes(&screen, &tenant, "main", &ACCOUNT);
        }
        screen.sees(".balance").sees(".status");
    }
}

#[test]
fn lanes_and_columns_go_with_the_branch_and_stay_with_their_tenant() {
    let (recording, tenant) = account();
    tenant.rollback(&Strategy::Version(Version(130)), "").unwrap();
    write(&tenant, 61);
    tenant.fork("side", Version(100)).unwrap();
    write(&tenant.on("side").unwrap(), 141);
    write(&tenant, 1);
    let other = recording.tenant_or_new(&"other".into()).unwrap();
    other.record("first", &serde_json::json!({"balance": 7})).unwrap();
    let mut screen = pinned(&ACCOUNT, recording, 120, 36);
    screen.command("tenant shop").command("lane off");
    ACCOUNT.iter().for_each(|filter| _ = screen.command(&format!("lane {filter}")));
    check_lanes(&screen, &tenant, "main", &ACCOUNT);
    screen.command("switch side");
    check_lanes(&screen, &tenant, "side", &ACCOUNT);
    screen.command("switch main");
    check_lanes(&screen, &tenant, "main", &ACCOUNT);
    screen.command("tenant other").command("tenant shop");
    check_lanes(&screen, &tenant, "main", &ACCOUNT);
}

#[test]
fn lanes_go_on_in_new_versions() {
    let (recording, tenant) = account();
    let mut screen = pinned(&ACCOUNT, recording, 120, 36);
    for n in [141, 142, 3, 60, 61, 200] {
        write(&tenant, n);
        screen.report(Report::Followed(Life::Live));
        check_lanes(&screen, &tenant, "main", &ACCOUNT);
    }
}

#[test]
fn answers_in_whatever_order_come_to_the_same() {
    let (recording, tenant) = account();
    let mut random = 5_u64;
    for round in 0..4 {
        let mut screen = screen(Arc::clone(&recording), 120, 36);
        screen.hold_all().command("lane .gone").command("column .status").command("lane .gone").keys(", ,");
        ACCOUNT.iter().for_each(|filter| _ = screen.command(&format!("lane {filter}")));
        screen.keys("+ , , 0");
        while !screen.held.is_empty() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let which = usize::try_from(random >> 33).unwrap() % screen.held.len();
            screen.release(which);
        }
        check_lanes(&screen, &tenant, "main", &ACCOUNT);
        let list = screen.app.session().unwrap().transitions(10);
        for row in list.rows {
            let expected = brief(&gives(&tenant, ".status", row.version.0));
            assert_eq!(row.cells, [expected], "round {round}, {:?}", row.number);
        }
    }
}

#[test]
fn columns_show_what_each_row_gives_and_go_again() {
    let (recording, tenant) = account();
    let mut screen = screen(recording, 120, 36);
    screen.command("column .balance").command("column .status");
    for keys in ["", ", , ,", "g g", "G", ", , , ,"] {
        screen.keys(keys);
        let list = screen.app.session().unwrap().transitions(16);
        assert_eq!(list.headings.len(), 2);
        for row in list.rows.iter().filter(|row| row.version.0 > 0) {
            let expected = [".balance", ".status"].map(|filter| brief(&gives(&tenant, filter, row.version.0)));
            assert_eq!(row.cells, expected, "{:?}", row.number);
        }
    }
    screen.sees(".balance").sees("\"paid\"");
    screen.command("column .status");
    assert_eq!(screen.app.session().unwrap().transitions(16).headings, [".balance"]);
    screen.command("column off");
    assert!(!screen.app.session().unwrap().asked.expressions.has_columns());
}

#[test]
fn a_wrong_expression_says_where_and_what_was_meant_and_is_not_taken() {
    let mut screen = Harness::states(&[r#"{"n":1}"#], 120, 36);
    let wrong = [
        ("lane .a[", "at character"),
        ("column .n = 1 ==", "at character"),
        ("lane lenght", "length"),
        ("column", "EXPR"),
    ];
    for (command, said) in wrong {
        screen.command(command).sees(said);
        assert_eq!(
            (screen.app.pinned(), screen.app.session().unwrap().asked.expressions.has_columns()),
            (0, false),
            "{command}"
        );
    }
    for at in 0..6 {
        screen.command(&format!("lane .n + {at}")).command(&format!("column .n + {at}"));
    }
    screen.sees("5 columns already");
    assert_eq!(screen.app.pinned(), 5);
}

#[test]
fn one_key_pins_the_value_under_the_cursor_and_takes_it_away_again() {
    let states = [
        r#"{"queue":{"depth":1},"jobs":[],"body":"{\"user\":{\"age\":4}}","odd key":null}"#,
        r#"{"queue":{"depth":128},"jobs":[3],"body":"{\"user\":{\"age\":5}}","odd key":true}"#,
    ];
    for (before, path, pinned, value) in [
        ("", ".queue.depth", ".queue.depth", "128"),
        ("", ".queue", "length of .queue", "1"),
        ("", ".jobs", "length of .jobs", "1"),
        ("", r#"."odd key""#, r#".["odd key"]"#, "true"),
        ("z j", ".body.user.age", ".body | fromjson? | .user.age", "5"),
    ] {
        let mut screen = Harness::states(&states, 120, 36);
        screen.keys(before).command(&format!("path {path}")).keys("W").sees(&format!("Lane {pinned} (W or"));
        let lane = screen.strip().lanes.swap_remove(0);
        assert_eq!((lane.name.unmarked(), lane.value.unmarked()), (pinned.into(), value.into()));
        screen.keys("W").sees(&format!("No lane {pinned}"));
        assert_eq!(screen.app.pinned(), 0, "{path}");
        // The command without an expression is the same.
        screen.command("lane").command("lane");
        assert_eq!(screen.app.pinned(), 0, "{path}");
    }
    // In the list of changes and in the diff it is what their cursor is on.
    let mut pinned = std::collections::BTreeSet::new();
    for keys in ["Tab", "Tab j", "Tab j j", "2", "2 j", "2 j j"] {
        let mut screen = Harness::states(&states, 120, 36);
        let copied = screen.keys(keys).command("copy jq").outside.pop().unwrap();
        let wanted = copied.strip_prefix("copy ").unwrap().to_owned();
        let said = screen.command("lane").screen();
        let names = [wanted.clone(), format!("length of {wanted}"), "length of the state".to_owned()];
        let names = if wanted == "." { &names[2..] } else { &names[..2] };
        assert!(names.iter().any(|name| said.contains(&format!("Lane {name} "))), "{wanted}: {said}");
        pinned.insert(wanted);
    }
    assert!(pinned.len() > 2, "{pinned:?}");
}

#[test]
fn until_the_paths_are_indexed_every_question_says_how_far_that_is() {
    let (recording, _) = account();
    for ask in ["lane .balance", "find .balance < 0", "history .balance"] {
        let mut screen = screen(Arc::clone(&recording), 120, 36);
        screen.hold_all().command(ask).lacks("indexing");
        let is_it = |held: &&Held| matches!(held, Held::Waiting(task) if matches!(&task.job, Job::Inquire { inquiry: Inquiry::Lane(_) | Inquiry::Spans(_) | Inquiry::Changes(_), .. }));
        let Some(Held::Waiting(task)) = screen.held.iter().find(is_it) else { panic!("{ask} asks nothing") };
        let task = task.id;
        for percent in [0, 34] {
            screen.message(TaskMessage { task, report: Report::Part(AnswerPart::Indexed(percent)) });
            screen.sees(&format!("indexing paths {percent}%"));
        }
        screen.let_all_come().lacks("indexing").lacks(" … Esc stops").lacks("so far");
    }
}

#[test]
fn an_expression_that_errs_says_where_and_why() {
    let mut screen = Harness::states(&[r#"{"n":1}"#, r#"{"n":{"a":1}}"#], 120, 36);
    screen.command("lane .n | keys").sees("error at #1").sees("!");
    screen.keys(",").sees("error");
    screen.command("lane off").command("column .n + 1").keys(".").sees("error");
}

#[test]
fn evaluating_stops_at_esc_and_the_lane_says_so() {
    let (recording, _) = account();
    let mut screen = screen(recording, 120, 36);
    screen.hold_all().command("lane .balance").keys("Esc");
    while !screen.held.is_empty() {
        screen.release(0);
    }
    screen.sees("stopped");
}

#[test]
fn a_look_at_all_versions_is_given_up_for_a_close_window() {
    let (recording, tenant) = account();
    (301..=1500).for_each(|n| write(&tenant, n));
    let mut screen = screen(recording, 120, 36);
    screen.hold_all().command("lane .balance").keys("+ + + + +");
    while let Some(newest) = screen.held.len().checked_sub(1) {
        screen.release(newest);
    }
    check_lanes(&screen, &tenant, "main", &[".balance"]);
    assert!(screen.app.session().unwrap().asked.expressions.looked_at(0) < 1500, "not all versions were looked at");
    screen.keys("0");
    while !screen.held.is_empty() {
        screen.release(0);
    }
    check_lanes(&screen, &tenant, "main", &[".balance"]);
}

#[test]
fn lanes_and_columns_at_two_sizes() {
    for (width, height) in [(120, 36), (80, 24)] {
        let (recording, _) = account();
        let mut screen = pinned(&ACCOUNT, recording, width, height);
        screen.command("column .balance").command("goto 142");
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "screens" }, {
            insta::assert_snapshot!(format!("lanes-{width}x{height}"), screen.screen());
        });
    }
}
