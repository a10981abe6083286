//! W11: from a key press to the finished frame, on a screen of 200x60 without a terminal.

#[cfg(not(feature = "bench"))]
pub fn steps(table: &mut crate::Table, _: crate::Effort) {
    table.note("W11 skipped: it needs `cargo bench --features bench`");
}

#[cfg(feature = "bench")]
pub use with_screen::steps;

#[cfg(feature = "bench")]
mod with_screen {
    use crate::Effort;
    use crate::adapter::{History, Screen, parse, patch};
    use crate::input::{self, state_text};
    use crate::measure::{Samples, Table};

    /// W11.
    pub fn steps(table: &mut Table, effort: Effort) {
        let (versions, entries) = effort.size((20_000, 100_000), (1_000_000, 1_000_000));
        let long = recorded(1_000, versions);
        rows(table, &format!("{versions} transitions of 1k entries"), &long);
        lanes(table, &format!("{versions} transitions, five lanes"), &long);
        let snapshots = 10_000;
        (0..snapshots).for_each(|n| long.snapshot_at(&format!("s{n}"), 1 + (n * versions / snapshots) as u64));
        strips(table, &format!("{versions} transitions and {snapshots} snapshots"), &long);
        let large = recorded(entries, 200);
        rows(table, &format!("{entries} entries"), &large);
    }

    fn recorded(entries: usize, versions: usize) -> History {
        let history = History::memory().with(parse(state_text(entries).as_bytes()).unwrap());
        input::steps(entries, versions).into_iter().for_each(|step| history.apply(&patch(step)));
        history
    }

    /// With five lanes pinned: a number, its truth, a text, and two that change twenty times as often.
    fn lanes(table: &mut Table, what: &str, history: &History) {
        let mut screen = Screen::of(history);
        let sum = (1..=20).map(|entry| format!(".entries.e{entry:07}.n")).collect::<Vec<_>>().join(" + ");
        let lanes = [
            ".entries.e0000042.n".to_owned(),
            ".entries.e0000042.n < 500000".to_owned(),
            ".entries.e0000007.name".to_owned(),
            sum.clone(),
            format!("if ({sum}) % 2 == 0 then \"even\" else \"odd\" end"),
        ];
        for lane in &lanes {
            screen.press(&format!(": {} Enter", typed(&format!("lane {lane}"))));
        }
        assert_eq!(screen.lanes(), lanes.len());
        for (zoom, keys) in [("whole", "0"), ("zoomed", "g p 5 0 Enter + + + +")] {
            screen.press(keys);
            for (name, key) in [("step back", ","), ("step forward", "."), ("page down", "PgDn"), ("row up", "Up")] {
                let samples = Samples::each(150, || screen.press(key));
                table.times(&format!("W11 {name}, {zoom}, {what}"), &samples, None);
                table.times("W11 the same, p99", &Samples::of([samples.quantile(0.99)]), None);
            }
            let samples = Samples::each(150, || screen.strip());
            table.times(&format!("W11 timeline, {zoom}, {what}"), &samples, None);
        }
    }

    /// The keys that write a text.
    fn typed(text: &str) -> String {
        let key = |letter: char| if letter == ' ' { "Space".to_owned() } else { letter.to_string() };
        text.chars().map(key).collect::<Vec<_>>().join(" ")
    }

    /// The timeline alone: on both axes, whole and zoomed.
    fn strips(table: &mut Table, what: &str, history: &History) {
        let mut screen = Screen::of(history);
        for (axis, other) in [("index", ""), ("time", "X")] {
            for (zoom, keys) in [("whole", "0"), ("zoomed", "+ + + +")] {
                screen.press(&format!("g p 5 0 Enter {keys} {}", if zoom == "whole" { other } else { "" }));
                assert!(screen.strip() > 10, "columns are there");
                let samples = Samples::each(150, || screen.strip());
                table.times(&format!("W11 timeline, {axis} axis, {zoom}, {what}"), &samples, None);
            }
        }
        let samples = Samples::each(150, || screen.press(","));
        table.times(&format!("W11 step back, {what}"), &samples, None);
    }

    fn rows(table: &mut Table, what: &str, history: &History) {
        let mut screen = Screen::of(history);
        assert!(screen.press(",") > 1_000, "something is drawn");
        for (name, key) in [("step back", ","), ("step forward", "."), ("row down", "j")] {
            let samples = Samples::each(150, || screen.press(key));
            table.times(&format!("W11 {name}, {what}"), &samples, None);
            table.times("W11 the same, p99", &Samples::of([samples.quantile(0.99)]), None);
        }
        let mut share = (0..100_u32).map(|at| at * 37 % 100).cycle();
        let jumps = Samples::each(100, || {
            let digits: Vec<String> = share.next().unwrap().to_string().chars().map(|c| c.to_string()).collect();
            screen.press(&format!("g p {} Enter", digits.join(" ")))
        });
        table.times(&format!("W11 jump to a percent, {what}"), &jumps, None);
        table.times("W11 the same, p99", &Samples::of([jumps.quantile(0.99)]), None);
    }
}
