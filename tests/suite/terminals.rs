//! The program in a real pseudo terminal: opened, stepped, rolled back, quit, killed; and every byte it wrote audited.

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Longest wait for something to appear. Loaded machines are slow; nothing here waits that long when all is well.
const PATIENCE: Duration = Duration::from_mins(1);

/// The program on a terminal.
struct Session {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<Mutex<Seen>>,
    modes: String,
}

/// What the terminal has received.
struct Seen {
    screen: vt100::Parser,
    bytes: Vec<u8>,
    /// Whether the terminal is to be closed after what comes next.
    closing: bool,
}

/// The Escape key as terminals send it that tell keys apart: what follows at once does not make it Alt.
const ESCAPE: &str = "\u{1b}[27u";

const SIZE: PtySize = PtySize { rows: 36, cols: 120, pixel_width: 0, pixel_height: 0 };

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

impl Session {
    fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, |_| {})
    }

    fn start_with(arguments: &[&str], setup: impl FnOnce(&mut CommandBuilder)) -> Self {
        let pty = native_pty_system().openpty(SIZE).unwrap();
        let modes = format!("{:?}", pty.master.get_termios().unwrap());
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_asof"));
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
        command.env_remove("NO_COLOR");
        // A configuration of whoever runs the tests must not count.
        command.env("XDG_CONFIG_HOME", std::env::temp_dir().join("asof-tests-have-no-configuration"));
        setup(&mut command);
        let child = pty.slave.spawn_command(command).unwrap();
        let seen = Arc::new(Mutex::new(Seen {
            screen: vt100::Parser::new(cells(SIZE.rows), cells(SIZE.cols), 0),
            bytes: Vec::new(),
            closing: false,
        }));
        let (mut reader, sink) = (pty.master.try_clone_reader().unwrap(), Arc::clone(&seen));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let mut seen = sink.lock().unwrap();
                seen.screen.process(&buffer[..count]);
                seen.bytes.extend_from_slice(&buffer[..count]);
                if seen.closing {
                    return;
                }
            }
        });
        let keyboard = pty.master.take_writer().unwrap();
        Self { master: pty.master, keyboard, child, seen, modes }
    }

    fn screen(&self) -> String {
        self.seen.lock().unwrap().screen.screen().contents()
    }

    fn bytes(&self) -> Vec<u8> {
        self.seen.lock().unwrap().bytes.clone()
    }

    #[track_caller]
    fn sees(&mut self, text: &str) -> &mut Self {
        self.until(&format!("{text:?} on the screen"), |session| session.screen().contains(text))
    }

    #[track_caller]
    fn until(&mut self, what: &str, done: impl Fn(&Self) -> bool) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        while !done(self) {
            assert!(Instant::now() < deadline, "no {what}:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(10));
        }
        self
    }

    /// Whether nothing was written for a while.
    fn rests(&self) -> bool {
        let before = self.bytes().len();
        std::thread::sleep(Duration::from_millis(200));
        self.bytes().len() == before
    }

    fn types(&mut self, keys: &str) -> &mut Self {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self
    }

    fn signal(&mut self, name: &str) -> &mut Self {
        let id = self.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
        self
    }

    /// Waits for the end; the terminal must be as it was before the start.
    #[track_caller]
    fn ends(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if Instant::now() > deadline => panic!("it goes on:\n{}", self.screen()),
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        self.until("ordinary screen", |session| {
            let seen = session.seen.lock().unwrap();
            let screen = seen.screen.screen();
            !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
        });
        assert_eq!(format!("{:?}", self.master.get_termios().unwrap()), self.modes, "the terminal's modes");
        status
    }
}

#[test]
fn the_demo_is_stepped_rolled_back_and_left() {
    let mut session = Session::start(&["demo"]);
    session.sees("#7/7").types(",").sees("#6/7").types("R").sees("Nothing is deleted").types("\r").types("y");
    session.sees("#8/8").sees("Rolled back").types("u").sees("again does it").types("u").sees("Undid").types("q");
    assert!(session.ends().success());
}

