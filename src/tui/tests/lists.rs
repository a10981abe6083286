//! The views that are lists, on one recording that has all of it.

use super::harness::{Harness, recorded};
use super::views::check as screen_check;
use crate::record::{Metric, TenantId, Time, Version};
use crate::recording::{Draft, Recording, SnapshotRequest, StepError, Tenant};
use crate::source::Address;
use crate::value::parse;
use std::cell::Cell;
use std::sync::Arc;

thread_local! {
    /// Each test has its own clock: 4 ms from record to record.
    static CLOCK: Cell<i64> = const { Cell::new(0) };
}

fn ticking() -> Time {
    CLOCK.set(CLOCK.get() + 4);
    Time::from_timestamp_millis(1_760_011_200_000 + CLOCK.get()).unwrap()
}

fn set(tenant: &Tenant, label: &str, path: &str, value: i64) {
    tenant.apply(label, |draft| draft.set(path, &value)).unwrap();
}

fn step(path: &str, value: i64) -> impl FnMut(&mut Draft) -> Result<(), StepError> + '_ {
    move |draft| Ok(draft.set(path, &value)?)
}

fn named(name: &str, at: Option<u64>, tags: &[&str], description: &str) -> SnapshotRequest {
    SnapshotRequest {
        name: Some(name.into()),
        version: at.map(Version),
        description: description.into(),
        tags: tags.iter().map(|tag| (*tag).into()).collect(),
    }
}

fn measure(tenant: &Tenant, of: &str, figures: &[&str]) {
    let metrics: Vec<Metric> = figures.iter().map(|figure| Metric::parse(figure).unwrap()).collect();
    tenant.measure(of, &metrics).unwrap();
}

/// Three variants with metrics: the best one by speed breaks its guardrail.
fn variants(shop: &Tenant) {
    measure(shop, "baseline", &["p95=41.2ms:lower", "throughput=1180/s:higher", "errors=0:zero", "score=80"]);
    for (name, steps) in [("A cache", 2), ("C batch", 3), ("D both", 1)] {
        shop.variant(name, "baseline").unwrap();
        let on = shop.on(name).unwrap();
        for at in 1..=steps {
            set(&on, "tune", ".cart.total", 100 + at);
        }
    }
    measure(shop, "A cache", &["p95=33.0ms", "throughput=1310/s", "errors=0", "score=85"]);
    measure(shop, "C batch", &["p95=22.8ms", "throughput=1742/s", "errors=0", "score=93"]);
    measure(shop, "D both", &["p95=21.9ms", "throughput=1760/s", "errors=3", "score=96"]);
}

fn transactions(shop: &Tenant) {
    let done = shop.transaction("sign up").step("session", step(".sessions", 101)).checkpoint("session");
    done.step("greet", step(".sent", 1)).run().unwrap();
    let failed = shop
        .transaction("checkout")
        .step("lock cart", step(".cart.locked", 1))
        .checkpoint("locked")
        .step("validate", step(".cart.valid", 1))
        .checkpoint("validated")
        .step("capture pay", |_| Err("PaymentDeclined: card_expired\nat src/pay.rs:88".into()))
        .step("ship", step(".shipped", 1))
        .step("receipt", step(".sent", 2))
        .run()
        .unwrap_err();
    failed.roll_back_to("locked").unwrap();
    let mut undone =
        shop.transaction("migrate").step("rename", step(".schema", 8)).step("copy", |_| Err("disk full".into()));
    undone.run().unwrap_err().roll_back_all().unwrap();
}

/// Snapshots, variants, transactions, and a rollback that left a line behind.
pub fn everything() -> Arc<Recording> {
    everything_in(Recording::memory())
}

/// The same in a recording that is new.
pub fn everything_in(recording: Recording) -> Arc<Recording> {
    CLOCK.set(0);
    let recording = Arc::new(recording.with_clock(ticking));
    let shop = recording.tenant_or_new(&TenantId::from("shop")).unwrap().by("ana");
    let first = r#"{"sessions":100,"cart":{"total":0},"schema":7,"sent":0}"#;
    shop.set("open", parse(first.as_bytes()).unwrap()).unwrap();
    shop.snapshot(&named("baseline", None, &["ab"], "A/B baseline")).unwrap();
    variants(&shop);
    set(&shop, "cart.add", ".cart.total", 20);
    shop.snapshot(&SnapshotRequest::default()).unwrap();
    transactions(&shop);
    let bo = shop.by("bo");
    bo.snapshot(&named("pre-checkout", None, &["rel", "demo"], "clean cart before pay")).unwrap();
    set(&bo, "cart.add", ".cart.total", 30);
    set(&bo, "cart.add", ".cart.total", 40);
    let to = bo.history().named_snapshot("pre-checkout").unwrap().version;
    bo.as_debugger().rollback(&crate::history::Strategy::Version(to), "back").unwrap();
    set(&bo, "cart.checkout", ".cart.total", 25);
    recording
}

