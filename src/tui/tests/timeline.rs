//! The timeline, on a recording of three bursts of work with hours of nothing between, a failed step and a rollback.

use super::harness::Harness;
use super::views::check as screen_check;
use crate::history::Strategy;
use crate::record::{TenantId, Time, Version};
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::source::Address;
use crate::tui::action::{ACTIONS, Action, Spec};
use crate::tui::glyphs::Glyphs;
use crate::tui::job::{Life, Report};
use crate::tui::settings::{OPTIONS, OptionName, OptionOrigin};
use crate::value::parse;
use crate::view::Sign;
use crate::view::timeline::{Hue, WORDS};
use crossterm::event::{MouseButton, MouseEventKind};
use ratatui::layout::Position;
use std::cell::Cell;
use std::fmt::Write as _;
use std::sync::Arc;

thread_local! {
    /// Milliseconds; each test has its own.
    static NOW: Cell<i64> = const { Cell::new(0) };
}

fn now() -> Time {
    Time::from_timestamp_millis(1_760_000_000_000 + NOW.get()).unwrap()
}

/// Versions with a wait before each, and some keys changed in each.
fn work(tenant: &Tenant, count: u64) {
    for n in 0..count {
        let newest = tenant.history().newest().0;
        NOW.set(NOW.get() + 40 + i64::try_from(newest * newest % 977).unwrap());
        let mut state = format!("{{\"n\":{newest}");
        for key in 0..newest * 7 % 23 * u64::from(n % 5 > 0) + u64::from(n % 40 == 9) * 90 {
            let _ = write!(state, ",\"k{key}\":{newest}");
        }
        tenant.set("work", parse(format!("{state}}}").as_bytes()).unwrap()).unwrap();
    }
}

fn wait(hours: i64, minutes: i64) {
    NOW.set(NOW.get() + (hours * 60 + minutes) * 60_000);
}

fn mark(tenant: &Tenant, name: Option<&str>, version: u64) {
    let (name, version) = (name.map(Into::into), Some(Version(version)));
    tenant.snapshot(&SnapshotRequest { name, version, ..Default::default() }).unwrap();
}

fn recorded(place: Recording) -> (Arc<Recording>, Tenant) {
    NOW.set(0);
    let recording = Arc::new(place.with_clock(now));
    let tenant = recording.tenant_or_new(&TenantId::from("shop")).unwrap();
    work(&tenant, 180);
    wait(3, 12);
    work(&tenant, 90);
    let mut pay = tenant.transaction("pay").step("capture", |_| Err("declined".into()));
    pay.run().unwrap_err();
    work(&tenant, 100);
    wait(9, 0);
    work(&tenant, 40);
    tenant.rollback(&Strategy::Version(Version(350)), "").unwrap();
    work(&tenant, 60);
    mark(&tenant, Some("release 1"), 120);
    mark(&tenant, None, 121);
    mark(&tenant, None, 240);
    (recording, tenant)
}

fn shown(width: u16, height: u16) -> (Harness, Tenant) {
    let (recording, tenant) = recorded(Recording::memory());
    (Harness::of(Address::Recording("shop.asof".into()), recording, width, height), tenant)
}

/// The same by version, as if a person had chosen it before.
fn shown_by_version(width: u16, height: u16) -> (Harness, Tenant) {
    let (mut screen, tenant) = shown(width, height);
    screen
        .app
        .setup
        .config
        .settings
        .set(&OPTIONS[OptionName::Axis as usize], "version", OptionOrigin::Flag("axis"))
        .unwrap();
    screen.resize(width, height);
    (screen, tenant)
}

/// Keys, and the screen they lead to, at two sizes and in three glyph sets.
#[test]
fn strips_on_both_axes_in_three_glyph_sets() {
    for (name, keys) in
        [("index", "X g i 2 9 0 Enter"), ("time", "X X g i 2 9 0 Enter"), ("zoomed", "X X g i 4 6 0 Enter + +")]
    {
        for (width, height) in [(120, 36), (80, 24)] {
            for (set, glyphs) in [("blocks", Glyphs::Blocks), ("braille", Glyphs::Braille), ("ascii", Glyphs::Ascii)] {
                let (mut screen, _) = shown(width, height);
                screen.app.setup.look.glyphs = glyphs;
                screen.keys(keys).app.setup.look.glyphs = glyphs;
                screen_check(&format!("timeline-{name}-{set}-{width}x{height}"), &screen);
            }
        }
    }
}