#[test]
fn without_a_source_the_start_screen_is_shown() {
    let state = tempfile::tempdir().unwrap();
    let start = || Session::start_with(&[], |command| command.env("XDG_STATE_HOME", state.path()));
    let mut session = start();
    session.sees("No recording is open").sees("asof open FILE").sees("Nothing is written to disk until").types("q");
    assert!(session.ends().success());
    let file = state.path().join("two.jsonl");
    std::fs::write(&file, "{\"n\":1}\n{\"n\":2}\n").unwrap();
    let mut session = start();
    session.sees("choose a file").types("o").sees("Enter OK").types(&format!("{}\r", file.display()));
    session.sees("#2/2").types("q");
    assert!(session.ends().success());
    let mut session = start();
    session.sees("two.jsonl").sees("2 versions").types("\r").sees("#2/2").types("q");
    assert!(session.ends().success());
}

/// A repository with a file of which it holds so many versions.
fn repository(versions: u32) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(home.path())
            .args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org"])
            .args(words);
        assert!(command.status().unwrap().success(), "{words:?}");
    };
    git(&["init", "-q", "-b", "main"]);
    for n in 0..versions {
        std::fs::write(home.path().join("limits.json"), format!("{{\"limit\":{n}}}\n")).unwrap();
        git(&["add", "-A"]);
        git(&["commit", "-q", "-m", &format!("limit {n}")]);
    }
    home
}

#[test]
fn inside_a_repository_its_files_are_offered_and_a_file_tells_what_git_holds() {
    let (home, state) = (repository(3), tempfile::tempdir().unwrap());
    let start = |words: &[&str]| {
        Session::start_with(words, |command| {
            command.env("XDG_STATE_HOME", state.path());
            command.cwd(home.path());
        })
    };
    let mut session = start(&[]);
    session.sees("In this repository").sees("limits.json").sees("3 versions").types("\r").sees("#3/3").types("q");
    assert!(session.ends().success());
    let mut session = start(&["limits.json"]);
    session.sees("Git holds 3 versions of limits.json: gv opens them").types("gv").sees("#3/3").types("q");
    assert!(session.ends().success());
}

#[test]
fn a_source_that_cannot_be_opened_is_told_on_the_screen_and_by_the_exit_code() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("noise");
    std::fs::write(&file, [0, 159, 146, 150]).unwrap();
    let mut session = Session::start(&["open", file.to_str().unwrap()]);
    session.sees("noise could not be opened").sees("E-FORMAT").types("q").sees("No recording is open").types("q");
    assert_eq!(session.ends().exit_code(), 3);
    session.sees("asof: ").sees("noise");
}

#[test]
fn signals_restore_the_terminal_and_say_how_it_ended() {
    for (name, words) in [("TERM", "Terminated"), ("HUP", "Hangup"), ("INT", "Interrupt"), ("QUIT", "Quit")] {
        let mut session = Session::start(&["demo"]);
        let status = session.sees("#7/7").signal(name).ends();
        assert!(status.signal().is_some_and(|signal| signal.contains(words)), "{name}: {status:?}");
    }
}

#[test]
fn control_c_and_q_quit() {
    for keys in ["\u{3}", "q", "Q"] {
        let mut session = Session::start(&["demo"]);
        assert!(session.sees("#7/7").types(keys).ends().success(), "{keys:?}");
    }
}

#[test]
fn a_stopped_screen_comes_back_whole() {
    let mut session = Session::start(&["demo"]);
    session.sees("#7/7").signal("TSTP");
    session.until("the shell's screen", |session| !session.seen.lock().unwrap().screen.screen().alternate_screen());
    session.signal("CONT").sees("#7/7").types(",").sees("#6/7").types("q");
    assert!(session.ends().success());
}

#[test]
fn a_new_size_is_taken() {
    let mut session = Session::start(&["demo"]);
    session.sees("Transitions");
    session.seen.lock().unwrap().screen.screen_mut().set_size(cells(12), cells(52));
    session.master.resize(PtySize { rows: 12, cols: 52, ..SIZE }).unwrap();
    session.sees("too small");
    session.seen.lock().unwrap().screen.screen_mut().set_size(cells(36), cells(120));
    session.master.resize(SIZE).unwrap();
    session.sees("Transitions").types("q");
    assert!(session.ends().success());
}

