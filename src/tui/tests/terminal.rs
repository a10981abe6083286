//! The terminal is given back whatever happens: each way out is taken by a child process in a pseudo terminal of its own.

use crate::tui::signals;
use crate::tui::task::Gate;
use crate::tui::terminal::{self, Frames, TerminalGuard};
use portable_pty::{CommandBuilder, ExitStatus, PtySize, native_pty_system};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use std::io::{Read, Write};
use std::time::Duration;

const WAY: &str = "ASOF_TEST_WAY_OUT";

/// The child: takes the terminal, shows something, and goes the way it is told. Does nothing when run as a test.
#[test]
#[ignore = "the other tests of this file run it in a pseudo terminal"]
fn child() {
    let Ok(way) = std::env::var(WAY) else { return };
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    signals::watch(tell, Gate::default()).unwrap();
    terminal::set_keyboard_protocol(way == "keys apart");
    let guard = TerminalGuard::enter().unwrap();
    show("on the screen");
    match way.as_str() {
        "return" | "keys apart" => {}
        "panic" => panic!("told to panic"),
        "panic elsewhere" => {
            std::thread::spawn(|| panic!("elsewhere")).join().unwrap_err();
            show("still on the screen");
            assert_eq!(terminal::take_panics().len(), 1);
        }
        "stop" => {
            signal_hook::low_level::raise(SIGTSTP).unwrap();
            assert_eq!(told.blocking_recv(), Some(signals::Signal::Stop));
            terminal::restore();
            show("never seen: the terminal is the shell's");
            guard.reenter().unwrap();
            show("back on the screen");
        }
        signal => {
            signal_hook::low_level::raise(signal.parse().unwrap()).unwrap();
            std::thread::sleep(Duration::from_secs(20));
        }
    }
    drop(guard);
    terminal::restore();
}

fn show(text: &str) {
    let mut frames = Frames::default();
    frames.write_all(text.as_bytes()).unwrap();
    frames.flush().unwrap();
}

/// Runs the child and answers what it wrote and how it ended, having checked that the terminal is as it was.
#[track_caller]
fn check(way: &str) -> (String, ExitStatus) {
    let pty = native_pty_system().openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 }).unwrap();
    let before = format!("{:?}", pty.master.get_termios().unwrap());
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "tui::tests::terminal::child", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(WAY, way);
    command.env("TERM", "xterm-256color");
    command.env("RUST_BACKTRACE", "0");
    let mut reader = pty.master.try_clone_reader().unwrap();
    let mut child = pty.slave.spawn_command(command).unwrap();
    let status = child.wait().unwrap();
    let after = format!("{:?}", pty.master.get_termios().unwrap());
    drop(pty.slave);
    let mut written = Vec::new();
    // The read ends with an error once the last writer has gone.
    let _ = reader.read_to_end(&mut written);
    let written = String::from_utf8_lossy(&written).into_owned();
    assert_eq!(before, after, "{way}: terminal modes\n{written}");
    let left = written.rfind("\x1b[?1049l").unwrap_or_else(|| panic!("{way}: the alternate screen is left\n{written}"));
    assert!(written.rfind("\x1b[?1049h").unwrap() < left, "{way}: and not entered again\n{written}");
    let end = &written[left..];
    assert!(end.contains("\x1b[?25h"), "{way}: the cursor is shown again\n{end:?}");
    assert!(written.contains("\x1b[?2004l"), "{way}: bracketed paste is off");
    assert!(written.contains("on the screen") && !written.contains("never seen"), "{way}\n{written}");
    (written, status)
}

#[test]
fn a_return_restores() {
    assert!(check("return").1.success());
}

#[test]
fn the_keyboard_is_as_it_was() {
    let (written, status) = check("keys apart");
    let (pushed, popped) = (written.find("\x1b[>1u").unwrap(), written.find("\x1b[<1u").unwrap());
    let (entered, left) = (written.find("\x1b[?1049h").unwrap(), written.find("\x1b[?1049l").unwrap());
    assert!(status.success() && entered < pushed && pushed < popped && popped < left, "{written:?}");
    assert!(!check("return").0.contains("\x1b[>1u"), "only where it was offered");
}

#[test]
fn a_panic_restores_first_and_is_then_told() {
    let (written, status) = check("panic");
    let told = written.rfind("told to panic").unwrap();
    assert!(written.find("\x1b[?1049l").unwrap() < told, "the report is on the shell's screen");
    assert!(!status.success());
}

#[test]
fn a_panic_elsewhere_leaves_the_screen_alone() {
    let (written, status) = check("panic elsewhere");
    assert!(status.success(), "{written}");
    assert_eq!(written.matches("\x1b[?1049l").count(), 1);
    assert!(written.find("still on the screen").unwrap() < written.find("\x1b[?1049l").unwrap());
}

#[test]
fn signals_restore_and_kill() {
    for (signal, name) in [(SIGTERM, "Terminated"), (SIGHUP, "Hangup"), (SIGINT, "Interrupt"), (SIGQUIT, "Quit")] {
        let (written, status) = check(&signal.to_string());
        assert!(status.signal().is_some_and(|ended_by| ended_by.contains(name)), "{name}: {status:?}\n{written}");
    }
}

#[test]
fn a_stop_gives_the_terminal_back_until_the_process_goes_on() {
    let (written, status) = check("stop");
    assert!(status.success(), "{written}");
    assert_eq!(written.matches("\x1b[?1049h").count(), 2);
    assert!(written.contains("back on the screen"));
}
