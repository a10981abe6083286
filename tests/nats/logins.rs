//! Logging in as users of NATS do: encrypted, with a client's certificate, a token, an nkey, and credentials of an operator.

use crate::program::{asof, done};
use crate::server::Server;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use nkeys::KeyPair;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

const STATES: &str = "{\"n\":1}\n{\"n\":2}\n";

fn file(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls").join(name).display().to_string()
}

/// Writes a context of the `nats` program.
fn context(home: &Path, name: &str, context: &Json) {
    let folder = home.join("config/nats/context");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.json")), context.to_string()).unwrap();
}

/// Records and reads with a context, and is refused with another, by words that name no secret.
fn check(server: &Server, home: &Path, right: &Json, wrong: &Json, refusal: &str) {
    context(home, "right", right);
    context(home, "wrong", wrong);
    let place = server.address("shop");
    let (_, words, code) = asof(home, &["record", "-", "-o", &place, "--nats-context", "right"], STATES);
    assert_eq!(code, 0, "{words}{}", server.log());
    assert_eq!(done(home, &["log", &place, "--nats-context", "right", "--json"]).lines().count(), 2);
    let (_, words, code) = asof(home, &["log", &place, "--nats-context", "wrong"], "");
    assert!(code == 3 && words.contains(refusal), "{code} {words}");
    assert!(!words.contains("s3cret") && !words.contains("SU"), "{words}");
}

fn started(more: &str) -> (tempfile::TempDir, Server) {
    let (home, server) = (tempfile::tempdir().unwrap(), Server::new(more));
    server.wait();
    (home, server)
}

fn tls(more: &str) -> String {
    format!("tls {{ cert_file: {:?}, key_file: {:?}, {more} }}", file("server.pem"), file("server.key"))
}

#[test]
fn an_encrypted_server_is_trusted_by_its_authority() {
    let (home, server) = started(&tls(""));
    let (right, wrong) = (json!({ "ca": file("ca.pem") }), json!({}));
    check(&server, home.path(), &right, &wrong, "refused");
    // The address can ask for it.
    let place = server.address("shop").replace("nats://", "tls://");
    assert_eq!(done(home.path(), &["log", &place, "--nats-context", "right", "--json"]).lines().count(), 2);
    let (_, words, code) = asof(home.path(), &["log", &place], "");
    assert!(code == 3 && words.contains("certificate"), "{code} {words}");
}

#[test]
fn a_server_that_begins_encrypted_is_spoken_to_so() {
    let (home, server) = started(&tls("handshake_first: true"));
    let right = json!({ "ca": file("ca.pem"), "tls_first": true });
    check(&server, home.path(), &right, &json!({ "tls_first": true }), "refused");
}

#[test]
fn a_client_shows_its_certificate() {
    let (home, server) = started(&tls(&format!("ca_file: {:?}, verify: true", file("ca.pem"))));
    let right = json!({ "ca": file("ca.pem"), "cert": file("client.pem"), "key": file("client.key") });
    check(&server, home.path(), &right, &json!({ "ca": file("ca.pem") }), "");
}

#[test]
fn a_token_logs_in() {
    let (home, server) = started("authorization { token: s3cret }");
    check(&server, home.path(), &json!({ "token": "s3cret" }), &json!({ "token": "s3cret2" }), "login rejected");
}

#[test]
fn an_nkey_logs_in() {
    let (own, other) = (KeyPair::new_user(), KeyPair::new_user());
    let (home, server) = started(&format!("authorization {{ users: [ {{ nkey: {} }} ] }}", own.public_key()));
    let seed = |name: &str, key: &KeyPair| {
        let path = home.path().join(name);
        std::fs::write(&path, key.seed().unwrap() + "\n").unwrap();
        json!({ "nkey": path.display().to_string() })
    };
    check(&server, home.path(), &seed("own.nk", &own), &seed("other.nk", &other), "login rejected");
}

/// A claim of NATS, signed: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/jwt
fn signed(by: &KeyPair, subject: &KeyPair, name: &str, what: Json) -> String {
    let part = |json: Json| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let head = part(json!({ "typ": "JWT", "alg": "ed25519-nkey" }));
    let claim = json!({
        "jti": name, "iat": 1_700_000_000, "iss": by.public_key(), "name": name, "sub": subject.public_key(), "nats": what,
    });
    let text = format!("{head}.{}", part(claim));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(by.sign(text.as_bytes()).unwrap());
    format!("{text}.{signature}")
}

fn credentials(folder: &Path, name: &str, account: &KeyPair) -> PathBuf {
    let user = KeyPair::new_user();
    let what = json!({ "pub": {}, "sub": {}, "subs": -1, "data": -1, "payload": -1, "type": "user", "version": 2 });
    let token = signed(account, &user, name, what);
    let path = folder.join(format!("{name}.creds"));
    let text = format!(
        "-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------\n",
        user.seed().unwrap()
    );
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn credentials_of_an_account_log_in() {
    let (operator, system, account) = (KeyPair::new_operator(), KeyPair::new_account(), KeyPair::new_account());
    let limits = json!({
        "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1, "leaf": -1,
        "mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1,
    });
    let of_account = |key: &KeyPair, name: &str, limits: Json| {
        let what = json!({ "limits": limits, "type": "account", "version": 2 });
        (key.public_key(), signed(&operator, key, name, what))
    };
    let mut plain = limits.clone();
    for name in ["mem_storage", "disk_storage", "streams", "consumer"] {
        plain[name] = 0.into();
    }
    let root = signed(&operator, &operator, "asof", json!({ "type": "operator", "version": 2 }));
    let (system_id, system_token) = of_account(&system, "SYS", plain);
    let (account_id, account_token) = of_account(&account, "A", limits);
    let config = format!(
        "operator: {root}\nsystem_account: {system_id}\nresolver: MEMORY\nresolver_preload {{ {system_id}: {system_token}, {account_id}: {account_token} }}"
    );
    let (home, server) = started(&config);
    let path = credentials(home.path(), "ann", &account);
    // One of an account that the server does not know.
    let stranger = credentials(home.path(), "eve", &KeyPair::new_account());
    check(&server, home.path(), &json!({ "creds": path }), &json!({ "creds": stranger }), "login rejected");
}