#[test]
fn keys_come_from_the_terminal_whatever_standard_input_is() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("states.jsonl");
    std::fs::write(&file, "{\"n\":1}\n{\"n\":2}\n").unwrap();
    let (file, asof) = (file.display(), env!("CARGO_BIN_EXE_asof"));
    for (script, is_lost) in [
        (format!("cat {file} | {asof} open -"), true),
        (format!("cat {file} | {asof} -"), true),
        (format!("cat {file} | {asof}"), true),
        (format!("{asof} - < {file}"), false),
        (format!("{asof} < {file}"), false),
        (format!("{asof} {file} < /dev/null"), false),
        (format!("echo {file} | xargs {asof}"), false),
        (format!("ls {file} | while read f; do {asof} \"$f\"; done"), false),
        (format!("echo n | {asof} open {file}"), false),
        (format!("{asof} {file} <&-"), false),
    ] {
        let mut session = Session::start_shell(&script);
        session.sees("#2/2").types(",").sees("#1/2").types("q");
        if is_lost {
            session.sees("Not saved").types("y");
        }
        assert!(session.ends().success(), "{script}");
    }
}

/// The header, the axis and the lists tell times in the zone that is set, at once.
#[test]
fn all_of_the_screen_is_told_in_the_zone_that_is_set() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("states.jsonl");
    std::fs::write(
        &file,
        "{\"at\":\"2026-03-01T23:30:00Z\",\"state\":1}\n{\"at\":\"2026-03-01T23:40:00Z\",\"state\":2}\n",
    )
    .unwrap();
    let mut session = Session::start(&[file.to_str().unwrap(), "--time-zone", "UTC"]);
    session.sees("#1 2026-03-01 23:30").sees("#2 23:40").types(":set time-zone +05:00\r");
    session.sees("#1 2026-03-02 04:30").sees("#2 04:40").sees("2026-03-02 04:40:00+05:00");
    assert!(!session.screen().contains("23:"), "{}", session.screen());
    session.types("q");
    assert!(session.ends().success());
}

/// A stream that goes on: live, without a percentage, and saved when the person quits.
#[test]
fn a_stream_that_goes_on_is_saved_from_the_question() {
    let place = tempfile::tempdir().unwrap();
    let kept = place.path().join("kept.asof");
    let script =
        format!("(echo '{{\"n\":1}}'; echo '{{\"n\":2}}'; sleep 60) | {} --no-mouse -", env!("CARGO_BIN_EXE_asof"));
    let mut session = Session::start_shell(&script);
    session.sees("#2/2").sees("LIVE");
    assert!(!session.screen().contains('%'), "{}", session.screen());
    session.types("q").sees("2 versions are in memory only").types("s").sees("Save the recording");
    session.types(&"\u{7f}".repeat("stdin.asof".len())).types(&kept.display().to_string()).types("\r");
    session.until("the recording", |_| kept.is_dir());
    session.until("an end of the screen", entries_left);
    let log = Command::new(env!("CARGO_BIN_EXE_asof")).arg("log").arg(&kept).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&log.stdout).lines().count(), 2);
}

#[test]
fn what_was_read_of_a_file_before_it_was_truncated_is_not_lost_without_a_question() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("app.jsonl");
    std::fs::write(&file, "{\"n\":1}\n{\"n\":2}\n").unwrap();
    let mut session = Session::start_shell(&format!("{} --no-mouse {}", env!("CARGO_BIN_EXE_asof"), file.display()));
    session.sees("#2/2");
    std::fs::write(&file, "{\"n\":9}\n").unwrap();
    session.sees("app.jsonl was truncated after 16 bytes had been read").sees("#3/3");
    session.types("q").sees("3 versions are in memory only and cannot be read again").types("y");
    session.until("an end of the screen", entries_left);
}

/// Whether the alternate screen has been left.
fn entries_left(session: &Session) -> bool {
    session.bytes().windows(8).any(|bytes| bytes == b"\x1b[?1049l")
}

