//! Files of one value in YAML, TOML and JSON5: what they say, as JSON, and where what cannot be read stands.

use super::commands::Sandbox;
use asof::Error;
use asof::import::read_value;
use std::path::Path;

fn check(file: &str, text: &str, json: &str) {
    let value = read_value(Path::new(file), text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
    let expected = asof::parse(json.as_bytes()).unwrap();
    assert_eq!(value.to_json(), expected.to_json(), "{text}");
}

fn check_wrong(file: &str, text: &str, (line, byte): (u64, u64), why: &str) {
    match read_value(Path::new(file), text.as_bytes()) {
        Err(Error::Syntax { place, why: said }) => {
            assert!(said.contains(why), "{text}: {said}");
            assert_eq!((place.line, place.byte), (line, byte), "{text}: {said}");
            assert_eq!(place.file, file);
        }
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn scalars_of_yaml_are_those_of_its_core_schema() {
    let yaml = |text, json| check("a.yaml", text, json);
    yaml("a: 1\nb: -2\nc: +3\nd: 0x1F\ne: 0o17\n", r#"{"a":1,"b":-2,"c":3,"d":31,"e":15}"#);
    yaml(
        "[1.50, .5, 5., 1e3, -1.5E-3, 123456789012345678901234567890]",
        "[1.50,0.5,5.0,1e3,-1.5E-3,123456789012345678901234567890]",
    );
    yaml("[true, False, TRUE, null, ~, NULL, Null]", "[true,false,true,null,null,null,null]");
    yaml("[yes, no, on, off, y, tRUE, nULL]", r#"["yes","no","on","off","y","tRUE","nULL"]"#);
    yaml(
        "[.inf, -.Inf, .nan, 0644, 1_000, 12:30, 2026-01-01, 1.2.3, .]",
        r#"[".inf","-.Inf",".nan","0644","1_000","12:30","2026-01-01","1.2.3","."]"#,
    );
    yaml("['1', \"true\", !!str 1, !!int \"7\", ! 2]", r#"["1","true","1",7,"2"]"#);
    yaml("on:\n  push:\n    branches: [main]\n", r#"{"on":{"push":{"branches":["main"]}}}"#);
    yaml("1: a\ntrue: b\n~: c\n\"\": d\n", r#"{"1":"a","true":"b","~":"c","":"d"}"#);
    yaml("a:\nb: \n- 1\n-\n", r#"{"a":null,"b":[1,null]}"#);
}

#[test]
fn texts_of_yaml_keep_their_lines() {
    let yaml = |text, json| check("a.yml", text, json);
    yaml("run: |\n  one\n    two\n\n  three\n", r#"{"run":"one\n  two\n\nthree\n"}"#);
    yaml("run: |-\n  one\n", r#"{"run":"one"}"#);
    yaml("run: >\n  one\n  two\n\n  three\n", r#"{"run":"one two\nthree\n"}"#);
    yaml("a: \"tab\\t\\u00e4 \\\n  joined\"\nb: 'it''s'\n", r#"{"a":"tab\tä joined","b":"it's"}"#);
    yaml("# only a comment\n", "null");
    yaml("\u{FEFF}a: ä # comment\n", r#"{"a":"ä"}"#);
}

#[test]
fn what_yaml_shares_is_written_out() {
    let yaml = |text, json| check("a.yaml", text, json);
    yaml("a: &x [1, 2]\nb: *x\n", r#"{"a":[1,2],"b":[1,2]}"#);
    yaml("base: &b {a: 1, b: 2}\nmore:\n  <<: *b\n  b: 3\n", r#"{"base":{"a":1,"b":2},"more":{"a":1,"b":3}}"#);
    yaml("- &p {x: 1}\n- &q {x: 2, y: 2}\n- {<<: [*p, *q], z: 3}\n", r#"[{"x":1},{"x":2,"y":2},{"x":1,"y":2,"z":3}]"#);
    yaml("{<<: 1, \"<<\": 2}", r#"{"<<":2}"#);
    yaml("&k key: *k\n", r#"{"key":"key"}"#);
    yaml("---\na: 1\n---\na: 2\n...\n", r#"[{"a":1},{"a":2}]"#);
    yaml(
        "bucket: !Ref Name\nlist: !Sub [a, !GetAtt b.c]\n",
        r#"{"bucket":{"!Ref":"Name"},"list":{"!Sub":["a",{"!GetAtt":"b.c"}]}}"#,
    );
}

#[test]
fn hostile_yaml_is_refused_in_one_sentence() {
    check_wrong("a.yaml", "a: 1\nb: [1, 2\nc: 3\n", (3, 15), "not YAML");
    check_wrong("ä.yaml", "ä: 1\n? [a]\n: 2\n", (2, 10), "a key that is a list or an object");
    check_wrong("a.yaml", "a: &x [*x]\n", (1, 7), "an alias to a value that contains it");
    check_wrong("a.yaml", "a: *none\n", (1, 3), "not YAML");
    let laughs = (1..30).fold("a0: &a0 [lol, lol, lol]\n".to_owned(), |text, n| {
        let last = n - 1;
        format!("{text}a{n}: &a{n} [{}]\n", vec![format!("*a{last}"); 9].join(", "))
    });
    check_wrong("a.yaml", &laughs, (1, 0), "its aliases expand it to more than");
    let merges = (0..3000).map(|n| format!("m{n}: {{<<: *a}}\n"));
    let members: String = (0..3000).map(|n| format!("  k{n}: 1\n")).collect();
    let text = format!("a: &a\n{members}{}", merges.collect::<String>());
    assert!(read_value(Path::new("a.yaml"), text.as_bytes()).is_err());
    for open in ["[", "{a: ", "- "] {
        assert!(read_value(Path::new("a.yaml"), open.repeat(100_000).as_bytes()).is_err());
    }
    let deep: String = (0..300).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    assert!(read_value(Path::new("a.yaml"), deep.as_bytes()).is_err());
}

#[test]
fn toml_is_read_with_its_digits() {
    let toml = |text, json| check("a.toml", text, json);
    toml("a = 1_000\nb = 0xff\nc = 3.140\nd = 1e6\ne = -0\n", r#"{"a":1000,"b":255,"c":3.140,"d":1e6,"e":-0}"#);
    toml(
        "a = inf\nb = -nan\nc = 1979-05-27T07:32:00Z\nd = 07:32:00\n",
        r#"{"a":"inf","b":"-nan","c":"1979-05-27T07:32:00Z","d":"07:32:00"}"#,
    );
    toml(
        "[a.b]\nc = '''x\ny'''\n[[list]]\nn = 1\n[[list]]\nn = 2\n",
        r#"{"a":{"b":{"c":"x\ny"}},"list":[{"n":1},{"n":2}]}"#,
    );
    check("Cargo.lock", "version = 4\n[[package]]\nname = \"a\"\n", r#"{"version":4,"package":[{"name":"a"}]}"#);
    check_wrong("a.toml", "a = 1\nb = \n", (2, 10), "not TOML");
    check_wrong("a.toml", "a = 1\na = 2\n", (2, 6), "not TOML");
    assert!(read_value(Path::new("a.toml"), format!("a = {}", "[".repeat(100_000)).as_bytes()).is_err());
}

#[test]
fn json_with_comments_is_read_where_json_is() {
    let text = "// a tsconfig\n{\n  /* why */ \"a\": [1, 2.50,],\n  \"b\": 'x', // end\n}\n";
    for file in ["a.json5", "a.jsonc", "tsconfig.json", "noname", ".babelrc"] {
        check(file, text, r#"{"a":[1,2.50],"b":"x"}"#);
    }
    check(
        "a.json5",
        "{unquoted: +1, hex: 0xdecaf, part: .8, rest: 8., \u{e4}$_: Infinity, no: -NaN,}",
        r#"{"unquoted":1,"hex":912559,"part":0.8,"rest":8.0,"ä$_":"Infinity","no":"-NaN"}"#,
    );
    check("a.json5", "'line \\\nbreak \\x41\\v'", r#""line break A\u000b""#);
    check("a.json5", "{\"a\": 12345678901234567890.0}", r#"{"a":12345678901234567890.0}"#);
    check_wrong("a.json", "1 2", (1, 2), "extra text after the JSON value");
    check_wrong("a.json5", "{\n  a: 1\n  b: 2\n}", (2, 8), "not JSON5");
    check_wrong("a.json", "{\"a\": 1 \"b\": 2}", (1, 8), "expected");
    assert!(read_value(Path::new("a.json5"), "[".repeat(1_000_000).as_bytes()).is_err());
}

#[test]
fn every_command_reads_them_by_name_or_format() {
    let sandbox = Sandbox::new();
    sandbox.write("a.yaml", "name: web\nport: 8080\n");
    sandbox.write("b.toml", "name = \"web\"\nport = 8081\n");
    sandbox.write("c.json", "{\"name\": \"web\", // comment\n \"port\": 1}\n");
    assert_eq!(sandbox.ok("state a.yaml --path .port"), "8080\n");
    assert_eq!(sandbox.ok("state b.toml --path .port"), "8081\n");
    let told = sandbox.run("state c.json --path .port", "");
    assert_eq!((told.code, told.out.as_str()), (0, "1\n"), "{told:?}");
    assert!(told.err.contains("c.json, line 1") && told.err.contains("not JSON, but JSON5"), "{told:?}");
    sandbox.write("c.json5", "{name: 'web'}");
    assert_eq!(sandbox.ok("state c.json5 --path .name"), "\"web\"\n");
    let diff = sandbox.ok("diff a.yaml b.toml");
    assert!(diff.contains("8080") && diff.contains("8081") && !diff.contains("web"), "{diff}");
    assert!(sandbox.ok("probe a.yaml").contains("yaml"));
    assert_eq!(sandbox.ok("state a.yaml --format yaml --path .name"), "\"web\"\n");
}
