//! `asof run`: runs a program and records what it writes to files, or what it prints. Its exit code is passed on, and so
//! are signals.

use super::Console;
use super::exit::{CommandResult, Exit};
use super::import::{Met, SourceChoiceArgs};
use super::out::note;
use super::record::{RecordOutput, print_recorded, shown};
use super::watched::WatchedFilesArgs;
use crate::Error;
use crate::error::of_system;
use crate::recording::Recording;
use crate::source::{self, Address, Event, Watched};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH};
use signal_hook::iterator::Signals;
use std::io::{self, IsTerminal, Read, Write};
use std::ops::ControlFlow;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Run a program and record the files it writes, or what it prints
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof run --watch state.json -o app.asof -- node server.js\n  asof run -o app.asof -- \
                  ./simulate\n\nWithout --watch its standard output is passed through and recorded, as asof \
                  record does with a stream. Signals are passed on to the program.\n\nExit code: that of the program, \
                  128 plus the signal number if a signal ended it, 127 if it cannot be started."
)]
pub struct RunArgs {
    /// The recording's directory: new, or one to append to
    #[arg(short, long = "output", value_name = "RECORDING")]
    output: PathBuf,
    #[command(flatten)]
    watch: WatchedFilesArgs,
    #[command(flatten)]
    which: SourceChoiceArgs,
    /// Print one JSON object once the program has ended
    #[arg(long)]
    json: bool,
    /// The program and its arguments, after `--`
    #[arg(last = true, required = true, value_name = "CMD")]
    command: Vec<String>,
}

/// Exit code where the program cannot be started, as of a shell.
const NOT_STARTED: u8 = 127;
/// Bytes of output handed on at once, and how many such pieces may wait to be recorded.
const CHUNK: usize = 64 << 10;
const CHUNKS: usize = 256;

/// Signals that are passed on. Those that a terminal sends to all its programs come to this one by themselves.
const PASSED: [i32; 6] = [SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH];
const OF_TERMINAL: [i32; 2] = [SIGINT, SIGQUIT];

impl RunArgs {
    /// Runs the program to its end.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let watched = self.watch.watched(self.which.tenant.is_some())?;
        let output = RecordOutput::open(&self.output)?;
        let recording = &output.recording;
        let signals = Signals::new(PASSED.iter().chain(&OF_TERMINAL)).map_err(Error::io("watch for", "signals"))?;
        let mut program = Program { command: &self.command, signals: Some(signals) };
        let (met, ended) = match watched {
            Some(watched) => self.watching(watched, &mut program, recording),
            None => self.printing(&mut program, recording),
        };
        console.program = Some(match ended {
            Ok(status) => code(status),
            Err(error) => {
                note(format!("cannot start {}: {}", self.command[0], of_system(&error)));
                NOT_STARTED
            }
        });
        for problem in &met.problems {
            note(format_args!("{}: {}", problem.place, problem.why));
        }
        if output.remove_if_empty()? && !self.json {
            note(format!("nothing was recorded: {} was not created", shown(&self.output)));
        } else {
            print_recorded(&self.output, &met, self.json, console)?;
        }
        Ok(Exit::Done)
    }

    /// Records the files it writes. It is started once what was there before has been read.
    fn watching(&self, watched: Watched, program: &mut Program<'_>, recording: &Recording) -> Ran {
        let watched = watched.written_by(program.name());
        let (mut met, mut running) = (Met::default(), None::<Receiver<io::Result<ExitStatus>>>);
        let mut ended = None;
        let read = source::read(&Address::Watched(watched), &self.which.options(), recording, &mut |event| {
            let is_quiet = matches!(event, Event::Waiting);
            met.take(event);
            match &running {
                None if is_quiet => running = Some(program.start(Stdio::inherit()).1),
                Some(end) if ended.is_none() => ended = end.try_recv().ok(),
                _ => {}
            }
            if ended.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        // The program goes on whatever becomes of the recording.
        read.err().into_iter().for_each(note);
        let ended = ended.or_else(|| running.as_ref().map(received));
        (met, ended.unwrap_or_else(|| Err(io::Error::other("its files cannot be recorded"))))
    }

    /// Passes on what it prints, and records that.
    fn printing(&self, program: &mut Program<'_>, recording: &Recording) -> Ran {
        let mut met = Met::default();
        let (output, end) = program.start(Stdio::piped());
        let Some(output) = output else { return (met, received(&end)) };
        let (to, pieces) = sync_channel(CHUNKS);
        let passing = thread::spawn(move || pass_on(output, &to));
        let stream = PieceStream { from: pieces, piece: Vec::new(), at: 0 };
        let read = source::read_stream(&program.name(), stream, &self.which.options(), recording, &mut |event| {
            met.take(event);
            ControlFlow::Continue(())
        });
        // What it prints is passed on whatever becomes of the recording.
        let _ = passing.join();
        let ended = received(&end);
        match read {
            Err(error) if met.took.is_empty() => note(format!("nothing was recorded: {error}")),
            Err(error) => note(error),
            Ok(()) => {}
        }
        (met, ended)
    }
}

/// What was recorded, and how the program ended.
type Ran = (Met, io::Result<ExitStatus>);

fn received(end: &Receiver<io::Result<ExitStatus>>) -> io::Result<ExitStatus> {
    end.recv().unwrap_or_else(|_| Err(io::Error::other("it was not waited for")))
}

/// As a shell says it.
fn code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| Some(128 + status.signal()?));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