/// Stands for tmux: keeps what it is given, and its arguments, or fails.
fn tmux(directory: &Path, script: &str) {
    let file = directory.join("tmux");
    std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    assert!(Command::new("chmod").arg("+x").arg(&file).status().unwrap().success());
}

#[test]
fn a_copy_says_what_it_is_and_which_way_it_went() {
    let keeps = "echo \"$@\" > \"$PLACE/arguments\"; cat > \"$PLACE/text\"";
    let old = "case \"$2\" in -w) exit 1;; esac; echo \"$@\" > \"$PLACE/arguments\"; cat > \"$PLACE/text\"";
    for (in_tmux, script, says, arguments, sent) in [
        (true, keeps, "through tmux (load-buffer)", Some("load-buffer -w -\n"), None),
        (true, old, "into the buffer of tmux only", Some("load-buffer -\n"), None),
        (true, "exit 1", "through tmux to the terminal outside (OSC 52", None, Some("\u{1b}Ptmux;\u{1b}\u{1b}]52;c;")),
        (false, keeps, "through the terminal (OSC 52, not confirmed)", None, Some("\u{1b}]52;c;")),
    ] {
        let place = tempfile::tempdir().unwrap();
        tmux(place.path(), script);
        let mut session = Session::start_with(&["demo"], |command| {
            let path = std::env::var("PATH").unwrap_or_default();
            command.env("PATH", format!("{}:{path}", place.path().display()));
            command.env("PLACE", place.path());
            command.env_remove("TMUX");
            if in_tmux {
                command.env("TMUX", "/nowhere,1,0");
            }
        });
        session.sees("Transitions").types("yv").sees("to the clipboard: the value at").sees(says);
        let kept = |name: &str| std::fs::read_to_string(place.path().join(name)).ok();
        assert_eq!(kept("arguments").as_deref(), arguments, "{says}");
        assert_eq!(kept("text").is_some_and(|text| text.starts_with('{')), arguments.is_some(), "{says}");
        let written = String::from_utf8_lossy(&session.bytes()).into_owned();
        assert!(sent.is_none_or(|sent| written.contains(sent)), "{says}");
        assert_eq!(written.contains("]52;"), sent.is_some(), "{says}");
        session.types("q");
        session.ends();
    }
}

impl Session {
    fn start_shell(script: &str) -> Self {
        let script = script.to_owned();
        Self::start_with(&[], |command| {
            let shell = command.get_argv_mut();
            shell.clear();
            shell.extend(["sh".into(), "-c".into(), script.into()]);
        })
    }
}

#[test]
fn no_colour_is_sent_where_none_is_wanted() {
    let mut session = Session::start_with(&["demo"], |command| command.env("NO_COLOR", "1"));
    session.sees("#7/7").types("2").sees("[2 Diff]").types("\u{3}");
    session.ends();
    let bytes = session.bytes();
    let attributes: Vec<String> = sequences(&bytes).filter_map(|found| attributes_of(&found)).collect();
    assert!(attributes.iter().any(|words| words == "7" || words == "1"), "reverse or bold still tell what matters");
    for words in attributes {
        let coloured = words.split(';').any(|word| matches!(word.parse::<u8>(), Ok(30..=38 | 40..=48 | 90..=107)));
        assert!(!coloured, "ESC[{words}m");
    }
}

/// The state machine of the audit: what a sequence is, as far as this program may send one.
#[derive(Debug, PartialEq)]
enum Found {
    Control(u8),
    Csi(String),
    OtherEscape(String),
    Letter(char),
}

fn attributes_of(found: &Found) -> Option<String> {
    match found {
        Found::Csi(words) => words.strip_suffix('m').map(str::to_owned),
        _ => None,
    }
}

fn sequences(bytes: &[u8]) -> impl Iterator<Item = Found> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut letters = text.chars().collect::<Vec<_>>().into_iter().peekable();
    std::iter::from_fn(move || {
        let letter = letters.next()?;
        if letter != '\u{1b}' {
            let control = letter.is_ascii_control();
            return Some(if control { Found::Control(letter as u8) } else { Found::Letter(letter) });
        }
        let kind = letters.next().unwrap_or_default();
        if kind != '[' {
            return Some(Found::OtherEscape(kind.to_string()));
        }
        let mut words = String::new();
        for letter in letters.by_ref() {
            words.push(letter);
            if ('\u{40}'..='\u{7e}').contains(&letter) {
                break;
            }
        }
        Some(Found::Csi(words))
    })
}

