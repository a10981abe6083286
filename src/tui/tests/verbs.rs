//! The same verb through the library, the command line and the screen: the same facts, and the same refusals.

use super::harness::{Harness, noon};
use crate::ops::{Outcome, Start, Verb};
use crate::record::{TenantId, Version};
use crate::recording::{Allow, Prune, Recording, SnapshotRequest, Tenant};
use crate::source::Address;
use crate::tui::job::{Life, Report};
use crate::value::{Value, parse};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn set(tenant: &Tenant, n: u64) {
    tenant.set("step", parse(format!(r#"{{"n":{n}}}"#).as_bytes()).unwrap()).unwrap();
}

/// `#1` to `#4` of an application, a snapshot `base` of `#1`, a variant `v` of it with `#5`, a snapshot `more` of `#2`;
/// then what a case adds.
fn recorded(home: &Path, add: fn(&Tenant)) -> PathBuf {
    let directory = home.join("run.asof");
    let recording = Recording::create(&directory).unwrap().with_clock(noon);
    let app = recording.tenant_or_new(&TenantId::from("shop")).unwrap();
    (1..=4).for_each(|n| set(&app, n));
    let named =
        |name: &str, version| SnapshotRequest { version: Some(Version(version)), ..SnapshotRequest::named(name) };
    app.snapshot(&named("base", 1)).unwrap();
    app.variant("v", "base").unwrap();
    set(&app.on("v").unwrap(), 5);
    app.snapshot(&named("more", 2)).unwrap();
    add(&app);
    directory
}

fn opened(directory: &Path) -> (Arc<Recording>, Tenant) {
    let recording = Arc::new(Recording::open(directory).unwrap().with_clock(noon));
    let tenant = recording.tenant(&TenantId::from("shop")).unwrap();
    (recording, tenant)
}

/// Everything that a verb can change, as it is read from the disk.
fn facts(directory: &Path) -> String {
    let (_, tenant) = opened(directory);
    let history = tenant.history();
    let versions = (history.first().0..=history.newest().0).filter_map(|n| history.info(Version(n)));
    let versions: Vec<_> = versions.map(|one| (one.version.0, one.kind, one.label, one.parent.0)).collect();
    let branches: Vec<_> = history.branches().into_iter().map(|one| (one.name, one.head.0, one.kept_by)).collect();
    let snapshots: Vec<_> =
        history.marks().listed().iter().map(|one| (one.name.clone(), one.version.0, one.tags.clone())).collect();
    format!("{:?}\n{versions:?}\n{branches:?}\n{snapshots:?}\n{:?}", history.head(), history.ledger().settings())
}

/// One verb: what there is before, its name in messages, as a value, as arguments, and as keys.
struct Case {
    what: &'static str,
    add: fn(&Tenant),
    verb: fn(&Tenant) -> Verb,
    allow: Allow,
    arguments: &'static str,
    screen: fn(&mut Harness),
}

fn rolled_back(app: &Tenant) {
    app.as_debugger().rollback(&crate::Strategy::Version(Version(2)), "").unwrap();
}

fn guarded(app: &Tenant) {
    app.reconfigure(|settings| settings.guarded = Some(true)).unwrap();
}

fn case(
    what: &'static str,
    add: fn(&Tenant),
    verb: fn(&Tenant) -> Verb,
    arguments: &'static str,
    screen: fn(&mut Harness),
) -> Case {
    Case { what, add, verb, allow: Allow::default(), arguments, screen }
}

fn nothing(_: &Tenant) {}

fn back(_: &Tenant) -> Verb {
    Verb::Rollback { to: Version(2), reason: "roll back to more".into() }
}

/// What is done without being asked for anything more.
fn plain_cases() -> Vec<Case> {
    vec![
        case("rollback", nothing, back, "rollback RUN 2 --yes --reason roll␣back␣to␣more", |s| {
            s.command("rollback 2").keys("y");
        }),
        case("undo", rolled_back, |_| Verb::Undo, "undo RUN", |s| _ = s.keys("u u")),
        case(
            "redo",
            |app| {
                rolled_back(app);
                app.as_debugger().undo().unwrap();
            },
            |_| Verb::Redo,
            "redo RUN",
            |s| _ = s.keys("U U"),
        ),
        case(
            "promote",
            nothing,
            |_| Verb::Promote { variant: "v".into(), reason: "best".into() },
            "promote RUN v --reason best --yes",
            |s| _ = s.command("promote v").keys("Tab").text("best").keys("Enter y"),
        ),
        case(
            "snapshot",
            nothing,
            |_| Verb::Snapshot(SnapshotRequest { version: Some(Version(3)), ..SnapshotRequest::named("new") }),
            "snapshot RUN new --at 3",
            |s| _ = s.command("goto 3").command("snapshot new"),
        ),
        case(
            "delete",
            nothing,
            |tenant| Verb::Delete(tenant.history().named_snapshot("more").unwrap().id),
            "snapshot RUN more --delete",
            |s| _ = s.command("goto 2").keys("3 G D y"),
        ),
        case(
            "fork",
            nothing,
            |_| Verb::Fork { name: "try".into(), start: Start::At(Version(3)) },
            "fork RUN try --at 3",
            |s| _ = s.command("goto 3").command("fork try"),
        ),
        case(
            "compact",
            nothing,
            |_| Verb::Compact { before: Version(3) },
            "compact RUN --before 3 --yes",
            |s| _ = s.command("compact 3").keys("y"),
        ),
    ]
}

/// What is done only where more is allowed.
fn allowed_cases() -> Vec<Case> {
    let name = || Allow::default().confirmed("shop");
    vec![
        Case {
            allow: Allow::default().leaving_others(true),
            ..case(
                "undo that leaves others behind",
                |app| {
                    rolled_back(app);
                    app.catch_up().unwrap();
                    set(app, 7);
                },
                |_| Verb::Undo,
                "undo RUN --force",
                |s| _ = s.keys("u").sees("leaves behind 1 newer version by other writers").keys("u"),
            )
        },
        Case {
            allow: name(),
            ..case(
                "guarded rollback",
                guarded,
                back,
                "rollback RUN 2 --confirm shop --reason roll␣back␣to␣more",
                |s| {
                    s.command("rollback 2").keys("y").sees("type its name").text("shop").keys("Enter y");
                },
            )
        },
        Case {
            allow: name(),
            ..case(
                "guarded undo",
                |app| {
                    rolled_back(app);
                    guarded(app);
                },
                |_| Verb::Undo,
                "undo RUN --confirm shop",
                |s| _ = s.keys("u").sees("Undo").keys("y").sees("type its name").text("shop").keys("Enter y"),
            )
        },
        Case {
            allow: name(),
            ..case(
                "guarded delete",
                guarded,
                |tenant| Verb::Delete(tenant.history().named_snapshot("more").unwrap().id),
                "snapshot RUN more --delete --confirm shop",
                |s| _ = s.command("goto 2").keys("3 G D y").sees("type its name").text("shop").keys("Enter y"),
            )
        },
        Case {
            allow: name(),
            ..case(
                "guarded cut",
                guarded,
                |_| Verb::Compact { before: Version(3) },
                "compact RUN --before 3 --confirm shop",
                |s| {
                    s.command("compact 3").keys("y").sees("type its name").text("shop").keys("Enter y");
                },
            )
        },
    ]
}

fn on_screen(directory: &Path) -> Harness {
    let (recording, _) = opened(directory);
    Harness::of(Address::Recording(directory.to_owned()), recording, 120, 36)
}

fn on_command_line(arguments: &str, directory: &Path) {
    let words = ["asof"].into_iter().chain(arguments.split(' '));
    let run = directory.as_os_str();
    let words = words.map(|word| if word == "RUN" { run.to_owned() } else { OsString::from(word.replace('␣', " ")) });
    let _ = crate::cli::run(words);
}

#[test]
fn a_verb_comes_to_the_same_through_the_library_the_command_line_and_the_screen() {
    for case in plain_cases().into_iter().chain(allowed_cases()) {
        let Case { what, add, verb, allow, arguments, screen } = case;
        let homes = [(); 3].map(|()| tempfile::tempdir().unwrap());
        let [library, line, keys] = homes.each_ref().map(|home| recorded(home.path(), add));
        let before = facts(&library);
        let (_, tenant) = opened(&library);
        let tenant = tenant.as_debugger();
        verb(&tenant).act(&tenant.allowing(allow), &mut |_| {}).unwrap();
        on_command_line(arguments, &line);
        screen(&mut on_screen(&keys));
        assert_ne!(facts(&library), before, "{what} does something");
        assert_eq!(facts(&line), facts(&library), "{what}: command line and library");
        assert_eq!(facts(&keys), facts(&library), "{what}: screen and library");
    }
}

#[test]
fn what_is_refused_is_refused_by_all_three_and_writes_nothing() {
    // What there is before, the verb, its arguments, and keys that ask for it without giving what it asks for.
    type Refused = (&'static str, fn(&Tenant), Verb, &'static str, fn(&mut Harness));
    let to = |version| Verb::Rollback { to: Version(version), reason: "".into() };
    let cases: Vec<Refused> = vec![
        (
            "the head",
            |_| (),
            to(4),
            "rollback RUN head --yes",
            |s| {
                s.command("rollback head").sees("#4 is already the head").keys("y");
            },
        ),
        ("what the head equals", rolled_back, to(2), "rollback RUN 2 --yes", |s| {
            s.command("rollback 2").sees("already equals #2").keys("y");
        }),
        ("guarded, --yes", guarded, to(2), "rollback RUN 2 --yes", |s| {
            s.command("rollback 2").keys("y").sees("type its name").text("shoq").keys("Enter y");
        }),
        ("guarded, another name", guarded, to(2), "rollback RUN 2 --confirm Shop", |s| {
            s.command("rollback 2").keys("y").text("Shop").keys("Enter y y");
        }),
        (
            "guarded promotion",
            guarded,
            Verb::Promote { variant: "v".into(), reason: "best".into() },
            "promote RUN v --reason best --yes",
            |s| _ = s.command("promote v").keys("Tab").text("best").keys("Enter y y y"),
        ),
        ("guarded cut", guarded, Verb::Compact { before: Version(3) }, "compact RUN --before 3 --yes", |s| {
            s.command("compact 3").keys("y y y");
        }),
        (
            "guarded prune",
            guarded,
            Verb::Prune(Prune { keep: Some(0), ..Prune::default() }),
            "prune RUN --keep 0 --yes",
            |_| (),
        ),
        (
            "undo, others since",
            |app| {
                rolled_back(app);
                app.catch_up().unwrap();
                set(app, 7);
            },
            Verb::Undo,
            "undo RUN",
            |s| _ = s.keys("u").sees("1 newer version by other writers"),
        ),
        ("nothing to undo", |_| (), Verb::Undo, "undo RUN", |s| _ = s.keys("u u")),
        (
            "nothing to cut",
            |_| (),
            Verb::Compact { before: Version(1) },
            "compact RUN --before 1 --yes",
            |s| {
                s.command("compact 1").keys("y");
            },
        ),
    ];
    for (what, add, verb, arguments, screen) in cases {
        let home = tempfile::tempdir().unwrap();
        let directory = recorded(home.path(), add);
        let before = facts(&directory);
        let tenant = opened(&directory).1.as_debugger();
        assert!(verb.act(&tenant, &mut |_| {}).is_err(), "{what}");
        assert_eq!(facts(&directory), before, "{what}: library");
        on_command_line(arguments, &directory);
        assert_eq!(facts(&directory), before, "{what}: command line");
        screen(&mut on_screen(&directory));
        assert_eq!(facts(&directory), before, "{what}: screen");
    }
}

#[test]
fn what_others_write_between_the_announcement_and_the_second_key_is_announced_first() {
    let home = tempfile::tempdir().unwrap();
    let directory = recorded(home.path(), rolled_back);
    let (_, app) = opened(&directory);
    let mut screen = on_screen(&directory);
    screen.keys("u").sees("u again does it").lacks("other writers");
    set(&app, 7);
    screen.tenant().catch_up().unwrap();
    screen.keys("u").sees("leaves behind 1 newer version by other writers, kept as main~2");
    assert_eq!(app.head(), Version(7), "nothing was taken back yet");
    screen.keys("u").sees("Undid the rollback to #2");
    app.catch_up().unwrap();
    assert_eq!(app.history().branch("main~2").unwrap().head, Version(7));
}

#[test]
fn a_name_is_asked_for_while_the_tenant_is_guarded_and_no_longer() {
    let home = tempfile::tempdir().unwrap();
    let directory = recorded(home.path(), |_| ());
    let (_, app) = opened(&directory);
    let mut screen = on_screen(&directory);
    screen.command("rollback 2");
    guarded(&app);
    screen.tenant().catch_up().unwrap();
    screen.keys("y").lacks("Rolled back");
    assert_eq!(screen.tenant().head(), Version(4), "the question was opened before the guard");
    screen.keys("Esc Esc");
    app.catch_up().unwrap();
    app.reconfigure(|settings| settings.guarded = Some(false)).unwrap();
    screen.tenant().catch_up().unwrap();
    screen.command("rollback 2").keys("y").sees("Rolled back: #6 is the new head, equal to #2");
}

#[test]
fn the_screen_says_what_a_snapshot_drops_and_that_it_guards() {
    let home = tempfile::tempdir().unwrap();
    let directory = recorded(home.path(), |app| {
        app.reconfigure(|settings| settings.retention.named = Some(1)).unwrap();
    });
    let mut screen = on_screen(&directory);
    screen.command("snapshot new").sees("Snapshot \"new\" marks #4; retention dropped 1 snapshot: \"more\"");
    screen.keys("s").text("p").keys("Tab Tab").text("prod").keys("Enter").sees("tenant shop is now guarded");
}

#[test]
fn an_outcome_names_all_that_was_left_and_dropped() {
    let home = tempfile::tempdir().unwrap();
    let directory = recorded(home.path(), |app| {
        rolled_back(app);
        app.catch_up().unwrap();
        set(app, 7);
    });
    let tenant = opened(&directory).1.as_debugger();
    let undone = Verb::Undo.act(&tenant.allowing(Allow::default().leaving_others(true)), &mut |_| {}).unwrap();
    let Outcome::Turned(turned) = &undone else { panic!("{undone:?}") };
    let moved = turned.moved.as_ref().unwrap();
    let left = moved.left.as_ref().unwrap();
    assert_eq!((moved.head, moved.version, moved.to), (Version(7), Version(8), Version(4)));
    assert_eq!((left.branch.as_str(), left.versions, left.others), ("main~2", 2, 1));
    let told: Value = parse(undone.json().line().as_bytes()).unwrap();
    let member = |name: &str| told.as_object().and_then(|told| told.get(name)).map(Value::to_json);
    assert_eq!(
        [member("kept"), member("others"), member("back_to")],
        ["\"main~2\"", "1", "4"].map(|text| Some(text.to_owned()))
    );
}

#[test]
fn the_question_about_a_doubtful_version_says_so_and_a_yes_agrees_to_it() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("run.asof");
    let app = Recording::create(&directory).unwrap().tenant_or_new(&TenantId::from("shop")).unwrap();
    let long = "so long that a change is written as a patch, and not as a whole state of its own";
    app.set("open", parse(format!(r#"{{"n":1,"k":"{long}"}}"#).as_bytes()).unwrap()).unwrap();
    (2..=6_u64).for_each(|n| _ = app.apply("step", |draft| draft.set(".n", &n)).unwrap());
    let file = Recording::open(&directory).unwrap().file(&TenantId::from("shop")).unwrap();
    let lines = std::fs::read_to_string(&file).unwrap();
    let kept: String = lines.split_inclusive('\n').enumerate().filter(|(n, _)| *n != 3).map(|(_, line)| line).collect();
    std::fs::write(&file, kept).unwrap();
    let mut screen = on_screen(&directory);
    screen.keys("Esc").command("rollback 2").sees("Roll back").lacks("doubtful").keys("n");
    screen.command("rollback 5").sees("#5 is doubtful: ").keys("n");
    assert_eq!(screen.tenant().head(), Version(6));
    screen.command("rollback 5").keys("y").sees("Rolled back: #7 is the new head, equal to #5");
}

#[test]
fn without_a_screen_the_name_is_asked_for_as_well() {
    for (lines, written) in [
        ("rollback 2\ny\nwhere\n", false),
        ("rollback 2\ny\nshoq\ny\nwhere\n", false),
        ("rollback 2\ny\nshop\ny\nwhere\n", true),
    ] {
        let home = tempfile::tempdir().unwrap();
        let directory = recorded(home.path(), guarded);
        let before = facts(&directory);
        let (address, config) = (Some(Address::Recording(directory.clone())), crate::tui::config::Config::default());
        let (options, spot) = (crate::source::Options::default(), crate::tui::StartSpot::default());
        let options = crate::tui::RunOptions { address, options, config, author: None, spot };
        let mut said = Vec::new();
        crate::tui::run_plain::<crate::Error>(options, &mut lines.as_bytes(), &mut |line| {
            said.push(line.to_owned());
            Ok(())
        })
        .unwrap();
        assert!(said.iter().any(|line| line.contains("type its name, shop")), "{said:#?}");
        assert_eq!(facts(&directory) != before, written, "{lines:?}: {said:#?}");
    }
}

#[test]
fn a_step_stands_or_not_in_the_view_as_on_the_command_line() {
    use crate::ops::{StepResult, TransactionStatus};
    use crate::view::counts::KeyCounts;
    use crate::view::transactions::detail;
    for to in [4, 5, 6, 7] {
        let recording = Recording::memory();
        let app = recording.tenant_or_new(&TenantId::from("shop")).unwrap();
        (1..=4).for_each(|n| set(&app, n));
        let order = app.transaction("order").step("a", |draft| Ok(draft.set(".n", &5)?));
        let mut order = order.step("b", |draft| Ok(draft.set(".n", &6)?)).step("c", |draft| Ok(draft.set(".n", &7)?));
        order.run().unwrap();
        set(&app, 8);
        app.as_debugger().rollback(&crate::Strategy::Version(Version(to)), "").unwrap();
        let history = app.history();
        let transaction = &history.transactions().all()[0];
        let status = TransactionStatus::of(&history, transaction);
        let words: Vec<_> = status.steps.iter().map(|step| step.result.word()).collect();
        let shown: Vec<_> = detail(&history, transaction.id, &KeyCounts::default())
            .unwrap()
            .steps
            .into_iter()
            .map(|step| step.is.result.word())
            .collect();
        assert_eq!(shown, words, "back to #{to}");
        let stand = status.steps.iter().filter(|step| step.result == StepResult::Done).count() as u64;
        assert_eq!(stand, to - 4, "back to #{to}");
    }
}

/// What an undo takes away is said at every width, and pushes off nothing that is more important than what goes with it.
#[test]
fn the_line_of_keys_keeps_what_matters_beside_an_undo_that_takes_away() {
    let all = [", . step", "a b A, B", "d diff", "R roll back"];
    for (width, says, kept) in [
        (60, "u undo 3 versions ", &all[..2]),
        (80, "u undo 3 versions", &all),
        (99, "u undo: takes 3 versions off main", &all),
        (120, "u undo: takes 3 versions off main", &[", . step", "a b set A, B", "d diff", "R roll back"]),
    ] {
        let mut screen = Harness::guide(width, 24);
        let tenant = screen.tenant();
        screen.command("goto 2").keys("R y").keys("F");
        for state in ["1", "2"] {
            tenant.set("x", parse(state.as_bytes()).unwrap()).unwrap();
        }
        screen.report(Report::Followed(Life::Live));
        screen.keys("F , .");
        let line = screen.screen().lines().last().unwrap().to_owned();
        for hint in kept.iter().chain([&says, &": c", &"? keys"]) {
            assert!(line.contains(hint), "{width}: {hint} in {line}");
        }
    }
}