struct Program<'a> {
    command: &'a [String],
    signals: Option<Signals>,
}

/// What it prints, if that was asked for; and where its end is told.
type Started = (Option<Box<dyn Read + Send>>, Receiver<io::Result<ExitStatus>>);

impl Program<'_> {
    fn name(&self) -> String {
        let path = Path::new(&self.command[0]);
        path.file_name().map_or_else(|| self.command[0].clone(), |name| name.to_string_lossy().into_owned())
    }

    fn start(&mut self, output: Stdio) -> Started {
        let (tell, end) = channel();
        match Command::new(&self.command[0]).args(&self.command[1..]).stdout(output).spawn() {
            Err(error) => {
                let _ = tell.send(Err(error));
                (None, end)
            }
            Ok(mut child) => {
                let output = child.stdout.take().map(|output| Box::new(output) as Box<dyn Read + Send>);
                self.signals.take().into_iter().for_each(|signals| pass_signals(signals, &child));
                thread::spawn(move || wait(child, &tell));
                (output, end)
            }
        }
    }
}

fn wait(mut child: Child, tell: &Sender<io::Result<ExitStatus>>) {
    let _nobody_waits = tell.send(child.wait());
}

/// Passes signals on for as long as this program lives. One that ended takes none.
fn pass_signals(mut signals: Signals, child: &Child) {
    let Some(id) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else { return };
    let in_terminal = io::stdin().is_terminal();
    thread::spawn(move || {
        for signal in signals.forever() {
            let comes_anyway = in_terminal && OF_TERMINAL.contains(&signal);
            if let Some(signal) = Signal::from_named_raw(signal).filter(|_| !comes_anyway) {
                let _ = kill_process(id, signal);
            }
        }
    });
}

/// Writes what comes to standard output, and hands it on to be recorded, until nobody reads it.
fn pass_on(mut output: impl Read, to: &SyncSender<Vec<u8>>) {
    let (mut out, mut chunk, mut is_heard) = (io::stdout(), vec![0; CHUNK], true);
    loop {
        let count = match output.read(&mut chunk) {
            Ok(0) => return,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        // Where nobody reads standard output, the program is told as if it wrote there itself.
        if out.write_all(&chunk[..count]).and_then(|()| out.flush()).is_err() {
            return;
        }
        is_heard = is_heard && to.send(chunk[..count].to_vec()).is_ok();
    }
}

/// A stream of pieces that come from elsewhere.
struct PieceStream {
    from: Receiver<Vec<u8>>,
    piece: Vec<u8>,
    at: usize,
}

impl Read for PieceStream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.piece.len() {
            let Ok(piece) = self.from.recv() else { return Ok(0) };
            (self.piece, self.at) = (piece, 0);
        }
        let count = (self.piece.len() - self.at).min(into.len());
        into[..count].copy_from_slice(&self.piece[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