fn screen(width: u16, height: u16) -> Harness {
    Harness::of(Address::Demo("fixture".into()), everything(), width, height)
}

#[test]
fn promotion_question() {
    for (width, height) in [(120, 36), (80, 24)] {
        let mut screen = screen(width, height);
        screen.keys("6 P Enter y");
        screen_check(&format!("promote-{width}x{height}"), &screen);
    }
}

/// ux check 8.
#[test]
fn a_snapshot_is_made_edited_and_deleted() {
    let mut screen = screen(120, 36);
    screen.app.setup.author = Some("kim".into());
    screen.keys("s").text("mark-1").keys("Enter 3").sees("◆ named       mark-1").sees("kim");
    screen.keys("r Tab Tab").text("rel").keys("Enter").sees("Snapshot \"mark-1\" saved").sees("tags rel");
    screen.keys("D Enter").sees("Delete snapshot").keys("D n").sees("◆ named       mark-1");
    screen.keys("D y").sees("Snapshot \"mark-1\" deleted").lacks("◆ named       mark-1");
    screen
        .keys("u")
        .sees("Would undo the deletion of snapshot \"mark-1\" (u again does it)")
        .lacks("◆ named       mark-1");
    screen.keys("u").sees("Undid the deletion").sees("◆ named       mark-1");
    screen
        .keys("U")
        .sees("Would redo the deletion")
        .keys("j U")
        .sees("Would redo the deletion")
        .sees("◆ named       mark-1");
    screen.keys("U").sees("Redid the deletion").lacks("◆ named       mark-1");
}

#[test]
fn snapshots_are_filtered_compared_and_gone_to() {
    let mut screen = screen(120, 36);
    screen
        .keys("3")
        .sees("1 of 6")
        .keys("/")
        .text("rel")
        .keys("Enter")
        .sees("1 of 1")
        .sees("/rel")
        .sees("pre-checkout");
    screen.lacks("baseline").keys("Enter");
    let marked = screen.tenant().history().named_snapshot("pre-checkout").unwrap().version.0;
    assert_eq!(screen.cursor(), marked);
    screen.keys("G d").sees("[2 Diff]").sees(&format!("A #{marked}")).keys("q").sees("[3 Snaps]");
    screen.command("filter nothing-like-it").sees("No snapshot has \"nothing-like-it\"").keys("Esc Esc").sees("1 of 6");
}

/// ux check 16.
#[test]
fn a_failed_transaction_shows_what_happened_and_that_its_undo_is_exact() {
    let mut screen = screen(120, 36);
    screen.keys("5").sees("✓ tx-1").sees("✗ tx-2").sees("⟲ tx-3").sees("2 failed of 3");
    screen
        .keys("{")
        .sees("FAILED at step 3 of 5")
        .sees("not run")
        .sees("PaymentDeclined: card_expired")
        .sees("same as #");
    let locked = screen.tenant().history().transactions().get(crate::record::TransactionId(2)).unwrap().events.clone();
    screen.keys("k").sees("Changes of 2 validate").sees("undone").keys("Enter");
    let validated = locked.iter().filter_map(|event| match event.what {
        crate::history::TransactionPart::Step { version, .. } => Some(version.0),
        _ => None,
    });
    assert_eq!(Some(screen.cursor()), validated.max());
    screen.keys("z f").sees("Transactions that failed").lacks("tx-1 ").keys("z f").sees("tx-1 ");
    screen.keys("R").sees("Roll checkout back to").sees("the initial state").keys("Esc");
}

#[test]
fn steps_go_to_transactions_errors_variants_and_where_lines_part() {
    let mut screen = screen(120, 36);
    let versions = |screen: &Harness| screen.cursor();
    screen.keys("{ {");
    let earlier = versions(&screen);
    screen.keys("}");
    assert!(versions(&screen) > earlier);
    screen.keys("[ v");
    let head = screen.tenant().history().branch("D both").unwrap().head.0;
    assert_eq!(versions(&screen), head);
    screen.keys("[ v");
    assert_eq!(versions(&screen), screen.tenant().history().branch("C batch").unwrap().head.0);
    screen.keys("[ b");
    assert_eq!(versions(&screen), 1, "the variants part from main at #1");
    screen.keys("G [ e");
    let failures = screen.tenant().history().transactions().failures().to_vec();
    assert!(failures.contains(&Version(versions(&screen))), "{failures:?}");
}