/// Whether the program itself may send it: moving, erasing, attributes, and the modes it turns on and off.
fn is_ours(found: &Found) -> bool {
    match found {
        Found::Letter(letter) => !is_treacherous(*letter),
        Found::Control(byte) => matches!(byte, b'\r' | b'\n'),
        Found::OtherEscape(_) => false,
        Found::Csi(words) => match words.strip_prefix('?') {
            Some(mode) => ["1049", "2004", "25", "1000", "1002", "1003", "1015", "1006"]
                .iter()
                .any(|known| mode == format!("{known}h") || mode == format!("{known}l")),
            None => words.ends_with(['m', 'H', 'J', 'K']) && !words.starts_with(['<', '=', '>']),
        },
    }
}

/// What is asked of the terminal before the screen: background, keyboard protocol, widths of two signs.
const QUESTION: &str = "\u{1b}]11;?\u{1b}\\\u{1b}[?u\r█\u{1b}[6n\r→\u{1b}[6n\r\u{1b}[K";

/// The alternate screen.
const ENTERED: &[u8] = b"\x1b[?1049h";

/// Characters that a terminal hides, obeys, or reorders text by.
fn is_treacherous(letter: char) -> bool {
    matches!(letter, '\u{80}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}' | '\u{ffff}' | '\u{fffd}')
}

/// A recording in which everything that has a name carries what a terminal would obey.
fn hostile(directory: &Path) -> String {
    let nasty: String = (0..0x20u8)
        .map(char::from)
        .chain(['\u{7f}', '\u{9b}', '\u{9d}', '\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{2028}', '\u{e0041}'])
        .chain(
            "\u{1b}[31m\u{1b}]0;owned\u{7}\u{1b}]52;c;AAAA\u{7}\u{1b}P1$r\u{1b}\\\u{1b}_x\u{1b}[?1049l\u{1b}[6n"
                .chars(),
        )
        .collect();
    let lines = (1..=4).map(|n| {
        let state = serde_json::json!({ (nasty.clone()): nasty, "n": n, "list": [{"id": nasty, "n": n}, nasty] });
        serde_json::json!({ "ts": "2026-01-01T00:00:00Z", "action": format!("{nasty}{n}"), "author": nasty, "state": state })
            .to_string()
    });
    let file = directory.join("na\u{1b}[31mme\u{202e}.jsonl");
    std::fs::write(&file, lines.collect::<Vec<_>>().join("\n") + "\n{broken \u{1b}[31m\n").unwrap();
    file.display().to_string()
}

#[test]
fn other_programs_get_the_terminal_and_give_it_back() {
    let mut session = Session::start_with(&["demo"], |command| {
        command.env("VISUAL", "grep -c sessions");
        command.env("ASOF_PAGER", "sed s/^/paged-/; exit 3");
    });
    session.sees("Transitions").types("e").until("return from the editor", |session| entries(session) == 2);
    session.sees("Transitions").types("|").until("return from the pager", |session| entries(session) == 3);
    session.sees("ended with exit status: 3").types(",").sees("#6/7").types("\u{3}");
    assert!(session.ends().success());
    let written = String::from_utf8_lossy(&session.bytes()).into_owned();
    assert!(written.contains("\r\n1\r\n") || written.contains("1\r\n\u{1b}"), "the editor's output: {written:?}");
    assert!(written.contains("paged-{"), "the pager's output");
}

/// How often the alternate screen was entered.
fn entries(session: &Session) -> usize {
    session.bytes().windows(ENTERED.len()).filter(|found| *found == ENTERED).count()
}