/// Ends in the first column stand beside each other, A first; one that is before the window is not there.
#[test]
fn the_ends_at_the_left_edge_stand_side_by_side() {
    for (width, height) in [(80, 24), (120, 36), (160, 50), (200, 60)] {
        let (mut screen, _) = shown_by_version(width, height);
        for (at, ends) in [(2, "AB"), (1, "B")] {
            let shown = screen.command(&format!("goto {at}")).screen();
            let begins = |line: &str| line.trim_start_matches('│').starts_with(ends);
            assert!(shown.lines().any(begins), "{ends} at {width}x{height}\n{shown}");
        }
    }
}

/// Where one row would cut labels of single versions, every second one stands in a row of its own, as far as there are rows.
#[test]
fn labels_of_versions_have_two_rows_where_one_would_cut_them() {
    let labels =
        ["initial state", "release 1.0.0", "sessions added", "features enabled", "release 2.0.0", "batch cache", "x"];
    for (width, height) in [(80, 24), (120, 36), (160, 50), (250, 70)] {
        let recording = Arc::new(Recording::memory());
        let tenant = recording.tenant_or_new(&TenantId::from("shop")).unwrap();
        labels.iter().enumerate().for_each(|(at, label)| _ = tenant.set(label, (at as i64).into()).unwrap());
        let screen = Harness::of(Address::Recording("shop.asof".into()), recording, width, height);
        let shown = screen.screen();
        let strip = shown.split_once("Transitions").unwrap().0;
        assert!(labels.iter().all(|label| strip.contains(label)), "{width}x{height}\n{shown}");
    }
}

#[test]
fn the_time_axis_is_walked_by_keys_and_mouse() {
    let (mut screen, _) = shown(120, 36);
    screen.sees("by time (auto)").keys("X").sees("by version").lacks("(auto)");
    screen
        .keys("X")
        .sees("by time (auto) ·")
        .sees("bar height: versions per column")
        .sees("3h12 idle")
        .sees("gaps over");
    screen.keys("g g").sees("#1/").keys("] g").sees("#181/").sees("#181 came after 3h12 of idle time");
    screen.keys("] g").sees("#371/").sees("9h00").keys("] g").sees("No later long gap").keys("[ g").sees("#181/");
    screen.keys("[ g").sees("No earlier long gap").keys("X").sees("by version").keys("G [ g").sees("#371/");
    // A click means what was the case at that time.
    screen.keys("X 0 g g");
    let row = screen.place("┃").y;
    let fold = screen.place("┊ 3h12 idle");
    let click = |screen: &mut Harness, x: u16| {
        let at = Position::new(x, row);
        screen.mouse(MouseEventKind::Down(MouseButton::Left), at).mouse(MouseEventKind::Up(MouseButton::Left), at);
        screen.cursor()
    };
    assert_eq!((click(&mut screen, 1), click(&mut screen, 118)), (16, 471));
    let before = click(&mut screen, fold.x);
    assert!((100..=180).contains(&before), "{before}");
    let at = Position::new(fold.x + 20, row);
    screen.mouse(MouseEventKind::ScrollUp, at).sees("zoom 1/").mouse(MouseEventKind::ScrollDown, at).lacks("zoom 1/");
    screen.keys(",").sees("┃");
}

#[test]
fn densities_are_chosen_by_name_and_completed() {
    let (mut screen, _) = shown_by_version(120, 36);
    for (word, caption) in [
        ("bytes", "bar height: state size"),
        ("latency", "bar height: longest gap"),
        ("errors", "bar height: errors"),
        ("count", "bar height: versions per column"),
        ("keys", "bar height: keys changed"),
    ] {
        screen.command(&format!("density {word}")).sees(caption).sees(&format!("density = {word}"));
    }
    screen.command("density auto").sees("keys changed").keys("X").sees("versions per column");
    screen.command("density heat").sees("density must be auto, keys, bytes, count, latency or errors, not \"heat\"");
    screen.keys(":").text("density l").sees("density latency").keys("Esc");
    let row = ACTIONS.iter().find(|spec| spec.action == Action::Density);
    assert_eq!(row.map(Spec::form), Some(format!("[{}]", WORDS.join("|"))));
}