/// ux check 17.
#[test]
fn a_variant_is_promoted_with_a_reason_only() {
    let mut screen = screen(120, 36);
    let before = screen.tenant().head();
    screen.keys("6").sees("★ WINNER").sees("disqualified: errors").sees("better on 2 of 2 goals, no guardrail broken");
    screen.keys("P Enter").sees("Promote").keys("n").lacks("Nothing is deleted");
    screen.keys("P Enter").sees("Nothing is deleted").keys("y").sees("A promotion needs a reason");
    screen.keys("Esc").lacks("Nothing is deleted");
    assert_eq!(screen.tenant().head(), before);
    // The line has the keys at once, and there is no other field.
    screen
        .keys("P")
        .text("fast")
        .keys("Tab S-Tab")
        .text("est")
        .sees("Enter, then y promote")
        .keys("Enter y")
        .sees("Promoted C batch")
        .sees("A cache")
        .sees("D both");
    assert!(screen.tenant().value().to_json().contains(r#""total":103"#));
    screen
        .keys("u")
        .sees("Would undo the promotion of C batch (u again does it): ")
        .keys("u")
        .sees("Undid the promotion of C batch: ");
    screen.keys("6 y r");
    let report = screen.outside.last().unwrap();
    assert!(report.contains("| p95 | lower | 41.2 ms | 33.0 ms -19.9% + | 22.8 ms -44.7% + |"), "{report}");
}

/// What became of a promotion is read whole, however narrow the screen is.
#[test]
fn the_version_of_a_promotion_is_seen_at_every_size() {
    for (width, height) in [(80, 24), (120, 36), (160, 50)] {
        let mut screen = screen(width, height);
        screen.keys("6 P").text("fastest").keys("Enter y").sees("Promoted C batch");
        let promoted = format!("promoted {}", crate::view::text::number(screen.tenant().head()));
        screen.keys("6 l l l").sees(&promoted);
    }
}

/// ux check 10.
#[test]
fn a_line_left_behind_can_be_walked_and_the_rollback_undone() {
    let mut screen = screen(120, 36);
    let tenant = screen.tenant();
    let before = tenant.value();
    screen.command("goto 1").keys("R y").sees("Rolled back").keys("7").sees("main~4").sees("kept");
    screen.command("switch main~4").sees("follow that branch").sees("cart.checkout");
    let old = screen.cursor();
    screen.keys(", ,").keys(". .");
    assert_eq!(screen.cursor(), old);
    screen.keys("u u").sees("Undid");
    assert!(tenant.value() == before);
}

#[test]
fn steps_follow_the_branch_that_was_gone_to() {
    let mut screen = screen(120, 36);
    screen.keys("7 j j Enter").sees("follow that branch").sees("C batch");
    let head = screen.tenant().history().branch("C batch").unwrap().head.0;
    assert_eq!(screen.cursor(), head);
    screen.keys("S-Left");
    assert!(screen.cursor() <= 1);
    screen.keys("1 G");
    assert_eq!(screen.cursor(), head, "from what it shares with main back onto the branch");
    screen.command("fork try").sees("Branch \"try\" created at");
    assert_eq!(screen.tenant().history().branch("try").unwrap().base.0, head);
}

#[test]
fn what_is_not_there_says_what_would_fill_it() {
    for (keys, words) in [
        ("3", "No snapshots yet: s creates"),
        ("5", "No transactions yet"),
        ("6", "No variants yet"),
        ("7", "applications write here"),
        ("4", "Find in time"),
    ] {
        for (width, height) in [(120, 36), (80, 24), (62, 17)] {
            let mut screen = Harness::states(&["1", "2"], width, height);
            screen.keys(keys);
            if (keys, width) != ("7", 62) {
                screen.sees(words);
            }
            screen.keys("j k Enter d q P r D h l b { } ] v Tab");
        }
    }
}

/// Whatever has no rows gives its room to the transitions, and what tells how to get some is never cut.
#[test]
fn a_view_without_rows_shows_the_transitions() {
    for (keys, words) in [
        ("3", "No snapshots yet: s creates one of the version under the cursor."),
        ("4", "Find in time"),
        ("5", "asof demo transaction shows three."),
        ("6", "asof demo ab shows three."),
        ("7", "applications write here unless they name another branch"),
    ] {
        for (width, height) in [(250, 70), (120, 36), (80, 24), (62, 20)] {
            if (keys, height) == ("7", 20) {
                continue;
            }
            let mut screen = Harness::states(&["1", "2"], width, height);
            let shown = screen.keys(keys).screen();
            let text: String = shown.replace(['│', '\n'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(words), "{keys} {width}x{height}\n{shown}");
            let has_room = shown.contains(" Transitions ") && shown.contains("2 of 2");
            assert!(has_room || height < 24, "{keys} {width}x{height}\n{shown}");
        }
    }
}

#[test]
fn read_only_says_how_to_allow_it() {
    let mut screen = screen(120, 36).read_only();
    screen.keys("6 P").sees("read-only: opened with --read-only");
    screen.keys("3 r").sees("read-only").keys("D").sees("read-only").keys("U").sees("read-only");
}

#[test]
fn variants_without_metrics_and_many_of_them() {
    CLOCK.set(0);
    let recording = Arc::new(Recording::memory().with_clock(ticking));
    let shop = recording.tenant_or_new(&TenantId::from("shop")).unwrap();
    shop.set("open", parse(b"{\"n\":0}").unwrap()).unwrap();
    shop.snapshot(&named("base", None, &[], "")).unwrap();
    for number in 1..=20 {
        let name = format!("V{number}");
        shop.variant(&name, "base").unwrap();
        set(&shop.on(&name).unwrap(), "n", ".n", number);
        if number % 2 == 0 {
            measure(&shop, &name, &[&format!("score={number}")]);
        }
    }
    for (width, height) in [(120, 36), (80, 24), (60, 16), (200, 60)] {
        let mut screen = Harness::of(Address::Demo("many".into()), Arc::clone(&recording), width, height);
        screen.keys("6").sees("[V20 ★]").sees("WINNER").keys(&"h ".repeat(19)).sees("[V1]").sees("not scored");
        screen.keys("h l l").sees("[V3]");
    }
}

#[test]
fn verdicts_say_what_they_rest_on_and_what_was_measured_elsewhere() {
    CLOCK.set(0);
    let recording = Arc::new(Recording::memory().with_clock(ticking));
    let shop = recording.tenant_or_new(&TenantId::from("shop")).unwrap();
    shop.set("open", parse(b"{\"n\":0}").unwrap()).unwrap();
    measure(&shop, "main", &["memory=95%:<=90", "load=3:<=4", "rt=120ms"]);
    let mut screen = Harness::of(Address::Demo("m".into()), Arc::clone(&recording), 120, 36);
    screen
        .keys("6")
        .sees("Measured on main, now at #1: breaks its guardrail: memory")
        .sees("✗ HIGH!")
        .sees("✓ ok")
        .sees("120 ms");
    shop.snapshot(&named("base", None, &[], "")).unwrap();
    let sample = |from: i64| (0..12).map(|n| format!("score={}.{n}", from + n % 3)).collect::<Vec<_>>();
    let measured =
        |of: &str, from: i64| measure(&shop, of, &sample(from).iter().map(String::as_str).collect::<Vec<_>>());
    measured("base", 80);
    measure(&shop, "base", &["errors=0:zero"]);
    for (name, from) in [("A", 90), ("B", 80), ("C", 70), ("D", 95)] {
        shop.variant(name, "base").unwrap();
        measured(name, from);
    }
    ["A", "B", "C", "D"].iter().for_each(|name| measure(&shop, name, &["errors=0"]));
    set(&shop.on("D").unwrap(), "n", ".n", 1);
    let mut screen = Harness::of(Address::Demo("m".into()), recording, 160, 45);
    screen.keys("6").sees("also measured: main").sees("A ★").sees("inconclusive").sees("worse").sees("stale");
    screen.sees("(n=12, p<0.001)").sees("of #1").sees("? measured at an older version");
    screen.keys("b").sees("Measured on main").lacks("inconclusive");
    screen.keys("j k h l P Esc d Enter 6 b").sees("also measured: main");
}

/// The course of a metric is in the caption of the variants: the figures of each version that was measured, the newest few.
#[test]
fn a_metric_that_was_measured_at_several_versions_shows_its_course() {
    for (times, shown) in [
        (1, None),
        (2, Some("metric 1 of 1 · bold #2 40.5 ms → #3 39.5 ms")),
        (4, Some("bold #2 40.5 ms → #3 39.5 ms → #4 38.5 ms → #5 37.5 ms")),
        (5, Some("bold … → #3 39.5 ms → #4 38.5 ms → #5 37.5 ms → #6 36.5 ms")),
    ] {
        let (recording, shop) = recorded(&["{\"n\":0}"]);
        shop.snapshot(&named("base", None, &[], "")).unwrap();
        measure(&shop, "base", &["p95=41.5ms:lower"]);
        shop.variant("bold", "base").unwrap();
        for time in 0..times {
            set(&shop.on("bold").unwrap(), "tune", ".n", time + 1);
            measure(&shop, "bold", &[&format!("p95={}.5ms", 40 - time)]);
        }
        let mut screen = Harness::of(Address::Demo("m".into()), recording, 120, 36);
        screen.keys("6");
        match shown {
            Some(course) => screen.sees(course),
            None => screen.lacks("bold #2 40.5").sees("metric 1 of 1"),
        };
    }
}

/// Below the table, in a large screen: each bar is to the longest as its figure is to the largest.
#[test]
fn the_metric_of_the_row_is_a_bar_of_its_length_for_each_variant() {
    let mut screen = screen(160, 50);
    for (keys, figures) in [
        ("6", [41.2, 33.0, 22.8, 21.9]),
        ("j", [1180.0, 1310.0, 1742.0, 1760.0]),
        ("j", [0.0, 0.0, 0.0, 3.0]),
        ("j", [80.0, 85.0, 93.0, 96.0]),
    ] {
        let shown = screen.keys(keys).screen();
        assert!(!keys.contains('6') || shown.contains("p95, lower is better"), "{shown}");
        let table = shown.lines().position(|line| line.contains("+ better")).unwrap();
        let bars: Vec<usize> = shown.lines().skip(table + 5).take(4).map(|line| line.matches('█').count()).collect();
        let (longest, largest) = (80.0, figures.into_iter().fold(0.0, f64::max));
        for (bar, figure) in bars.iter().zip(figures) {
            let wanted = f64::from(u32::try_from(*bar).unwrap());
            assert!((wanted - figure / largest * longest).abs() <= 1.0, "{figures:?}: {bars:?}\n{shown}");
        }
    }
    // A verdict has no length; no figures, no bars.
    assert!(!screen.keys("j").screen().contains("███"));
    screen.resize(120, 30);
    screen.keys("g g").lacks("is better");
}

#[test]
fn lists_fit_every_size() {
    for keys in ["3", "5 {", "6", "7 j", "6 P", "3 D", "3 r"] {
        let mut screen = screen(120, 36);
        screen.keys(keys);
        for width in (1..=300).step_by(7) {
            for height in [1, 2, 5, 15, 16, 17, 19, 20, 23, 24, 25, 29, 30, 36, 60] {
                screen.resize(width, height);
                let lines = screen.screen();
                assert!(lines.lines().count() <= usize::from(height), "{keys}: {width}x{height}");
                let fits = |line: &str| crate::view::text::width(line) <= usize::from(width);
                assert!(lines.lines().all(fits), "{keys}: {width}x{height}");
            }
        }
    }
}

/// Where one author made all, the title names them, and labels have the room; times that tell nothing have no column.
#[test]
fn what_is_the_same_in_all_rows_has_no_column() {
    let label = |n: usize| format!("change number {n} of several, told in a sentence that needs most of the row");
    for is_other in [false, true] {
        CLOCK.set(0);
        let clock = if is_other { ticking } else { super::harness::noon };
        let recording = Arc::new(Recording::memory().with_clock(clock));
        let tenant = recording.tenant_or_new(&TenantId::from("shop")).unwrap();
        for n in 1..8 {
            let by = if is_other && n % 2 == 0 { "ann" } else { "the release robot" };
            tenant.by(by).set(&label(n), parse(n.to_string().as_bytes()).unwrap()).unwrap();
        }
        let mut screen = Harness::of(Address::Recording("shop.asof".into()), recording, 250, 70);
        if is_other {
            screen.sees(" author").lacks("Transitions by").sees(" after");
        } else {
            screen.sees("Transitions by the release robot").lacks(" author").lacks(" after").sees(&label(7));
        }
    }
}

/// A fact without content has no row.
#[test]
fn a_snapshot_without_a_description_has_no_row_for_one() {
    let mut screen = Harness::of(Address::Demo("fixture".into()), everything(), 120, 36);
    screen.keys("3").sees("│ description  clean cart").keys("j").sees("■ tx-2/validated #12").lacks("│ description");
}