#[test]
fn a_storm_of_sizes_ends_in_an_ordinary_screen_at_rest() {
    let mut session = Session::start(&["demo"]);
    session.sees("Transitions");
    for n in 0..400_u16 {
        let size = PtySize { rows: 1 + n * 37 % 200, cols: 1 + n * 91 % 500, ..SIZE };
        session.master.resize(size).unwrap();
        std::thread::sleep(Duration::from_millis(3));
    }
    session.seen.lock().unwrap().screen.screen_mut().set_size(cells(SIZE.rows), cells(SIZE.cols));
    session.master.resize(SIZE).unwrap();
    session.until("rest after the storm", Session::rests);
    // Repainted whole: what the storm left on the terminal says nothing about the program.
    session.types("\u{c}").sees("#7/7").sees("? keys");
    session.until("rest: something is drawn without a change", Session::rests);
    session.types("\u{3}");
    assert!(session.ends().success());
}

#[test]
fn nothing_in_the_data_reaches_the_terminal_as_a_command() {
    let place = tempfile::tempdir().unwrap();
    let file = hostile(place.path());
    let mut session = Session::start(&["open", &file]);
    session.sees("Transitions").sees("\\u{0}\\u{1}");
    for keys in ["zR", ",", "2", "zi", "zi", "1", "\t", "\t", "O", "O", "?", ESCAPE, ":messages\r", ESCAPE] {
        session.types(keys).until("rest", Session::rests);
    }
    session.types("s\u{1b}[200~\u{1b}[31mpasted\u{202e}\u{1b}[201~").sees("pasted");
    session.types(ESCAPE).types(",R").sees("Nothing is deleted").types("n").types("\u{3}");
    session.ends();
    let bytes = session.bytes();
    let entered = bytes.windows(ENTERED.len()).position(|found| found == ENTERED).unwrap();
    assert_eq!(String::from_utf8_lossy(&bytes[..entered]), QUESTION, "the one question, before the screen");
    let foreign: Vec<Found> = sequences(&bytes[entered..]).filter(|found| !is_ours(found)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}

/// Whether a process exists that is not just waiting to be buried.
fn lives(id: &str) -> bool {
    let state = Command::new("ps").args(["-o", "stat=", "-p", id]).output().unwrap();
    state.status.success() && !state.stdout.starts_with(b"Z")
}

impl Session {
    /// Takes the terminal away, as closing its window does.
    fn close(mut self) {
        self.seen.lock().unwrap().closing = true;
        self.types(",");
        self.until("last reader", |session| Arc::strong_count(&session.seen) == 1);
    }
}

/// `start` runs the shell command behind it on this terminal.
#[track_caller]
fn ends_without_terminal(start: &str, end: &str) {
    let place = tempfile::tempdir().unwrap();
    let id_file = place.path().join("id");
    let program = env!("CARGO_BIN_EXE_asof");
    let mut session =
        Session::start_shell(&format!("{start} sh -c 'echo $$ > {}; exec {program} demo' {end}", id_file.display()));
    session.sees("#7/7");
    let id = std::fs::read_to_string(id_file).unwrap().trim().to_owned();
    session.close();
    let deadline = Instant::now() + PATIENCE;
    while lives(&id) {
        assert!(Instant::now() < deadline, "it goes on without a terminal");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_screen_ends_when_its_terminal_goes() {
    ends_without_terminal("exec", "");
}

/// In a session of its own it is sent no signal when its terminal goes; the shell lives until then, so that it is not
/// the shell's end that takes the terminal away.
#[test]
fn the_screen_ends_when_its_terminal_goes_without_a_signal() {
    if Command::new("setsid").arg("true").status().is_err() {
        return eprintln!("skipped: setsid is not there");
    }
    ends_without_terminal("exec 3<&0; setsid", "<&3 & wait");
}

#[test]
fn without_a_terminal_nothing_is_garbled() {
    let output = Command::new(env!("CARGO_BIN_EXE_asof")).args(["demo"]).env("TERM", "xterm").output().unwrap();
    assert!(!output.stdout.contains(&0x1b), "no escape sequences in a pipe");
    let mut session = Session::start_with(&["demo"], |command| command.env("TERM", "dumb"));
    session.ends();
    assert!(!session.bytes().contains(&0x1b), "nor on a terminal that cannot show them");
}
