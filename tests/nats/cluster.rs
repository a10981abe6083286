//! Three servers: writers that race while the leader of their stream is killed lose nothing and write nothing twice.

use crate::server::Server;
use crate::single::{entry, log};
use asof::{AppendId, Body, Error, Log, NatsLog, Position, Record, TenantId};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Writers of one tenant.
const WRITERS: u64 = 4;
/// How often a leader is killed.
const KILLS: usize = 3;

/// Appends in all: a few here, 100,000 where `ASOF_NATS_APPENDS` says so.
fn appends() -> u64 {
    std::env::var("ASOF_NATS_APPENDS").ok().and_then(|count| count.parse().ok()).unwrap_or(2_000)
}

#[test]
fn racing_writers_lose_nothing_when_leaders_are_killed() {
    let mut servers = Server::cluster(3);
    let tenant: TenantId = "acme".into();
    let place = servers.iter().map(|server| format!("127.0.0.1:{}", server.port)).collect::<Vec<_>>().join(",");
    let place = format!("nats://{place}/race");
    let end = Instant::now() + Duration::from_secs(30);
    // The cluster elects a leader first.
    let first = log(&place);
    while first.append(&tenant, Position(0), &AppendId::new(), &[entry("begin")]).is_err()
        && first.last(&tenant).is_ok_and(|last| last == Position(0))
    {
        assert!(Instant::now() < end, "no leader");
    }
    let left = AtomicU64::new(appends());
    let written: Vec<_> = std::thread::scope(|scope| {
        let (left, tenant, place) = (&left, &tenant, &place);
        let write = move |writer: u64| write_until_none_is_left(&log(place), tenant, writer, left);
        let writers: Vec<_> = (0..WRITERS).map(|writer| scope.spawn(move || write(writer))).collect();
        for kill in 1..=KILLS {
            let until = appends() - appends() * kill as u64 / (KILLS as u64 + 1);
            while left.load(Ordering::Relaxed) > until {
                std::thread::sleep(Duration::from_millis(5));
            }
            let leader = leader(&servers, "race=acme");
            servers[leader].kill();
            std::thread::sleep(Duration::from_millis(500));
            servers[leader].restart();
        }

        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    let records = all(&log(&place), &tenant);
    let mut found: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    records.iter().for_each(|record| found.entry(label(record)).or_default().push(record.position.0));
    let lost: Vec<_> = written.iter().filter(|(words, _)| !found.contains_key(words)).collect();
    assert!(lost.is_empty(), "{} acknowledged and lost: {lost:?}", lost.len());
    let moved = written.iter().filter(|(words, position)| found[words] != [*position]).count();
    assert_eq!(moved, 0, "each once, and where it was said");
    assert_eq!(found.len(), written.len() + 1, "nothing that nobody wrote");
}

/// Appends behind whatever is there, as long as some are left; answers what was acknowledged, and where.
fn write_until_none_is_left(log: &NatsLog, tenant: &TenantId, writer: u64, left: &AtomicU64) -> Vec<(String, u64)> {
    let mut written = Vec::new();
    let take = || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
    let mut last = Position(0);
    while take().is_ok() {
        let (words, id) = (format!("{writer}-{}", written.len()), AppendId::new());
        last = append(log, tenant, &id, &words, last);
        written.push((words, last.0));
    }
    written
}

/// Appends once, whatever becomes of the answers.
fn append(log: &NatsLog, tenant: &TenantId, id: &AppendId, words: &str, mut expected: Position) -> Position {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        assert!(Instant::now() < end, "no answer for {words}");
        match log.append(tenant, expected, id, &[entry(words)]) {
            Ok(position) => return position,
            Err(Error::Conflict { .. } | Error::Unknown { .. } | Error::ServerLost { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        match log.find(tenant, expected, id) {
            Ok(Some(position)) => return position,
            // Nobody appended behind it: it may still come, and then is in the way of the same one again.
            Ok(None) => match log.last(tenant) {
                Ok(last) if last > expected => expected = last,
                _ => {}
            },
            Err(_) => {}
        }
    }
}

fn all(log: &NatsLog, tenant: &TenantId) -> Vec<std::sync::Arc<Record>> {
    let (mut records, mut after) = (Vec::new(), Position(0));
    loop {
        let batch = log.read(tenant, after, 1024).unwrap();
        assert!(batch.damage.is_empty());
        let Some(last) = batch.records.last() else { return records };
        after = last.position;
        records.extend(batch.records);
    }
}

fn label(record: &Record) -> String {
    match &record.entry.body {
        Body::Begin { name, .. } => name.to_string(),
        other => panic!("{other:?}"),
    }
}

/// The number of the server that leads a stream.
fn leader(servers: &[Server], stream: &str) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let places: Vec<String> = servers.iter().map(|server| format!("127.0.0.1:{}", server.port)).collect();
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        assert!(Instant::now() < end, "no leader of {stream}");
        let name = runtime.block_on(async {
            let client = async_nats::connect(&places).await.ok()?;
            let answer = client.request(format!("$JS.API.STREAM.INFO.{stream}"), "".into()).await.ok()?;
            let info: serde_json::Value = serde_json::from_slice(&answer.payload).ok()?;
            info["cluster"]["leader"].as_str()?.strip_prefix('n')?.parse().ok()
        });
        if let Some(number) = name {
            return number;
        }
    }
}
