//! One server: several connections, what is not there as a whole, what is removed, and what is not allowed.

use crate::server::Server;
use asof::{
    AppendId, Body, Entry, Error, Log, NatsAccess, NatsAddress, NatsLog, Position, Recording, Strategy, Version,
};
use std::time::{Duration, Instant};

pub fn address(text: &str) -> NatsAddress {
    NatsAddress::parse(text).unwrap()
}

pub fn connect(text: &str) -> asof::Result<Recording> {
    Recording::connect(&address(text), &NatsAccess::default())
}

pub fn log(text: &str) -> NatsLog {
    NatsLog::connect(&address(text), &NatsAccess::default()).unwrap()
}

pub fn entry(words: &str) -> Entry {
    Entry::new(Body::Begin { name: words.into(), steps: Vec::new() })
}

/// What the server itself is asked, beside the log.
pub fn on_client<T>(server: &Server, work: impl AsyncFnOnce(async_nats::Client) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = async_nats::connect(format!("127.0.0.1:{}", server.port)).await.unwrap();
        work(client).await
    })
}

pub fn request(server: &Server, what: &str, payload: &str) -> String {
    on_client(server, async |client| {
        let answer = client.request(format!("$JS.API.{what}"), payload.to_owned().into()).await.unwrap();
        String::from_utf8(answer.payload.to_vec()).unwrap()
    })
}

#[test]
fn a_rollback_on_one_connection_is_taken_up_on_another() {
    let server = Server::new("");
    server.wait();
    let place = server.address("shop");
    let app = connect(&place).unwrap().tenant_or_new(&"acme".into()).unwrap();
    app.record("open", &1).unwrap();
    app.record("rush", &2).unwrap();
    let mut heads = app.subscribe();
    assert!(heads.next_within(Duration::from_millis(50)).unwrap().is_none());
    let debugger = connect(&place).unwrap().tenant(&"acme".into()).unwrap().as_debugger();
    debugger.rollback(&Strategy::Version(Version(1)), "too many").unwrap();
    let began = Instant::now();
    let head = heads.next_within(Duration::from_secs(10)).unwrap().unwrap();
    assert!(head.was_set_back() && head.value.to_json() == "1");
    assert!(began.elapsed() < Duration::from_millis(900), "told, not looked for: {:?}", began.elapsed());
    app.record("next", &3).unwrap();
    assert_eq!(connect(&place).unwrap().tenant(&"acme".into()).unwrap().value().to_json(), "3");
}

#[test]
fn an_append_that_was_broken_off_is_none() {
    let server = Server::new("");
    server.wait();
    let log = log(&server.address("shop"));
    let tenant = "acme".into();
    let first = log.append(&tenant, Position(0), &AppendId::new(), &[entry("a")]).unwrap();
    // Two messages of three.
    on_client(&server, async |client| {
        for number in 0..2 {
            let mut headers = async_nats::HeaderMap::new();
            headers.insert("Asof-Append", format!("abcdefghijkl {number} 3"));
            let sent = client.request_with_headers("shop.acme.r", headers, "{}".into()).await.unwrap();
            assert!(!sent.payload.windows(5).any(|part| part == b"error"));
        }
    });
    assert_eq!(log.last(&tenant).unwrap(), first);
    assert!(log.read(&tenant, first, 10).unwrap().records.is_empty());
    let last = log.append(&tenant, first, &AppendId::new(), &[entry("b"), entry("c")]).unwrap();
    assert_eq!(last, Position(first.0 + 4), "behind what was left");
    let read = log.read(&tenant, Position(0), 10).unwrap();
    let positions: Vec<_> = read.records.iter().map(|record| record.position.0).collect();
    assert_eq!(positions, [1, 4, 5]);
    assert!(matches!(log.record(&tenant, Position(2)), Err(Error::NotFound { .. })));
}

