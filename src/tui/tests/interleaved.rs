//! Random events on two recordings of several tenants, opened after one another, while every task is held and its answers
//! come in random order, and others write meanwhile. What holds all the time: a write goes to the tenant that its question
//! names; a frame is what a fresh drawing of it would be; what an open box says is so; nothing is lost at the end.
//!
//! The events follow from a seed. `ASOF_RANDOM_EVENTS` runs more or fewer.

use super::harness::{Files, Harness, Held};
use super::random::keys;
use crate::dice::Dice;
use crate::history::Strategy;
use crate::record::{Position, TenantId, Version};
use crate::recording::{Recording, SnapshotRequest, Tenant};
use crate::source::Address;
use crate::tui::dialog::Dialog;
use crate::tui::draw::{draw, paint};
use crate::tui::job::{Job, Life, Report, TaskMessage};
use crate::tui::key::Key;
use crate::value::parse;
use crate::view::text::visible;
use crossterm::event::{MouseButton, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Position as Place;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Events in all; CI asks for 200,000.
const EVENTS: usize = 12_000;
/// Events between two beginnings.
const EPISODE: usize = 1500;
/// Histories that never end would find nothing new.
const MOST_VERSIONS: u64 = 300;

/// What a person does in one go, so that questions are opened, put aside and answered often.
const GOES: &[&str] = &[
    "R",
    "y",
    "y",
    "d",
    "Esc",
    "q",
    "n",
    "t Down Enter",
    "t Up Enter",
    "t Enter",
    ", ,",
    ". .",
    "g g",
    "G",
    "s x Enter",
    "s n Enter",
    "u",
    "u",
    "U",
    "3",
    "3 D",
    "3 r",
    "3 d",
    "1",
    "2",
    "5",
    "6",
    "7",
    "7 j Enter",
    "j W",
    "] c",
    "[ c",
    "/ a Enter",
    "p",
    "K",
    "F",
    ": Enter",
    ": c o m p a c t Enter",
    ": f o r k Space f Enter",
    "y y",
    "e",
    "m a",
    "' a",
    ": r o l l b a c k Space 2 Enter",
    ": h a s h Enter",
    ": e x p o r t Space HOME Enter",
    "R d",
    "R d t Down Enter Esc y",
    "R Tab x Enter y",
    "Ctrl-l",
    "?",
    "Enter",
];

#[derive(Debug, Clone)]
enum Happening {
    Go(&'static str),
    Key(Key),
    Mouse(MouseEventKind, Place),
    Wait(u64),
    Release(usize),
    Outside(usize, usize),
    Follow,
    Open,
    Leave,
}

fn happening(dice: &mut Dice, keys: &[Key]) -> Happening {
    match dice.index(1000) {
        0..220 => Happening::Go(GOES[dice.index(GOES.len())]),
        220..400 => Happening::Key(*dice.pick(keys)),
        400..450 => {
            let kinds = [
                MouseEventKind::Down(MouseButton::Left),
                MouseEventKind::Drag(MouseButton::Left),
                MouseEventKind::Up(MouseButton::Left),
                MouseEventKind::ScrollUp,
                MouseEventKind::Moved,
            ];
            Happening::Mouse(*dice.pick(&kinds), Place::new(dice.index(120) as u16, dice.index(36) as u16))
        }
        450..480 => Happening::Wait(dice.index(700) as u64),
        480..880 => Happening::Release(dice.index(1 << 20)),
        880..940 => Happening::Outside(dice.index(3), dice.index(6)),
        940..990 => Happening::Follow,
        990..995 => Happening::Open,
        _ => Happening::Leave,
    }
}

/// Two recordings, and handles of others on them.
struct World {
    home: PathBuf,
    screen: Harness,
    terminal: Terminal<TestBackend>,
    /// The other side's handles, by the letter of the recording.
    others: BTreeMap<char, Vec<Tenant>>,
    open: char,
    exports: usize,
}

fn directory(home: &Path, letter: char) -> PathBuf {
    home.join(format!("{letter}.asof"))
}

fn fill(home: &Path, letter: char) {
    let recording = Recording::create(&directory(home, letter)).unwrap();
    for number in 0..3 {
        let tenant = recording.tenant_or_new(&TenantId::from(format!("{letter}{number}").as_str())).unwrap();
        for n in 0..8 + 3 * number {
            let state = format!(r#"{{"n":{n},"a":{{"k":{},"text":"{letter}"}},"list":[{n},{number}]}}"#, n / 3);
            tenant.set("step", parse(state.as_bytes()).unwrap()).unwrap();
        }
        let request = SnapshotRequest { name: Some("mark".into()), version: Some(Version(3)), ..Default::default() };
        tenant.snapshot(&request).unwrap();
        tenant.rollback(&Strategy::Version(Version(2)), "begin").unwrap();
    }
}

impl World {
    fn new(home: &Path, open: char) -> Self {
        let others = ['a', 'b'].map(|letter| {
            if !directory(home, letter).exists() {
                fill(home, letter);
            }
            let recording = Recording::open(&directory(home, letter)).unwrap();
            let tenants = recording.tenants().unwrap();
            (letter, tenants.iter().map(|id| recording.tenant(id).unwrap()).collect())
        });
        let mut screen = Harness::opened(Address::Recording(directory(home, open)), 120, 36);
        screen.files = Files::Within(home.to_owned());
        screen.hold_all();
        let terminal = Terminal::new(TestBackend::new(120, 36)).unwrap();
        Self { home: home.to_owned(), screen, terminal, others: others.into(), open, exports: 0 }
    }

    /// The newest record of every tenant of both recordings, as another process sees it.
    fn positions(&self) -> BTreeMap<String, Position> {
        let position = |tenant: &Tenant| {
            tenant.catch_up().unwrap();
            (tenant.id().to_string(), tenant.history().position())
        };
        self.others.values().flatten().map(position).collect()
    }

    /// Whose a write would have to be that a key asks for now: the open question's, else the tenant shown.
    fn asked(&self) -> Option<String> {
        let workspace = &self.screen.app.workspace;
        let boxed = self.screen.app.dialog.as_ref();
        let session = match boxed.and_then(|boxed| boxed.owner.session()) {
            Some(id) => workspace.of(id)?,
            None => self.screen.app.session()?,
        };
        let name = session.tenant.id().to_string();
        // What the box says is what the person agrees to.
        if let Some(Dialog::Rollback(_)) = boxed.map(|boxed| &boxed.dialog) {
            assert!(self.screen.screen().contains(&format!("{} / ", visible(&name))), "the box names {name}");
        }
        Some(name)
    }

    /// Writes that have begun, but not been done.
    fn writes(&self) -> Vec<(crate::tui::task::TaskId, String, PathBuf)> {
        let waiting = self.screen.held.iter().filter_map(|held| match held {
            Held::Waiting(task) => match &task.job {
                Job::Write { tenant, recording, .. } => {
                    Some((task.id, tenant.id().to_string(), recording.directory().unwrap_or_default()))
                }
                _ => None,
            },
            Held::Done(_) => None,
        });
        waiting.collect()
    }

    /// Presses keys one by one: every write that one of them begins is for the tenant that was asked about.
    fn press(&mut self, keys: &[Key]) {
        for key in keys {
            let (asked, before) = (self.asked(), self.writes());
            let open = directory(&self.home, self.open);
            let effects = self.screen.app.key(*key).unwrap_or_default();
            self.screen.perform(effects);
            for (_, tenant, recording) in self.writes().into_iter().filter(|write| !before.contains(write)) {
                assert_eq!(Some(&tenant), asked.as_ref(), "{key}: a write goes to the tenant that its question names");
                assert_eq!(recording, open, "{key}: and to the recording that is open");
            }
        }
    }

    /// Whether a frame can be compared afterwards: the screen was told what changed.
    fn happen(&mut self, happening: &Happening) -> bool {
        match happening {
            Happening::Go(keys) => {
                self.exports += 1;
                let path = self.home.join(format!("{}.jsonl", self.exports)).display().to_string();
                let path: Vec<String> = path.chars().map(String::from).collect();
                let keys = keys.replace("HOME", &path.join(" "));
                self.press(&Key::parse_sequence(&keys).unwrap());
            }
            Happening::Key(key) => self.press(&[*key]),
            Happening::Mouse(kind, at) => drop(self.screen.mouse(*kind, *at)),
            Happening::Wait(ms) => drop(self.screen.wait(Duration::from_millis(*ms))),
            Happening::Release(which) => return self.release(*which),
            Happening::Outside(which, how) => {
                self.write_outside(*which, *how);
                return false;
            }
            Happening::Follow => {
                let Some(task) = self.screen.follower() else { return false };
                let sessions = &self.screen.app.workspace.sessions;
                sessions.iter().for_each(|session| _ = session.tenant.catch_up().unwrap());
                self.screen.message(TaskMessage { task, report: Report::Followed(Life::Live) });
            }
            Happening::Open => {
                self.open = if self.open == 'a' { 'b' } else { 'a' };
                self.screen.open(Address::Recording(directory(&self.home, self.open)));
            }
            Happening::Leave => return self.leave(),
        }
        true
    }

    /// One held task goes a step on. A write changes nothing but the tenant that it is for.
    fn release(&mut self, which: usize) -> bool {
        let Some(which) = which.checked_rem(self.screen.held.len()) else { return false };
        let told = matches!(self.screen.held[which], Held::Done(_));
        let writes_to = match &self.screen.held[which] {
            Held::Waiting(task) => match &task.job {
                Job::Write { tenant, .. } => Some(tenant.id().to_string()),
                _ => None,
            },
            Held::Done(_) => None,
        };
        let before = writes_to.as_ref().map(|_| self.positions());
        self.screen.release(which);
        if let (Some(tenant), Some(mut before)) = (writes_to, before) {
            let mut after = self.positions();
            before.remove(&tenant);
            after.remove(&tenant);
            assert_eq!(before, after, "a write to {tenant} changes nothing else");
        }
        told
    }

    fn write_outside(&mut self, which: usize, how: usize) {
        let Some(tenant) = self.others.get(&self.open).and_then(|tenants| tenants.get(which)) else { return };
        tenant.catch_up().unwrap();
        let newest = tenant.history().newest();
        if newest.0 > MOST_VERSIONS {
            return;
        }
        let to = Version(u64::midpoint(tenant.history().first().0, newest.0));
        // What is refused (the head itself, a snapshot that is gone) is an answer too.
        match how {
            0 => _ = tenant.rollback(&Strategy::Version(to), "outside"),
            1 => _ = tenant.snapshot(&SnapshotRequest { version: Some(to), ..Default::default() }),
            2 => {
                let id = tenant.history().marks().listed().first().map(|snapshot| snapshot.id);
                id.into_iter().for_each(|id| _ = tenant.delete_snapshot(id));
            }
            _ => _ = tenant.set("outside", parse(format!("{{\"n\":{}}}", newest.0).as_bytes()).unwrap()),
        }
    }

    /// Ends and begins anew: nothing that must finish is lost without being asked about, and no part of a file is left.
    fn leave(&mut self) -> bool {
        self.screen.outside.clear();
        self.press(&Key::parse_sequence("Esc Esc Esc Ctrl-c").unwrap());
        let asked = self.screen.app.dialog.as_ref().is_some_and(|boxed| matches!(boxed.dialog, Dialog::Leaving(_)));
        assert!(asked || quits(&self.screen));
        assert_eq!(asked, self.screen.app.tasks.unfinished().next().is_some(), "asked where something must finish");
        let mut rounds = 0;
        while !quits(&self.screen) && asked {
            assert!(rounds < 10_000 && !self.screen.held.is_empty(), "what must finish, finishes");
            rounds += 1;
            self.screen.release(0);
            // A write that has failed is shown instead.
            if !self.screen.app.dialog.as_ref().is_some_and(|boxed| matches!(boxed.dialog, Dialog::Leaving(_))) {
                break;
            }
        }
        if quits(&self.screen) {
            assert!(self.screen.app.tasks.unfinished().next().is_none(), "nothing is lost");
            let acknowledged = self.screen.app.workspace.sessions.iter().map(|session| {
                let held = session.tenant.history().position();
                (session.tenant.id().to_string(), held)
            });
            let there = self.positions();
            for (tenant, held) in acknowledged {
                assert!(there.get(&tenant).is_some_and(|there| *there >= held), "{tenant}: what was written is there");
            }
        }
        let unfinished = std::fs::read_dir(&self.home).unwrap().filter_map(Result::ok);
        let left: Vec<_> = unfinished.filter(|entry| entry.file_name().to_string_lossy().contains(".asof-")).collect();
        assert!(left.is_empty(), "no part of a file is left: {left:?}");
        *self = Self::new(&self.home.clone(), self.open);
        true
    }

    /// What must be true whatever happened.
    fn holds(&mut self, followed: bool) {
        let app = &self.screen.app;
        for session in &app.workspace.sessions {
            assert!(session.tenant.id().0.starts_with(self.open), "no tenant of another recording");
        }
        let mut effects = Vec::new();
        self.terminal.draw(|frame| effects = draw(&mut self.screen.app, frame)).unwrap();
        let app = &self.screen.app;
        let mut fresh = Buffer::empty(app.map.area);
        paint(app, app.map.area, &mut fresh);
        assert_eq!(self.terminal.backend().buffer(), &fresh, "the frame is what a fresh drawing would be");
        self.screen.perform(effects);
        let app = &self.screen.app;
        let Some(id) = app.dialog.as_ref().and_then(|boxed| boxed.owner.session()) else { return };
        let mut running = app.tasks.all();
        let planned = running.any(|(_, task)| format!("{:?}", task.kind) == "Plan" && task.owner == id.into());
        let newest = app.workspace.of(id).map(|session| session.history().revision());
        let is_new = app.dialog.as_ref().map(|boxed| boxed.at) == newest;
        assert!(is_new || planned || !followed, "what an open box says is looked up when others have written");
        if is_new && !planned && app.fresh_box().is_some() {
            assert_eq!(self.screen.screen(), self.screen.fresh_box(), "what an open box says is so");
        }
    }
}

fn quits(screen: &Harness) -> bool {
    screen.outside.iter().any(|effect| effect.starts_with("quit"))
}

fn run(seed: u64) {
    let wanted = std::env::var("ASOF_RANDOM_EVENTS").ok().and_then(|count| count.parse().ok());
    let events = wanted.unwrap_or(EVENTS) / 2;
    let (mut dice, keys) = (Dice(seed), keys());
    let mut done = 0;
    while done < events {
        let home = tempfile::tempdir().unwrap();
        let mut world = World::new(home.path(), 'a');
        let mut last: Vec<Happening> = Vec::new();
        for _ in 0..EPISODE.min(events - done) {
            let next = happening(&mut dice, &keys);
            last.push(next.clone());
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                let told = world.happen(&next);
                if quits(&world.screen) {
                    world = World::new(home.path(), world.open);
                } else if told {
                    world.holds(matches!(next, Happening::Follow));
                }
            }));
            let from = last.len().saturating_sub(40);
            assert!(outcome.is_ok(), "seed {seed:#x}, event {done}; the last ones: {:#?}", &last[from..]);
            world.screen.outside.clear();
            world.screen.kept.clear();
            done += 1;
        }
    }
}

#[test]
fn answers_come_in_any_order_and_nothing_is_answered_for_another() {
    run(0x0f_f1ce);
}

#[test]
fn answers_come_in_any_other_order_too() {
    run(0xca_b1e5);
}
