//! Buckets and streams that somebody else keeps: their states equal a plain model, what is gone is said, and a bucket is put
//! back only where that was allowed and nobody came before.

use crate::program::{asof, done};
use crate::server::Server;
use crate::single::{on_client, request};
use async_nats::HeaderMap;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

fn started() -> (tempfile::TempDir, Server) {
    let (home, server) = (tempfile::tempdir().unwrap(), Server::new(""));
    server.wait();
    (home, server)
}

/// Makes the bucket `conf` as NATS makes buckets.
fn make_bucket(server: &Server, history: u64) {
    let config = json!({
        "name": "KV_conf", "subjects": ["$KV.conf.>"], "retention": "limits", "storage": "file", "discard": "new",
        "max_msgs_per_subject": history, "max_msgs": -1, "max_bytes": -1, "max_age": 0, "num_replicas": 1,
        "allow_rollup_hdrs": true, "deny_delete": true, "allow_direct": true,
    });
    let made = request(server, "STREAM.CREATE.KV_conf", &config.to_string());
    assert!(!made.contains("\"error\""), "{made}");
}

#[derive(Debug, Clone)]
enum Change {
    Put(&'static str),
    Delete,
    Purge,
}

/// Changes keys one after the other.
fn change(server: &Server, changes: &[(&str, Change)]) {
    on_client(server, async |client| {
        for (key, change) in changes {
            let mut headers = HeaderMap::new();
            let value = match change {
                Change::Put(value) => *value,
                Change::Delete => {
                    headers.insert("KV-Operation", "DEL");
                    ""
                }
                Change::Purge => {
                    headers.insert("KV-Operation", "PURGE");
                    headers.insert("Nats-Rollup", "sub");
                    ""
                }
            };
            let subject = format!("$KV.conf.{key}");
            let answer = client.request_with_headers(subject, headers, value.into()).await.unwrap();
            assert!(!String::from_utf8_lossy(&answer.payload).contains("\"error\""));
        }
    });
}

fn bucket(server: &Server) -> String {
    format!("nats-kv://127.0.0.1:{}/conf", server.port)
}

/// Id, label and state of each version.
fn versions(home: &Path, place: &str) -> Vec<(String, String, Json)> {
    let lines = |command: &[&str]| -> Vec<Json> {
        done(home, command).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let mut told = lines(&["log", place, "--json"]);
    told.sort_by_key(|version| version["version"].as_u64());
    let states = lines(&["export", place, "--format", "jsonl"]);
    assert_eq!(told.len(), states.len());
    let of = |(told, state): (Json, Json)| {
        let words = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        (words("source_id"), words("label"), state["state"].clone())
    };
    told.into_iter().zip(states).map(of).collect()
}

const KEYS: [&str; 6] = ["port", "app.motd", "app.limits", "a/b", "feature=x", "deep.er.key"];
const VALUES: [&str; 7] = ["1", "{\"n\":1.50}", "plain words", "", "[1,{\"a\":null}]", "\"text\"", "two\nlines"];

/// Changes that a seed makes.
fn changes(seed: u64, count: usize) -> Vec<(&'static str, Change)> {
    let mut seed = seed;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    (0..count)
        .map(|_| {
            let key = KEYS[next(KEYS.len())];
            match next(8) {
                0 => (key, Change::Delete),
                1 => (key, Change::Purge),
                _ => (key, Change::Put(VALUES[next(VALUES.len())])),
            }
        })
        .collect()
}

/// The states behind each of the revisions that are kept, by a plain walk; the others left nothing.
fn model(changes: &[(&str, Change)], history: usize) -> Vec<(String, String, Json)> {
    let is_kept = |at: usize| {
        let (key, _) = &changes[at];
        let later: Vec<_> = changes[at + 1..].iter().filter(|(other, _)| other == key).collect();
        later.len() < history && !later.iter().any(|(_, change)| matches!(change, Change::Purge))
    };
    let mut state = Map::new();
    let mut told = Vec::new();
    for (at, (key, change)) in changes.iter().enumerate().filter(|(at, _)| is_kept(*at)) {
        let word = match change {
            Change::Put(value) => {
                let value = serde_json::from_str(value).unwrap_or_else(|_| Json::from(*value));
                state.insert((*key).into(), value);
                "put"
            }
            Change::Delete => {
                state.remove(*key);
                "delete"
            }
            Change::Purge => {
                state.remove(*key);
                "purge"
            }
        };
        told.push(((at + 1).to_string(), format!("{word} {key}"), Json::Object(state.clone())));
    }
    told
}

#[test]
fn each_revision_of_a_bucket_is_a_version() {
    for (seed, history) in [(1, 64), (2, 64), (3, 5), (4, 1)] {
        let (home, server) = started();
        make_bucket(&server, history);
        let changes = changes(seed, 120);
        change(&server, &changes);
        let expected = model(&changes, history as usize);
        assert_eq!(versions(home.path(), &bucket(&server)), expected, "seed {seed}, history {history}");
        let (_, words, code) = asof(home.path(), &["log", &bucket(&server)], "");
        let gone = changes.len() - expected.len();
        assert_eq!(code, 0, "{words}");
        assert!(
            words.contains(&format!("{gone} revisions of the bucket are no longer on the server")),
            "{gone}: {words}"
        );
        // By its number, and from the cache as afresh.
        let (revision, _, state) = &expected[expected.len() / 2];
        let asked = done(home.path(), &["state", &bucket(&server), "--at", &format!("id:{revision}")]);
        assert_eq!(serde_json::from_str::<Json>(&asked).unwrap(), *state);
        done(home.path(), &["index", &bucket(&server)]);
        assert_eq!(versions(home.path(), &bucket(&server)), expected);
        change(&server, &[("port", Change::Put("99"))]);
        assert_eq!(versions(home.path(), &bucket(&server)).last().unwrap().2["port"], 99, "not what was kept");
    }
}

fn state(home: &Path, place: &str) -> Json {
    serde_json::from_str(&done(home, &["state", place])).unwrap()
}

#[test]
fn a_bucket_is_put_back_where_that_is_allowed() {
    let (home, server) = started();
    let (home, place) = (home.path(), bucket(&server));
    make_bucket(&server, 10);
    let put = Change::Put;
    change(&server, &[("port", put("8080")), ("app.motd", put("hello")), ("limits", put("{\"max\":1.50}"))]);
    change(&server, &[("port", put("9")), ("app.motd", Change::Delete), ("new", put("1")), ("limits", put("{}"))]);
    let (before, target) = (versions(home, &place), ["rollback", &place, "3"]);
    let with = |more: &[&str]| asof(home, &[&target[..], more].concat(), "");
    for refused in [&[][..], &["--yes"], &["--allow-write"]] {
        let (_, words, code) = with(refused);
        assert!(code == 2 && (words.contains("--allow-write") || words.contains("--yes")), "{words}");
    }
    let (out, words, code) = with(&["--dry-run"]);
    assert!(code == 0 && out.contains("would put 4 keys of bucket conf as at revision 3"), "{out}{words}");
    assert_eq!(versions(home, &place), before, "nothing was put");
    let (out, words, code) = with(&["--allow-write", "--yes", "--key", "port"]);
    assert_eq!((out.lines().next(), code), (Some("put 1 key of bucket conf as at revision 3"), 0), "{words}");
    assert_eq!(state(home, &place), json!({ "port": 8080, "new": 1, "limits": {} }));
    let (out, words, code) = with(&["--allow-write", "--yes", "--json"]);
    let told: Json = serde_json::from_str(&out).unwrap();
    assert_eq!((told["keys"].as_array().unwrap().len(), code), (3, 0), "{out}{words}");
    assert_eq!(state(home, &place), before[2].2);
    // The very bytes, and as new revisions: nothing is gone.
    assert!(done(home, &["state", &place, "--path", ".limits"]).contains("1.50"));
    assert_eq!(versions(home, &place)[..before.len()], before);
    let (out, _, code) = with(&["--allow-write", "--yes"]);
    assert!(code == 0 && out.contains("nothing to put"), "{out}");
}

#[test]
fn a_key_that_somebody_puts_meanwhile_keeps_what_they_put() {
    let (home, server) = started();
    let (home, place) = (home.path(), bucket(&server));
    make_bucket(&server, 100_000);
    let keys: Vec<String> = (0..200).map(|n| format!("k{n:03}")).collect();
    let all = |value: &'static str| keys.iter().map(|key| (key.as_str(), Change::Put(value))).collect::<Vec<_>>();
    change(&server, &all("1"));
    change(&server, &[("z", Change::Put("1"))]);
    change(&server, &all("2"));
    let stop = std::sync::atomic::AtomicBool::new(false);
    let is_over = || stop.load(std::sync::atomic::Ordering::Relaxed);
    let (out, words, code) = std::thread::scope(|scope| {
        // Somebody puts the last of the keys again and again.
        scope.spawn(|| {
            while !is_over() {
                change(&server, &[("z", Change::Put("7")), ("z", Change::Put("8"))]);
            }
        });
        std::thread::sleep(Duration::from_millis(100));
        let done = asof(home, &["rollback", &place, "id:201", "--allow-write", "--yes", "--json"], "");
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        done
    });
    let told: Json = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{code} {words}"));
    assert_eq!((&told["overtaken"], code), (&json!("z"), 4), "{words}");
    let put = told["keys"].as_array().unwrap().iter().filter(|key| !key["revision"].is_null()).count();
    assert_eq!(put, keys.len(), "those before it");
    let now = state(home, &place);
    assert!(keys.iter().all(|key| now[key] == 1) && now["z"] == 8, "{now}");
}

#[test]
fn what_a_bucket_has_not_kept_is_left_as_it_is_and_said() {
    let (home, server) = started();
    let (home, place) = (home.path(), bucket(&server));
    make_bucket(&server, 1);
    let put = Change::Put;
    change(&server, &[("port", put("1")), ("motd", put("a")), ("port", put("2")), ("late", put("x"))]);
    let (out, words, code) = asof(home, &["rollback", &place, "id:2", "--allow-write", "--yes"], "");
    assert_eq!(code, 0, "{out}{words}");
    assert!(words.contains("left 2 keys as they are") && words.contains("port") && words.contains("late"), "{words}");
    assert_eq!(state(home, &place), json!({ "motd": "a", "port": 2, "late": "x" }));
}

#[test]
fn a_bucket_is_followed_through_a_restart_of_its_server() {
    let (home, mut server) = started();
    make_bucket(&server, 1);
    let target = home.path().join("conf.asof");
    change(&server, &[("n", Change::Put("0"))]);
    let mut recorder = std::process::Command::new(assert_cmd::cargo::cargo_bin("asof"))
        .args(["record", "--watch", &bucket(&server), "-o", target.to_str().unwrap()])
        .env("HOME", home.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let recorded = |count: usize| {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let (out, ..) = asof(home.path(), &["log", target.to_str().unwrap(), "--json"], "");
            if out.lines().count() >= count {
                return;
            }
            assert!(Instant::now() < end, "{count} versions: {out}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    recorded(1);
    change(&server, &[("n", Change::Put("1"))]);
    recorded(2);
    server.kill();
    server.restart();
    // The bucket keeps one revision of a key: what is not taken in time is gone.
    for (number, value) in ["2", "3", "4"].into_iter().enumerate() {
        change(&server, &[("n", Change::Put(value))]);
        recorded(3 + number);
    }
    let pid = rustix::process::Pid::from_raw(recorder.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(recorder.wait().unwrap().code(), Some(130));
    let states: Vec<Json> = versions(home.path(), target.to_str().unwrap()).into_iter().map(|told| told.2).collect();
    assert_eq!(states, (0..5).map(|n| json!({ "n": n })).collect::<Vec<_>>());
}

/// Makes the stream `ORDERS` and publishes payloads on subjects.
fn orders(server: &Server, messages: &[(&str, &str)]) -> String {
    let config = json!({ "name": "ORDERS", "subjects": ["orders.>", "beat"], "num_replicas": 1 });
    request(server, "STREAM.CREATE.ORDERS", &config.to_string());
    on_client(server, async |client| {
        for (subject, payload) in messages {
            client.request((*subject).to_owned(), (*payload).to_owned().into()).await.unwrap();
        }
    });
    format!("nats-stream://127.0.0.1:{}/ORDERS", server.port)
}

#[test]
fn a_stream_is_read_by_a_recipe_or_a_fold() {
    let (home, server) = started();
    let home = home.path();
    let events = [
        ("orders.7.add", r#"{"sku":"tea","n":2}"#),
        ("beat", "ok"),
        ("orders.8.add", r#"{"sku":"pot","n":1}"#),
        ("orders.7.add", r#"{"sku":"tea","n":3}"#),
    ];
    let place = orders(&server, &events);
    let (_, words, code) = asof(home, &["log", &place], "");
    assert!(code == 2 && words.contains("--recipe nats-stream"), "{words}");
    let newest = done(home, &["state", &place, "--recipe", "nats-stream"]);
    let expected: BTreeMap<&str, Json> = events
        .iter()
        .map(|(subject, text)| (*subject, serde_json::from_str(text).unwrap_or_else(|_| Json::from(*text))))
        .collect();
    assert_eq!(serde_json::from_str::<Json>(&newest).unwrap(), json!(expected));
    // Tenants by a word of the subject, only those of one subject.
    let some = format!("{place}?subject=orders.*.add");
    let fold = ["--fold", ".[$event.data.sku] += $event.data.n", "--tenant-field", r#".subject / "." | .[1]"#];
    let of = |tenant: &str| done(home, &[&["state", &some, "--tenant", tenant][..], &fold].concat());
    assert_eq!(serde_json::from_str::<Json>(&of("7")).unwrap(), json!({ "tea": 5 }));
    assert_eq!(serde_json::from_str::<Json>(&of("8")).unwrap(), json!({ "pot": 1 }));
    let tenants = done(home, &[&["tenants", &some][..], &fold].concat());
    assert_eq!(tenants.lines().count(), 2, "{tenants}");
    // Payloads alone, as a file would have them.
    let payloads = format!("{place}?subject=orders.>&payload");
    let sums = done(home, &["state", &payloads, "--fold", ".[$event.sku] += $event.n"]);
    assert_eq!(serde_json::from_str::<Json>(&sums).unwrap(), json!({ "tea": 5, "pot": 1 }));
    request(&server, "STREAM.PURGE.ORDERS", r#"{"seq":3}"#);
    let (_, words, _) = asof(home, &["log", &place, "--recipe", "nats-stream"], "");
    assert!(words.contains("2 messages are no longer on the server"), "{words}");
}

#[test]
fn what_is_not_there_is_said_soon() {
    let (home, server) = started();
    make_bucket(&server, 1);
    let host = format!("127.0.0.1:{}", server.port);
    for (place, expected) in [
        (format!("nats-kv://{host}/none"), "the server has no bucket of this name"),
        (format!("nats-stream://{host}/NONE"), "the server has no stream of this name"),
        (format!("nats-kv://{host}/conf"), "is empty"),
    ] {
        let began = Instant::now();
        let (_, words, code) = asof(home.path(), &["log", &place], "");
        assert!(code == 3 && words.contains(expected), "{place}: {code} {words}");
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    }
    let bucket = format!("nats-kv://{host}/conf");
    for command in [
        &["run", "--watch", &bucket, "-o", "x.asof", "--", "true"][..],
        &["record", "--watch", &bucket, "--watch", "a.json", "-o", "x.asof"],
    ] {
        let (_, words, code) = asof(home.path(), command, "");
        assert!(code == 2 && words.contains("is no file: record it alone"), "{command:?}: {code} {words}");
    }
    let (_, words, code) =
        asof(home.path(), &["rollback", &format!("nats-stream://{host}/X"), "1", "--allow-write"], "");
    assert!(code == 2 && words.contains("cannot be written"), "{words}");
}