#[test]
fn what_retention_has_removed_is_said() {
    let server = Server::new("");
    server.wait();
    let place = server.address("shop");
    let app = connect(&place).unwrap().tenant_or_new(&"acme".into()).unwrap();
    (1..=9).for_each(|number| drop(app.record("count", &serde_json::json!({ "count": number })).unwrap()));
    assert!(request(&server, "STREAM.PURGE.shop=acme", r#"{"seq":5}"#).contains(r#""purged":4"#));
    let again = connect(&place).unwrap().tenant(&"acme".into()).unwrap();
    let damage = again.damage();
    assert_eq!(damage.len(), 1);
    assert!(damage[0].why.contains("history before position 5 was removed"), "{}", damage[0].why);
    assert_eq!(again.history().newest(), Version(9), "numbers stay");
    let error = log(&place).record(&"acme".into(), Position(2)).unwrap_err();
    assert!(matches!(error, Error::Removed { position: 2, first: 5, .. }), "{error}");
    assert!(app.record("count", &10).is_ok(), "who has read it goes on");
    // All of it: positions go on where they were.
    request(&server, "STREAM.PURGE.shop=acme", "{}");
    let late = log(&place);
    let last = late.append(&"acme".into(), Position(0), &AppendId::new(), &[entry("new")]).unwrap();
    assert_eq!(last, Position(11));
}

#[test]
fn who_may_not_is_told_at_once_and_learns_no_name() {
    let users = r#"
        accounts {
          SYS: {}
          A: { jetstream: enabled, users: [
            { user: all, password: s3cret }
            { user: acme, password: s3cret, permissions: {
                publish: ["shop.acme.*", "shop.acme", "$JS.API.STREAM.INFO.shop=acme", "$JS.API.STREAM.MSG.GET.shop=acme",
                  "$JS.API.CONSUMER.CREATE.shop=acme.*", "$JS.API.CONSUMER.MSG.NEXT.shop=acme.*"]
                subscribe: ["_INBOX.>", "shop.acme"] } } ] } }
        system_account: SYS"#;
    let server = Server::new(users);
    server.wait();
    let place = |user: &str| format!("nats://{user}@127.0.0.1:{}/shop", server.port);
    for tenant in ["acme", "widgets_r_us"] {
        connect(&place("all:s3cret")).unwrap().tenant_or_new(&tenant.into()).unwrap().record("open", &1).unwrap();
    }
    let own = connect(&place("acme:s3cret")).unwrap();
    assert_eq!(own.tenant(&"acme".into()).unwrap().value().to_json(), "1");
    own.tenant(&"acme".into()).unwrap().record("next", &2).unwrap();
    let refused = |asked: &dyn Fn() -> asof::Result<()>| {
        let began = Instant::now();
        let error = asked().unwrap_err();
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        assert!(matches!(error, Error::ServerRefused { .. }), "{error}");
        error.to_string()
    };
    let there = refused(&|| own.tenant(&"widgets_r_us".into()).map(drop));
    let nowhere = refused(&|| own.tenant(&"nobody".into()).map(drop));
    assert_eq!(there, nowhere, "the same words as if it did not exist");
    let listed = refused(&|| connect(&place("acme:s3cret")).unwrap().tenants().map(drop));
    assert_eq!(own.tenants().unwrap(), ["acme".into()], "those that are named, where none are listed");
    let other = log(&place("acme:s3cret"));
    let written =
        refused(&|| other.append(&"widgets_r_us".into(), Position(1), &AppendId::new(), &[entry("x")]).map(drop));
    let wrong = refused(&|| connect(&place("acme:wrong")).map(drop));
    for words in [there, listed, written, wrong] {
        assert!(!words.contains("widgets") && !words.contains("s3cret") && !words.contains("wrong"), "{words}");
    }
}

#[test]
fn a_server_that_is_not_there_is_said_soon() {
    let began = Instant::now();
    let error = connect("nats://127.0.0.1:1/shop").err().unwrap();
    assert!(matches!(error, Error::ServerLost { .. }), "{error}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn who_follows_reads_on_when_the_server_was_killed() {
    let mut server = Server::new("");
    server.wait();
    let place = server.address("shop");
    let app = connect(&place).unwrap().tenant_or_new(&"acme".into()).unwrap();
    app.record("one", &1).unwrap();
    let reader = connect(&place).unwrap().tenant(&"acme".into()).unwrap();
    let mut heads = reader.subscribe();
    server.kill();
    server.restart();
    for number in 2..=20 {
        app.record("next", &number).unwrap();
    }
    let end = Instant::now() + Duration::from_secs(30);
    let mut told = Vec::new();
    while told.len() < 19 && Instant::now() < end {
        if let Some(head) = heads.next_within(Duration::from_secs(1)).unwrap() {
            told.push(head.value.to_json().parse::<u64>().unwrap());
        }
    }
    assert_eq!(told, (2..=20).collect::<Vec<_>>(), "none left out, none twice");
}