#[test]
fn kept_branches_are_left_out_and_come_back() {
    let (mut screen, _) = shown_by_version(120, 36);
    screen
        .sees("4 versions/col")
        .command("kept-branches")
        .sees("kept branches hidden")
        .sees("Kept branches are hidden");
    while !screen.screen().contains("[Timeline]") {
        screen.keys("Tab");
    }
    screen.keys("z b").lacks("hidden").sees("dotted").sees("main~1 kept (60)");
}

#[test]
fn the_window_goes_to_the_ends() {
    let (mut screen, _) = shown(120, 36);
    screen.keys("g i 1 0 0 Enter a g i 1 4 0 Enter b g g Z").sees("The timeline shows A #100 to B #140");
    screen.sees("zoom 2/2").sees("A░").sees("░B").keys("0").lacks("zoom ");
    screen
        .command("zoom ends")
        .sees("zoom 2/2")
        .command("zoom sideways")
        .sees("write in, out, all or ends; or two moments");
    screen.keys("0").command("zoom 140 #100").sees("The timeline shows #140 to #100").sees("zoom 2/2");
    screen
        .keys("0")
        .command("zoom @2026 head")
        .sees("The timeline shows #")
        .command("zoom @2026-13 head")
        .sees("not a time; times are");
    screen.command("zoom 1 2 3").sees("or two moments");
}

#[test]
fn the_largest_change_is_gone_to_and_then_the_next() {
    let (mut screen, tenant) = shown(120, 36);
    let history = tenant.history();
    let mut by_size: Vec<(u64, u64)> = (1..=history.newest().0)
        .map(|n| {
            let counts = history.info(Version(n)).unwrap().counts;
            (n, [counts.added, counts.changed, counts.removed, counts.moved].map(u64::from).iter().sum())
        })
        .filter(|(_, keys)| *keys > 0)
        .collect();
    by_size.sort_by_key(|(_, keys)| std::cmp::Reverse(*keys));
    for (rank, (version, keys)) in by_size.iter().take(3).enumerate() {
        let unit = if *keys == 1 { "key" } else { "keys" };
        screen
            .command("largest")
            .sees(&format!("#{version}: {keys} {unit} changed, change {} by size in #1", rank + 1));
    }
    let of_zoomed = by_size.iter().find(|(version, _)| (100..=140).contains(version)).unwrap().0;
    screen
        .command("zoom 100 140")
        .command("largest")
        .lacks(&format!("#{}: ", by_size[0].0))
        .sees("change 1 by size in #");
    assert!(screen.app.session().unwrap().cursor.0.abs_diff(of_zoomed) <= 140, "it stays in the window");
}

#[test]
fn who_writes_is_seen_at_the_right_edge() {
    let (mut screen, tenant) = shown(120, 36);
    screen.lacks("▶│").report(Report::Followed(Life::Live));
    screen.sees("▶│").sees("following").sees("● LIVE");
    work(&tenant, 12);
    screen.report(Report::Followed(Life::Live));
    screen.sees("#483/483").keys(", X").sees("▶│").lacks("following");
    work(&tenant, 12);
    screen.report(Report::Followed(Life::Live));
    screen.sees("PAUSED +12 since").keys("g g + +").lacks("▶│");
}

#[test]
fn a_click_on_the_overview_counts_from_what_compaction_left() {
    let home = tempfile::tempdir().unwrap();
    let (recording, tenant) = recorded(Recording::create(&home.path().join("shop.asof")).unwrap());
    tenant.compact(Version(200)).unwrap();
    let mut screen = Harness::of(Address::Recording("shop.asof".into()), recording, 120, 36);
    screen.keys("+ g g").sees("│[").keys("G").sees("]│");
    let overview = screen.place("]│").y;
    for (x, cursor) in [(1, 201), (118, 471), (60, 337)] {
        let at = Position::new(x, overview);
        screen.mouse(MouseEventKind::Down(MouseButton::Left), at).mouse(MouseEventKind::Up(MouseButton::Left), at);
        assert_eq!(screen.cursor(), cursor, "at column {x}");
    }
}

