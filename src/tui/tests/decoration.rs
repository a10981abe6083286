//! What is data is never taken for decoration: every view and every box, filled with data that is made of signs.

use super::harness::{Harness, noon};
use crate::record::{Goal, Metric, TenantId, Version};
use crate::recording::{Recording, SnapshotRequest};
use crate::source::Address;
use crate::tui::draw::text_of;
use crate::tui::glyphs::Glyphs;
use crate::value::parse;
use ratatui::buffer::Buffer;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Before each text of signs stands a pair of letters that says what it is.
const KINDS: [&str; 14] = ["Tq", "Lq", "Sq", "Gq", "Dq", "Aq", "Bq", "Kq", "Vq", "Xq", "Pq", "Eq", "Mq", "Rq"];

/// The signs that follow: none looks like what stands for it.
const SIGNS: &str = "─│●→…▲◆✓";

fn text(kind: &str) -> String {
    assert!(KINDS.contains(&kind));
    format!("{kind}{SIGNS}")
}

fn full(width: u16, height: u16) -> Harness {
    let recording = Arc::new(Recording::memory().with_clock(noon));
    for name in [text("Tq"), "other".to_owned()] {
        let tenant = recording.tenant_or_new(&TenantId::from(name.as_str())).unwrap().by(&text("Aq"));
        for n in 0..4u64 {
            let (key, value) = (text("Kq"), text("Vq"));
            let state =
                format!(r#"{{"{key}":{n},"list":[{{"id":"{value}","v":{n}}},{{"id":"b","v":1}}],"s":"{value}{n}"}}"#);
            tenant.set(&text("Lq"), parse(state.as_bytes()).unwrap()).unwrap();
        }
        let request = SnapshotRequest {
            name: Some(text("Sq").as_str().into()),
            version: Some(Version(2)),
            description: text("Dq").as_str().into(),
            tags: vec![text("Gq").as_str().into()],
        };
        tenant.snapshot(&request).unwrap();
        let failed = tenant
            .transaction(&text("Xq"))
            .step(&text("Pq"), |draft| Ok(draft.set(".x", &1)?))
            .step(&(text("Pq") + "2"), |_| Err(crate::Error::Usage(text("Eq")).into()))
            .run();
        assert!(failed.is_err());
        tenant.variant(&text("Bq"), &text("Sq")).unwrap();
        let metric = Metric {
            name: text("Mq").as_str().into(),
            value: crate::value::Number::parse("3").unwrap(),
            unit: "".into(),
            goal: Some(Goal::Lower),
        };
        tenant.measure(&text("Bq"), &[metric]).unwrap();
        tenant.rollback(&crate::history::Strategy::Version(Version(2)), &text("Rq")).unwrap();
    }
    Harness::of(Address::Demo("signs".into()), recording, width, height)
}

fn shown(screen: &mut Harness, glyphs: Glyphs) -> String {
    screen.app.setup.look.glyphs = glyphs;
    let mut buffer = Buffer::empty(screen.area);
    crate::tui::draw::paint(&screen.app, screen.area, &mut buffer);
    text_of(&buffer)
}

/// Walks over everything that can be opened; every text of signs is as it was, or escaped, or cut.
#[test]
fn data_is_never_exchanged_in_any_view_or_box() {
    let path = format!("path .\"{}\"", text("Kq"));
    let filter = format!("filter {}", text("Gq"));
    let tenant = format!("goto snap:{}", text("Sq"));
    let search = format!("search {}", text("Vq"));
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (width, height) in [(120, 36), (80, 24)] {
        let mut screen = full(width, height);
        let walk: [(&str, &str); 46] = [
            ("", "z R"),
            (&path, ""),
            ("", "W"),
            ("", "[ c"),
            (&search, ""),
            ("", "Esc"),
            (&tenant, ""),
            ("", "Tab"),
            ("", "Tab"),
            ("", "Tab"),
            ("", "O"),
            ("", "O"),
            ("", "2"),
            ("", "z i"),
            ("", "n"),
            ("", "3"),
            ("", "j"),
            ("", "e"),
            ("", "Esc"),
            (&filter, ""),
            ("", "Esc Esc"),
            ("", "5"),
            ("", "Tab"),
            ("", "j"),
            ("", "6"),
            ("", "j"),
            ("", "P"),
            ("", "Esc"),
            ("", "7"),
            ("", "j"),
            ("", "d"),
            ("", "Esc Esc 1"),
            ("goto 3", ""),
            ("", "R"),
            ("", "Esc"),
            ("", "t"),
            ("", "Esc"),
            ("", "?"),
            ("", "Esc"),
            (": r o l l", ""),
            ("", "u"),
            ("", "'"),
            ("", "Esc"),
            ("messages", ""),
            ("", "Esc"),
            ("diff 1 4", ""),
        ];
        for (command, keys) in walk {
            screen.app.setup.look.glyphs = Glyphs::Blocks;
            if !command.is_empty() && !command.starts_with(':') {
                screen.command(command);
            }
            if !keys.is_empty() {
                screen.keys(keys);
            }
            let blocks = shown(&mut screen, Glyphs::Blocks);
            seen.extend(KINDS.iter().copied().filter(|kind| blocks.contains(&text(kind)[..])));
            for glyphs in [Glyphs::Ascii, Glyphs::Narrow] {
                let frame = shown(&mut screen, glyphs);
                for (at, kind) in KINDS.iter().flat_map(|kind| frame.match_indices(kind)) {
                    let after = &frame[at + kind.len()..];
                    let whole = after.starts_with("\\u{2500}") || after.starts_with("\\u{") && glyphs == Glyphs::Narrow;
                    let cut = after.starts_with(['.', '\\', '…', ' ', '|', '│', '\n', '+', '┌', '└']);
                    let typed = after.starts_with('\u{2500}') && glyphs == Glyphs::Narrow;
                    assert!((whole || cut) && !typed, "{glyphs:?} {command} {keys} {width}: {kind}\n{frame}\n{blocks}");
                }
            }
        }
    }
    // The reason of a rollback is cut wherever it stands beside its version.
    let missing: Vec<_> = KINDS.iter().filter(|kind| **kind != "Rq" && !seen.contains(*kind)).collect();
    assert!(missing.is_empty(), "never shown whole: {missing:?}");
}

/// The same frame with the signs, and with what stands for them in ASCII: they never look alike.
#[test]
fn signs_and_what_stands_for_them_look_different_everywhere() {
    let ascii = "-|*->...^Nv";
    let frame = |label: &str, glyphs| {
        let recording = Arc::new(Recording::memory().with_clock(noon));
        let tenant = recording.tenant_or_new(&TenantId::from(label)).unwrap();
        tenant.set(label, parse(format!(r#"{{"{label}":"{label}"}}"#).as_bytes()).unwrap()).unwrap();
        let mut screen = Harness::of(Address::Demo("signs".into()), recording, 120, 36);
        shown(&mut screen, glyphs)
    };
    for glyphs in [Glyphs::Ascii, Glyphs::Narrow, Glyphs::Braille, Glyphs::Blocks] {
        let (signs, letters) = (frame(SIGNS, glyphs), frame(ascii, glyphs));
        for (signs, letters) in signs.lines().zip(letters.lines()).filter(|(_, letters)| letters.contains(ascii)) {
            assert_ne!(signs, letters, "{glyphs:?}");
        }
    }
}

#[test]
fn messages_and_problems_keep_what_they_quote() {
    for quoted in [SIGNS, "…", "a → b", "x  y", "●●"] {
        let mut screen = Harness::states(&["1"], 120, 36);
        screen.app.messages.failure(format!("no such file: {quoted}"));
        let frame = shown(&mut screen, Glyphs::Ascii);
        let escaped: String = quoted
            .chars()
            .map(|char| if char.is_ascii() { char.to_string() } else { format!("\\u{{{:x}}}", u32::from(char)) })
            .collect();
        assert!(frame.contains(&escaped), "{escaped}\n{frame}");
    }
}
