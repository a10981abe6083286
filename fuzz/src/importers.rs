//! Importers: the whole input is a file of somebody's log.

use asof::{Error, ImportProblem, Recording, SourceAddress, SourceEvent, SourceOptions, Version, import, parse};
use std::ops::ControlFlow;

/// Whatever the bytes are, in each format: they are refused with a sentence, or read with every problem at a line that is
/// there; what was read can be opened, and is the same when it is read again.
pub fn run(bytes: &[u8]) {
    let folder = super::texts::folder();
    let file = folder.path().join("input");
    std::fs::write(&file, bytes).unwrap();
    let formats = import::FORMATS.iter().map(|format| Some(format.name().to_owned()));
    for format in formats.chain([None]) {
        let address = SourceAddress::File(file.clone());
        let mut options = SourceOptions::default();
        options.format = format;
        let [first, second] = [(); 2].map(|()| read(&address, &options));
        assert_eq!(first, second, "{options:?}");
        check_places(bytes, &first);
    }
}

/// What came of an input: the problems, and each tenant's values.
#[derive(Debug, PartialEq)]
struct Found {
    refused: Option<String>,
    problems: Vec<ImportProblem>,
    states: Vec<(String, Vec<String>)>,
}

fn read(address: &SourceAddress, options: &SourceOptions) -> Found {
    let recording = Recording::memory().with_clock(|| asof::Time::UNIX_EPOCH);
    let mut problems = Vec::new();
    let done = asof::read_source(address, options, &recording, &mut |event| {
        if let SourceEvent::Problem(problem) = event {
            problems.push(problem);
        }
        ControlFlow::Continue(())
    });
    let refused = done.err().map(|error: Error| error.to_string());
    let tenants = recording.tenants().unwrap();
    let states = tenants.iter().map(|id| (id.to_string(), states(&recording.tenant(id).unwrap())));
    Found { refused, problems, states: states.collect() }
}

fn states(tenant: &asof::Tenant) -> Vec<String> {
    let newest = tenant.history().newest().0;
    let states = (0..=newest).map(|version| {
        let state = tenant.value_at(Version(version)).unwrap();
        assert!(parse(state.to_json().as_bytes()).unwrap().identical(&state), "a state can be read back");
        state.to_json()
    });
    states.collect()
}

/// Lines and bytes of problems are those of the input, where it is not packed.
fn check_places(bytes: &[u8], found: &Found) {
    let is_packed = bytes.starts_with(b"\x1F\x8B") || bytes.starts_with(b"\x28\xB5\x2F\xFD");
    let lines = bytes.split(|byte| *byte == b'\n').count() as u64;
    for problem in found.problems.iter().filter(|_| !is_packed) {
        let (line, byte) = (problem.place.line, problem.place.byte);
        assert!(line <= lines && byte <= bytes.len() as u64, "{problem:?} of {lines} lines, {} bytes", bytes.len());
    }
}
