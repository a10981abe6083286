//! Watched files and growing logs against a list of what was written: each state that stood, in order, and nothing else.

use super::*;
use crate::record::Version;
use crate::source::{Event, Options};
use crate::value::parse;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{FileExt as _, symlink};
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread::JoinHandle;
use std::time::Instant;

/// A program that watches, in this process.
struct Watching {
    home: tempfile::TempDir,
    recording: Arc<Recording>,
    stop: Arc<AtomicBool>,
    said: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<Result<()>>>,
}

impl Watching {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let recording = Arc::new(Recording::memory());
        Self { home, recording, stop: Arc::default(), said: Arc::default(), thread: None }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn append(&self, name: &str, text: &str) {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(self.path(name)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn spawn(&mut self, work: impl FnOnce(&Recording, &mut Tell<'_>) -> Result<()> + Send + 'static) {
        let (recording, stop, said) = (Arc::clone(&self.recording), Arc::clone(&self.stop), Arc::clone(&self.said));
        self.thread = Some(thread::spawn(move || {
            work(&recording, &mut |event| {
                match event {
                    Event::Problem(problem) => said.lock().unwrap().push(problem.why),
                    Event::Note(note, _) => said.lock().unwrap().push(note.why),
                    _ => {}
                }
                if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        }));
    }

    fn watch(&mut self, pattern: &str) {
        let watched = Watched::new([self.path(pattern).to_str().unwrap()]);
        self.spawn(move |recording, tell| watch(&watched, &Options::default(), recording, tell));
    }

    /// The versions of a tenant.
    fn states(&self, tenant: &str) -> Vec<String> {
        let Ok(tenant) = self.recording.tenant(&tenant.into()) else { return Vec::new() };
        let history = tenant.history();
        (1..=history.newest().0).map(|n| tenant.value_at(Version(n)).unwrap().to_json()).collect()
    }

    /// Waits until there are so many versions.
    #[track_caller]
    fn wait_for(&self, tenant: &str, count: usize) {
        self.until(|it| it.states(tenant).len() >= count);
    }

    #[track_caller]
    fn until(&self, is_so: impl Fn(&Self) -> bool) {
        let end = Instant::now() + Duration::from_mins(2);
        while !is_so(self) {
            assert!(Instant::now() < end, "{:?} {:?}", self.recording.tenants(), self.said.lock().unwrap());
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn stop(&mut self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap().unwrap();
        self.said.lock().unwrap().clone()
    }
}

/// What to do to a file so that it holds a text.
type Writer = (&'static str, fn(&std::path::Path, &str));

const WRITERS: [Writer; 6] = [
    ("truncate", |path, text| fs::write(path, text).unwrap()),
    ("in place", |path, text| {
        let file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(path).unwrap();
        let (first, second) = text.as_bytes().split_at(text.len() / 2);
        file.write_all_at(first, 0).unwrap();
        file.write_all_at(second, first.len() as u64).unwrap();
        file.set_len(text.len() as u64).unwrap();
    }),
    ("rename", |path, text| {
        let new = path.with_extension("new");
        fs::write(&new, text).unwrap();
        fs::rename(new, path).unwrap();
    }),
    ("link", |path, text| {
        let (target, new) = (
            path.with_extension(format!("v{}", text.len() * 1000 + text.as_bytes()[5] as usize)),
            path.with_extension("l"),
        );
        fs::write(&target, text).unwrap();
        let _ = fs::remove_file(&new);
        symlink(target.file_name().unwrap(), &new).unwrap();
        fs::rename(new, path).unwrap();
    }),
    ("as an editor", |path, text| {
        // vim: the old file is moved aside, the new one is made, then the old one removed.
        let _ = fs::rename(path, path.with_extension("json~"));
        fs::write(path, text).unwrap();
        let _ = fs::remove_file(path.with_extension("json~"));
    }),
    ("slowly", |path, text| {
        let mut file = fs::File::create(path).unwrap();
        for part in text.as_bytes().chunks(text.len().div_ceil(3)) {
            file.write_all(part).unwrap();
            file.flush().unwrap();
            thread::sleep(Duration::from_millis(10));
        }
    }),
];

#[test]
fn each_content_that_stood_is_a_version_however_it_was_written() {
    let mut watching = Watching::new();
    watching.watch("state.json");
    let mut expected = Vec::new();
    for round in 0..24 {
        let (name, write) = WRITERS[round % WRITERS.len()];
        let text = format!("{{\"n\":{round},\"by\":\"{name}\",\"long\":\"{}\"}}", "x".repeat((round * 7919) % 5000));
        // Each writer finds what another left: a link is followed, or replaced.
        write(&watching.path("state.json"), &text);
        expected.push(parse(text.as_bytes()).unwrap().to_json());
        watching.wait_for("state.json", expected.len());
    }
    assert_eq!(watching.stop(), Vec::<String>::new());
    assert_eq!(watching.states("state.json"), expected);
}

#[test]
fn half_a_text_is_no_version() {
    let mut watching = Watching::new();
    watching.write("a.json", "{\"n\":1}");
    watching.watch("a.json");
    watching.wait_for("a.json", 1);
    for half in ["", "{", "{\"n\":", "{\"n\":2"] {
        let mut file = fs::File::create(watching.path("a.json")).unwrap();
        file.write_all(half.as_bytes()).unwrap();
        file.flush().unwrap();
        thread::sleep(Duration::from_millis(30));
    }
    watching.write("a.json", "{\"n\":2}");
    watching.wait_for("a.json", 2);
    assert_eq!(watching.stop(), Vec::<String>::new());
    assert_eq!(watching.states("a.json"), ["{\"n\":1}", "{\"n\":2}"]);
}

#[test]
fn a_file_may_come_later_and_go_and_be_broken() {
    let mut watching = Watching::new();
    watching.watch("later.json");
    watching.write("other.json", "0");
    watching.write("later.json", "{\"n\":1}");
    watching.wait_for("later.json", 1);
    fs::remove_file(watching.path("later.json")).unwrap();
    watching.wait_for("later.json", 2);
    watching.write("later.json", "{\"n\":1}");
    watching.wait_for("later.json", 3);
    watching.write("later.json", "{\"n\":");
    watching.wait_for("later.json", 4);
    assert_eq!(watching.states("later.json"), ["{\"n\":1}", "null", "{\"n\":1}", "{\"n\":1}"]);
    let said = watching.stop();
    assert!(said.len() == 1 && said[0].contains("the text ends in the middle"), "{said:?}");
    assert_eq!(watching.recording.tenants().unwrap().len(), 1);
}

#[test]
fn what_is_there_at_the_end_counts() {
    let mut watching = Watching::new();
    watching.write("a.json", "1");
    watching.watch("*.json");
    watching.wait_for("a.json", 1);
    watching.write("a.json", "{\"last\":true}");
    watching.write("b.json", "{\"new\":true}");
    watching.stop();
    assert_eq!(watching.states("a.json"), ["1", "{\"last\":true}"]);
    assert_eq!(watching.states("b.json"), ["{\"new\":true}"]);
}

#[test]
fn a_mounted_directory_whose_link_is_swapped_is_followed() {
    let mut watching = Watching::new();
    let version = |n: u32| {
        fs::create_dir(watching.path(&format!("..v{n}"))).unwrap();
        watching.write(&format!("..v{n}/app.json"), &format!("{{\"n\":{n}}}"));
        symlink(format!("..v{n}"), watching.path("..new")).unwrap();
        fs::rename(watching.path("..new"), watching.path("..data")).unwrap();
    };
    version(1);
    symlink("..data/app.json", watching.path("app.json")).unwrap();
    watching.watch("app.json");
    watching.wait_for("app.json", 1);
    for n in 2..5 {
        fs::create_dir(watching.path(&format!("..v{n}"))).unwrap();
        watching.write(&format!("..v{n}/app.json"), &format!("{{\"n\":{n}}}"));
        symlink(format!("..v{n}"), watching.path("..new")).unwrap();
        fs::rename(watching.path("..new"), watching.path("..data")).unwrap();
        watching.wait_for("app.json", n);
    }
    watching.stop();
    assert_eq!(watching.states("app.json"), ["{\"n\":1}", "{\"n\":2}", "{\"n\":3}", "{\"n\":4}"]);
}

fn lines(range: std::ops::Range<u32>) -> String {
    range.map(|n| format!("{{\"n\":{n}}}\n")).collect()
}

fn numbers(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|n| format!("{{\"n\":{n}}}")).collect()
}

#[test]
fn a_log_is_followed_over_rotation_truncation_and_deletion() {
    let mut watching = Watching::new();
    watching.append("app.jsonl", &lines(0..3));
    watching.watch("app.jsonl");
    watching.wait_for("app.jsonl", 3);
    watching.append("app.jsonl", &lines(3..5));
    watching.wait_for("app.jsonl", 5);
    // Half a line, and its other half.
    watching.append("app.jsonl", "{\"n\":");
    thread::sleep(Duration::from_millis(30));
    watching.append("app.jsonl", "5}\n");
    watching.wait_for("app.jsonl", 6);
    // Rotated twice at once, written to before and after by whoever has it open.
    let mut old = fs::OpenOptions::new().append(true).open(watching.path("app.jsonl")).unwrap();
    fs::rename(watching.path("app.jsonl"), watching.path("app.jsonl.2")).unwrap();
    old.write_all(lines(6..8).as_bytes()).unwrap();
    watching.append("app.jsonl", &lines(8..9));
    watching.wait_for("app.jsonl", 9);
    // Copied, then cut.
    watching.append("app.jsonl", &lines(9..12));
    fs::copy(watching.path("app.jsonl"), watching.path("app.jsonl.1")).unwrap();
    fs::OpenOptions::new().write(true).open(watching.path("app.jsonl")).unwrap().set_len(0).unwrap();
    watching.until(|it| it.said.lock().unwrap().len() >= 2 || it.states("app.jsonl").len() >= 12);
    watching.append("app.jsonl", &lines(12..13));
    watching.wait_for("app.jsonl", 13);
    fs::remove_file(watching.path("app.jsonl")).unwrap();
    watching.until(|it| {
        it.said.lock().unwrap().iter().any(|said| said.contains("was removed")) || it.states("app.jsonl").len() > 13
    });
    watching.append("app.jsonl", &lines(13..14));
    watching.wait_for("app.jsonl", 14);
    let said = watching.stop().join("\n");
    assert_eq!(watching.states("app.jsonl"), numbers(0..14), "{said}");
    for words in ["was replaced (rotated)", "was truncated", "reading continues at its beginning"] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn a_log_that_is_read_already_goes_on_where_it_was() {
    for (first, more, expected) in [
        (lines(0..3), lines(3..5), numbers(0..5)),
        // One line may be a value, or the first line of a log.
        (lines(0..1), lines(1..3), numbers(0..3)),
        // A value.
        ("{\"n\":0}".to_owned(), String::new(), numbers(0..1)),
    ] {
        let mut watching = Watching::new();
        watching.append("app.json", &first);
        let (path, options) = (watching.path("app.json"), Options::default());
        let address = Address::File(path.clone());
        let mut taken = Taken::new();
        crate::source::read(&address, &options, &watching.recording, &mut |event| {
            if let Event::Took(id, versions) = event {
                *taken.entry(id).or_default() += versions;
            }
            ControlFlow::Continue(())
        })
        .unwrap();
        watching.append("app.json", &more);
        watching.spawn(move |recording, tell| follow(&path, &taken, &options, recording, tell));
        watching.wait_for("main", expected.len());
        match more.is_empty() {
            true => watching.write("app.json", "{\"n\":99}"),
            false => watching.append("app.json", "{\"n\":99}\n"),
        }
        watching.wait_for("main", expected.len() + 1);
        watching.stop();
        let last = watching.states("main").pop();
        assert_eq!(last.as_deref(), Some("{\"n\":99}"));
        assert_eq!(watching.states("main")[..expected.len()], expected);
    }
}

#[test]
fn what_came_is_stamped_and_named() {
    let mut watching = Watching::new();
    watching.write("a.json", "1");
    watching.watch("a.json");
    watching.wait_for("a.json", 1);
    fs::write(watching.path("b"), "2").unwrap();
    fs::rename(watching.path("b"), watching.path("a.json")).unwrap();
    watching.wait_for("a.json", 2);
    watching.write("a.json", "3");
    watching.wait_for("a.json", 3);
    watching.stop();
    let history = watching.recording.tenant(&"a.json".into()).unwrap().history();
    let rows: Vec<_> = (1..=3).map(|n| history.info(Version(n)).unwrap()).collect();
    assert!(rows.iter().all(|row| row.at.is_some()));
    let labels: Vec<_> = rows.iter().map(|row| row.label.to_string()).collect();
    assert_eq!(labels, ["found", "replaced", "written"]);
}