#[test]
fn no_time_no_time_axis() {
    let source = tempfile::NamedTempFile::with_suffix(".jsonl").unwrap();
    std::fs::write(&source, "1\n2\n3\n").unwrap();
    let address = Address::File(source.path().into());
    let recording = crate::source::open(&address).unwrap();
    let go_on = &mut |_| std::ops::ControlFlow::Continue(());
    crate::source::read(&address, &crate::source::Options::default(), &recording, go_on).unwrap();
    let mut screen = Harness::of(address, recording, 120, 36);
    screen
        .keys("X")
        .sees("No version has a time: the timeline is by version only")
        .lacks("by time ·")
        .command("axis time")
        .sees("by version");
    screen.keys("] g").sees("No later long gap");
    let refused = "No version has a time: the timeline is by version only";
    screen.keys("g g").command("set axis time").sees(refused).sees("by version").command("set axis=time").sees(refused);
    screen.command("axis version").sees("axis = version");
}

/// Where nobody chose an axis the history does, and says so; a choice stands until it is left to the history again.
#[test]
fn an_axis_is_chosen_by_itself_until_a_person_chooses() {
    let (mut screen, _) = shown(120, 36);
    screen.sees("by time (auto)").command("set axis").sees("axis = auto: by time, because versions come in bursts");
    screen.command("set density").sees("density = auto: count, by time");
    for (command, said) in [("axis version", "by version"), ("axis time", "by time ·"), ("axis auto", "by time (auto)")]
    {
        screen.command(command).sees(said);
    }
    // Back on the axis that suits, it is again the history that chooses.
    screen.keys("X").sees("by version").keys("X").sees("by time (auto)");
    let mut screen = Harness::guide(120, 36);
    let why = "axis = auto: by version, because there are fewer than 192 versions";
    screen
        .sees("by version")
        .command("set axis")
        .sees(why)
        .keys("X X")
        .sees("by version")
        .command("set axis")
        .sees(why);
}

#[test]
fn a_time_axis_asked_for_at_the_start_is_refused_as_later() {
    let refused = "No version has a time: the timeline is by version only";
    for (times, source) in [
        (false, "1\n2\n"),
        (true, "{\"ts\":\"2026-01-01T10:00:00Z\",\"state\":1}\n{\"ts\":\"2026-01-01T11:00:00Z\",\"state\":2}\n"),
    ] {
        let file = tempfile::NamedTempFile::with_suffix(".jsonl").unwrap();
        std::fs::write(&file, source).unwrap();
        let mut screen = Harness::start(Vec::new(), 120, 36);
        screen
            .app
            .setup
            .config
            .settings
            .set(&OPTIONS[OptionName::Axis as usize], "time", OptionOrigin::Flag("axis"))
            .unwrap();
        screen.open(Address::File(file.path().into()));
        if times {
            screen.lacks(refused).sees("by time");
        } else {
            screen.sees(refused).lacks("by time");
            assert_eq!(screen.app.setup.config.settings.get(OptionName::Axis), "version");
        }
    }
}

#[test]
fn the_pointer_over_a_column_says_what_it_holds() {
    let (mut screen, _) = shown_by_version(120, 36);
    let over = |screen: &mut Harness, x, y| _ = screen.mouse(MouseEventKind::Moved, Position::new(x, y));
    let density = screen.place("┃").y;
    let mark = screen.mark_place("◆");
    over(&mut screen, mark.x, mark.y);
    screen.sees(
        "#120 to #123 · ◆ release 1 · ◇ #121 · 4 transitions · 68 changed keys · up to 189 B · 2025-10-09 08:54:15Z",
    );
    screen.keys("g g").lacks("4 transitions");
    over(&mut screen, 1, density);
    screen.sees("#1 to #3 ·").mouse(MouseEventKind::Moved, Position::new(1, density)).sees("#1 to #3 ·");
    over(&mut screen, 60, 20);
    screen.lacks("#1 to #3 ·").keys("X");
    let fold = screen.place("┊").x;
    over(&mut screen, fold, density);
    screen.sees("3h12 idle, between #180 and #181").keys("X g i 2 7 0 Enter + +");
    let cursor = screen.place("┃");
    over(&mut screen, cursor.x, cursor.y);
    screen.sees("#270 · ! 1 · 2025-10-09 12:07:").sees("Z · work · ").keys("?");
    over(&mut screen, cursor.x, cursor.y);
    screen.lacks("#270 · !").keys("Esc");
}

