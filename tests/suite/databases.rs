//! Databases of `SQLite` through the public door: real ones beside their true states, made ones in the schemas that tools
//! have, and files that a program is writing to or left behind.

use super::imports::Found;
use super::recipes::{by_recipe, read, said, states};
use asof::Error;
use asof::import::{ImportInput, probe_input};
use asof::recipe::{Mapping, RecipeBook, RecipeFile};
use rusqlite::Connection;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn opened(path: &Path) -> Found {
    read(ImportInput::open(path).unwrap(), &Mapping::default()).unwrap()
}

fn refused(path: &Path, mapping: &Mapping) -> String {
    read(ImportInput::open(path).unwrap(), mapping).map(|_| ()).unwrap_err().to_string()
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/databases").join(name)
}

fn truth(name: &str) -> Vec<Json> {
    let text = std::fs::read_to_string(sample(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A database made of these statements.
fn made(folder: &Path, statements: &str) -> PathBuf {
    let path = folder.join("made.db");
    Connection::open(&path).unwrap().execute_batch(statements).unwrap();
    path
}

/// Names and bytes of all in a folder; of shared memory only the name: where its writer is in the same process, both use it.
fn listed(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let bytes =
        |file: &Path| if file.to_string_lossy().ends_with("-shm") { Vec::new() } else { std::fs::read(file).unwrap() };
    files.map(|file| (file.file_name().unwrap().to_string_lossy().into_owned(), bytes(&file))).collect()
}

/// Written by `SqliteSaver` of langgraph 1.2, and the states that its own `get_state_history` gives.
#[test]
fn real_checkpoints_are_the_states_of_their_graph() {
    let found = opened(&sample("langgraph.db"));
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    let made = states(&found);
    let mut expected: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for line in truth("langgraph.states.jsonl") {
        // A channel that was never written is not stored; the graph gives it as empty.
        let state = if line["parent"].is_null() { json!({}) } else { line["state"].clone() };
        expected.entry(line["thread"].as_str().unwrap().to_owned()).or_default().push(state);
    }
    assert_eq!(made, expected);
}

/// Written by Django with django-simple-history 3.13, and the rows of the table after each change.
#[test]
fn real_history_tables_are_the_rows_after_each_change() {
    let found = opened(&sample("django.db"));
    let made: Vec<Json> = states(&found).into_values().flatten().collect();
    let expected = truth("django.states.jsonl");
    assert_eq!(made.len(), expected.len());
    for (made, expected) in made.iter().zip(expected) {
        // SQLite keeps truth as a number.
        let text = expected.to_string().replace("true", "1").replace("false", "0");
        assert_eq!(made, &serde_json::from_str::<Json>(&text).unwrap());
    }
}

fn packed_text(text: &str) -> Vec<u8> {
    [&[0xd9, u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

/// `{"ts": …, "channel_values": {"n": NUMBER, "log": …}}` as `MessagePack`; the log is the snapshot of a delta channel, or left out.
fn checkpoint(number: u8, log: Option<&[&str]>) -> Vec<u8> {
    let mut bytes = vec![0x82];
    bytes.extend([packed_text("ts"), packed_text("2026-01-01T00:00:00Z"), packed_text("channel_values")].concat());
    bytes.push(if log.is_some() { 0x82 } else { 0x81 });
    bytes.extend([packed_text("n"), vec![number]].concat());
    if let Some(log) = log {
        let texts: Vec<u8> = log.iter().flat_map(|text| packed_text(text)).collect();
        let held = [vec![0x90 | u8::try_from(log.len()).unwrap()], texts].concat();
        bytes.extend([packed_text("log"), vec![0xc7, u8::try_from(held.len()).unwrap(), 7], held].concat());
    }
    bytes
}

/// Of a delta channel most checkpoints hold only changes, which the program's own reducer would have to be run on: what is not
/// there is never told as a state without it, and a checkpoint with its snapshot is right again.
#[test]
fn a_checkpoint_that_holds_only_changes_of_a_channel_is_no_state() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made.db");
    let database = Connection::open(&path).unwrap();
    let schema = "CREATE TABLE checkpoints (thread_id TEXT, checkpoint_ns TEXT, checkpoint_id TEXT, parent_checkpoint_id TEXT,
        type TEXT, checkpoint BLOB, metadata BLOB); CREATE TABLE writes (thread_id TEXT, checkpoint_ns TEXT, checkpoint_id TEXT,
        task_id TEXT, idx INTEGER, channel TEXT, type TEXT, value BLOB);";
    database.execute_batch(schema).unwrap();
    let rows = [
        ("1", None, None, "{}"),
        ("2", Some("1"), Some(&["a", "b"][..]), r#"{"counters_since_delta_snapshot":{"log":0}}"#),
        ("3", Some("2"), None, r#"{"counters_since_delta_snapshot":{"log":1}}"#),
        ("4", Some("3"), None, r#"{"counters_since_delta_snapshot":{"log":2}}"#),
        ("5", Some("4"), Some(&["a", "b", "c"]), r#"{"counters_since_delta_snapshot":{"log":0}}"#),
    ];
    for (number, (id, parent, log, metadata)) in (1..).zip(rows) {
        let insert = "INSERT INTO checkpoints VALUES ('t', '', ?, ?, 'msgpack', ?, ?)";
        database.execute(insert, (id, parent, checkpoint(number, log), metadata.as_bytes())).unwrap();
    }
    drop(database);
    let found = opened(&path);
    let why = "of log only the changes are stored here (delta channel): the program's own reducer would have to be run on them";
    let refused = json!({ "invalid": why });
    let expected = [
        json!({"n": 1}),
        json!({"n": 2, "log": ["a", "b"]}),
        refused.clone(),
        refused,
        json!({"n": 5, "log": ["a", "b", "c"]}),
    ];
    assert_eq!(states(&found)["t"], expected);
    let told: Vec<&str> = found.problems.iter().map(|problem| problem.why.as_str()).collect();
    assert_eq!(told, [why, why]);
}

const HOME: &str = "
CREATE TABLE states_meta (metadata_id INTEGER PRIMARY KEY, entity_id VARCHAR(255));
CREATE TABLE state_attributes (attributes_id INTEGER PRIMARY KEY, hash BIGINT, shared_attrs TEXT);
CREATE TABLE states (state_id INTEGER PRIMARY KEY, entity_id CHAR(0), state VARCHAR(255), attributes CHAR(0),
  event_id SMALLINT, last_changed CHAR(0), last_changed_ts FLOAT, last_updated CHAR(0), last_updated_ts FLOAT,
  old_state_id INTEGER, attributes_id INTEGER, context_id CHAR(0), context_user_id CHAR(0), context_parent_id CHAR(0),
  origin_idx SMALLINT, context_id_bin BLOB, context_user_id_bin BLOB, context_parent_id_bin BLOB, metadata_id INTEGER);
INSERT INTO states_meta VALUES (1, 'light.hall'), (2, 'sensor.door');
INSERT INTO state_attributes VALUES (1, 5, '{\"brightness\":80}'), (2, 6, '{}');
INSERT INTO states (state_id, state, last_updated_ts, attributes_id, context_id_bin, context_parent_id_bin, metadata_id) VALUES
  (1, 'off', 1700000000.5, 2, x'01', NULL, 1), (2, 'open', 1700000001.5, NULL, x'02', NULL, 2),
  (4, '', 1700000009.0, NULL, x'04', NULL, 1), (3, 'on', 1700000002.0, 1, x'03', x'02', 1);
";

const OLD_HOME: &str = "
CREATE TABLE states (state_id INTEGER PRIMARY KEY, entity_id VARCHAR(255), state VARCHAR(255), attributes TEXT,
  last_changed DATETIME, last_updated DATETIME, context_id VARCHAR(36), context_user_id VARCHAR(36), context_parent_id VARCHAR(36));
INSERT INTO states VALUES
  (1, 'light.hall', 'off', '{}', NULL, '2023-11-14 22:13:20.500000', '01', NULL, NULL),
  (2, 'sensor.door', 'open', '{}', NULL, '2023-11-14 22:13:21.500000', '02', NULL, NULL),
  (3, 'light.hall', 'on', '{\"brightness\":80}', NULL, '2023-11-14 22:13:22', '03', NULL, '02'),
  (4, 'light.hall', '', '{}', NULL, '2023-11-14 22:13:29', '04', NULL, NULL);
";

#[test]
fn a_recorder_of_either_age_gives_a_history_an_entity_with_its_causes() {
    for schema in [HOME, OLD_HOME] {
        let folder = tempfile::tempdir().unwrap();
        let found = opened(&made(folder.path(), schema));
        assert!(found.problems.is_empty(), "{:?}", found.problems);
        let off = json!({"state": "off", "attributes": {}});
        let on = json!({"state": "on", "attributes": {"brightness": 80}});
        let expected = [
            ("light.hall".to_owned(), vec![off, on, Json::Null]),
            ("sensor.door".to_owned(), vec![json!({"state": "open", "attributes": {}})]),
        ];
        assert_eq!(states(&found), expected.into());
        let turned_on = &found
            .entries
            .iter()
            .find(|(_, entry)| entry.at.is_some_and(|at| at.timestamp() == 1_700_000_002))
            .unwrap()
            .1;
        let from = turned_on.provenance.as_deref().unwrap();
        assert_eq!((from.source_id.as_deref(), from.cause.as_deref()), (Some("03"), Some("02")));
    }
}

/// What `PaperTrail` keeps in a row is the item before the change: the item after it is in the next row, or in the changes.
#[test]
fn the_item_after_a_change_is_in_the_next_row_or_in_the_changes() {
    let rows = |changes: [&str; 4]| {
        let [a, b, c, d] = changes;
        format!("
CREATE TABLE versions (id INTEGER PRIMARY KEY, item_type VARCHAR, item_id BIGINT, event VARCHAR, whodunnit VARCHAR, object TEXT, object_changes TEXT, created_at DATETIME);
INSERT INTO versions VALUES
 (1, 'Post', 7, 'create', 'ann', NULL, {a}, '2026-01-01 10:00:00'),
 (2, 'Post', 8, 'create', 'ann', NULL, {d}, '2026-01-01 10:00:01'),
 (3, 'Post', 7, 'update', 'bob', '{{\"id\":7,\"t\":\"a\"}}', {b}, '2026-01-01 10:00:02'),
 (4, 'Post', 7, 'destroy', 'bob', '{{\"id\":7,\"t\":\"b\"}}', {c}, '2026-01-01 10:00:03');")
    };
    let with = rows([r#"'{"id":[null,7],"t":[null,"a"]}'"#, r#"'{"t":["a","b"]}'"#, "NULL", r#"'{"id":[null,8]}'"#]);
    for (statements, last) in [(with, json!({"id": 8})), (rows(["NULL"; 4]), Json::Null)] {
        let folder = tempfile::tempdir().unwrap();
        let made = states(&opened(&made(folder.path(), &statements)));
        assert_eq!(made["Post/7"], [json!({"id": 7, "t": "a"}), json!({"id": 7, "t": "b"}), Json::Null]);
        match last {
            Json::Null => assert!(made["Post/8"][0]["invalid"].as_str().unwrap().contains("no object_changes")),
            last => assert_eq!(made["Post/8"], [last]),
        }
    }
}

#[test]
fn rows_of_audit_tables_are_the_rows_of_their_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path(), "
CREATE TABLE record_version (id INTEGER PRIMARY KEY, record_id TEXT, old_record_id TEXT, op TEXT, ts TEXT, table_schema TEXT, table_name TEXT, record TEXT, old_record TEXT);
INSERT INTO record_version VALUES (1, 'r1', NULL, 'INSERT', '2026-01-01T00:00:00Z', 'public', 'pets', '{\"n\":1}', NULL),
 (2, 'r1', 'r1', 'UPDATE', '2026-01-01T00:00:01Z', 'public', 'pets', '{\"n\":2}', '{\"n\":1}'),
 (3, NULL, 'r1', 'DELETE', '2026-01-01T00:00:02Z', 'public', 'pets', NULL, '{\"n\":2}');");
    assert_eq!(states(&opened(&path))["public.pets"], [json!({"r1": {"n": 1}}), json!({"r1": {"n": 2}}), json!({})]);
}

fn own_recipe(text: &str) -> RecipeBook {
    let mut book = RecipeBook::shipped();
    book.add(RecipeFile::new("mine", "mine.toml".into(), text));
    book
}

fn read_with(path: &Path, recipe: &str) -> asof::Result<Found> {
    let (book, mapping) = (own_recipe(recipe), by_recipe("mine"));
    let mut found = Found::default();
    let how = asof::import::ReadAs { format: None, mapping: &mapping, book: &book };
    asof::import::read_as(ImportInput::open(path)?, &how, &mut |item| found.take(item))?;
    Ok(found)
}

const SETTINGS: &str = "CREATE TABLE settings (id INTEGER PRIMARY KEY, value TEXT); INSERT INTO settings VALUES (1, '{\"a\":1}'), (2, '{\"a\":'), (3, '{\"a\":3}');";

#[test]
fn any_table_is_read_by_a_recipe_of_four_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path(), SETTINGS);
    for query in ["", "query = 'SELECT id, value FROM {table} ORDER BY id'\n"] {
        let recipe = format!("about = 'x'\nstate = 'value'\n[sqlite]\ntable = 'settings'\njson = ['value']\n{query}");
        let found = read_with(&path, &recipe).unwrap();
        let made = &states(&found)["main"];
        assert_eq!((&made[0], &made[2]), (&json!({"a": 1}), &json!({"a": 3})));
        assert!(
            made[1]["invalid"].as_str().unwrap().starts_with("column value: not JSON: the text ends in the middle"),
            "{made:?}"
        );
        assert!(found.problems[0].why.starts_with("column value"), "{:?}", found.problems);
    }
}

#[test]
fn a_query_that_does_more_than_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path(), SETTINGS);
    let before = listed(folder.path());
    for query in [
        "DELETE FROM settings",
        "ATTACH 'other.db' AS o",
        "PRAGMA journal_mode = WAL",
        "CREATE TABLE x (a)",
        "nonsense",
        "INSERT INTO settings VALUES (9, '') RETURNING id",
    ] {
        let recipe = format!("about = 'x'\nstate = 'value'\n[sqlite]\ntable = 'settings'\nquery = \"{query}\"\n");
        assert!(read_with(&path, &recipe).is_err(), "{query}");
    }
    assert_eq!(listed(folder.path()), before);
}

#[test]
fn a_database_that_no_recipe_is_for_is_named_with_its_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path(), SETTINGS);
    assert!(refused(&path, &Mapping::default()).contains("an SQLite database with the table settings"));
    let probed = probe_input(&ImportInput::open(&path).unwrap(), &RecipeBook::shipped()).unwrap();
    assert_eq!((probed.candidates[0].format, probed.doubt.is_some()), ("sqlite", true));
    assert!(
        refused(&path, &by_recipe("langgraph-sqlite")).contains("is not for an SQLite file with the table settings")
    );
    assert!(refused(&path, &by_recipe("temporal")).contains("a recipe with [sqlite]"));
    assert!(refused(&path, &said(|how| how.fold = Some(".".into()))).contains("a recipe with [sqlite]"));
    std::fs::write(&path, b"SQLite format 3\0 and nothing that follows from it").unwrap();
    assert!(matches!(read(ImportInput::open(&path).unwrap(), &Mapping::default()), Err(Error::Format { .. })));
}

/// Rows that stand only in the log of a database are read, and nothing is written beside it: while its writer is there,
/// where both files were copied, and where the writer has gone.
#[test]
fn the_log_of_a_database_is_read_and_nothing_is_written_beside_it() {
    let (folder, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = made(folder.path(), &format!("PRAGMA journal_mode = WAL; {HOME}"));
    let check = |folder: &Path, path: &Path, lights: usize| {
        let before = listed(folder);
        assert_eq!(states(&opened(path))["light.hall"].len(), lights);
        assert!(listed(folder) == before, "{:?}", listed(folder).keys());
    };
    check(folder.path(), &path, 3);
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch("PRAGMA wal_autocheckpoint = 0; INSERT INTO states (state_id, state, last_updated_ts, context_id_bin, metadata_id) VALUES (9, 'on', 1700000010.0, x'09', 1)").unwrap();
    check(folder.path(), &path, 4);
    for ending in ["", "-wal"] {
        std::fs::copy(format!("{}{ending}", path.display()), copies.path().join(format!("it is 100%?{ending}")))
            .unwrap();
    }
    check(copies.path(), &copies.path().join("it is 100%?"), 4);
    drop(writer);
    check(folder.path(), &path, 4);
}

#[test]
fn a_locked_database_and_one_with_an_unfinished_transaction_are_told() {
    let (folder, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = made(folder.path(), HOME);
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch("BEGIN EXCLUSIVE").unwrap();
    assert!(refused(&path, &Mapping::default()).contains("locked by a program that writes to it"));
    // A page that was written before its transaction ended.
    writer.execute_batch("ROLLBACK; PRAGMA cache_spill = ON; PRAGMA cache_size = 2; BEGIN; CREATE TABLE filler (a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO filler SELECT hex(zeroblob(200)) FROM n").unwrap();
    let copy = copies.path().join("copy.db");
    for ending in ["", "-journal"] {
        std::fs::copy(format!("{}{ending}", path.display()), format!("{}{ending}", copy.display())).unwrap();
    }
    let before = listed(copies.path());
    let why = refused(&copy, &Mapping::default());
    assert!(why.contains("did not finish") || why.contains("damaged"), "{why}");
    assert!(listed(copies.path()) == before);
}