/// At every size that the program takes there is a strip, and the rows that a large screen has go to it.
#[test]
fn the_timeline_is_there_at_every_size_and_grows_with_it() {
    let mut before = 0;
    for (width, height) in [(60, 16), (80, 24), (120, 30), (120, 36), (160, 48), (250, 70)] {
        let (mut screen, _) = shown(width, height);
        screen.keys("G");
        let screen_text = screen.screen();
        let bars = screen_text.lines().filter(|line| line.contains('┃')).count();
        assert!(bars >= before.max(1), "{width}x{height}: {bars} rows of bars\n{screen_text}");
        before = bars;
        if width >= 120 {
            screen.sees("release 1").sees("◆ snapshot").sees("2025-10-09");
        }
    }
    assert!(before >= 6, "{before}");
}

/// What a rollback left behind is a row of the list, and a click on it leads there.
#[test]
fn versions_left_behind_have_a_row_that_leads_to_them() {
    let (mut screen, _) = shown(120, 36);
    screen.keys("g i 4 1 2 Enter").sees("left on main~1");
    screen.click("left on main~1").sees("#410/").lacks("#411/");
}

/// Where authors and actions are all alike, colours tell what happened to the keys, and the legend says so.
#[test]
fn versions_that_are_called_alike_are_coloured_by_what_happened_to_their_keys() {
    let states = [
        r#"{"a":1}"#,
        r#"{"a":1,"b":1,"c":1}"#,
        r#"{"a":2,"b":2,"c":1}"#,
        r#"{"a":3,"b":3,"c":1}"#,
        r#"{"a":3}"#,
        r#"{"a":4}"#,
    ];
    let mut screen = Harness::states(&states, 250, 70);
    screen.sees("▇ added ▇ changed ▇ removed");
    let theme = screen.app.setup.look.theme;
    let hues: Vec<Hue> = screen.strip().columns.iter().filter_map(|column| column.hue).collect();
    assert!(hues.iter().all(|hue| matches!(hue, Hue::Keys(_))), "{hues:?}");
    for sign in [Sign::Added, Sign::Changed, Sign::Removed] {
        assert!(hues.contains(&Hue::Keys(sign)), "{sign:?} in {hues:?}");
        assert_eq!(theme.hue(Some(Hue::Keys(sign))).fg, theme.sign(sign).fg);
    }
}

/// What has been looked at while it came may be on another axis in the end, and says so; what is followed stays as it is.
#[test]
fn an_axis_that_is_chosen_in_the_end_is_told() {
    for (slow, told) in [(true, true), (false, false)] {
        let (recording, tenant) = recorded(Recording::memory());
        let mut screen = Harness::reading(Address::File("shop.jsonl".into()), recording, 120, 36);
        screen.wait(std::time::Duration::from_millis(if slow { 2_500 } else { 100 }));
        screen.report(Report::Read(Ok(())));
        screen.sees("versions read").sees("by time (auto)");
        let words = "versions read; the timeline is by time now (X changes it back)";
        if told {
            screen.sees(words).keys("X").sees("by version")
        } else {
            screen.lacks("the timeline is by")
        };
        screen.keys("X").command("axis auto").sees("by time (auto)");
        // As many more, all at even distances.
        (0..900).for_each(|_| work(&tenant, 1));
        screen.report(Report::Followed(Life::Live));
        screen.sees("by time (auto)").lacks("the timeline is by");
    }
}
