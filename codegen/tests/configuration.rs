//! `CONFIGURATION.md` against the reader of `client.toml`.

use csdl_codegen::config::{self, Config, LoadedConfig};
use csdl_codegen::source::Sources;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use toml::{Table, Value};

/// A row of a table of the page.
#[derive(Debug)]
struct Row {
    kind: String,
    default: String,
}

/// What the page says of each table of the file, by the table's name.
type Page = BTreeMap<String, BTreeMap<String, Row>>;

fn page() -> Page {
    let mut page = Page::new();
    let mut section = String::new();
    for line in config::REFERENCE.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            section = title.trim_matches(['`', '[', ']']).to_owned();
            page.insert(section.clone(), BTreeMap::new());
        } else if line.starts_with("| `") {
            let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            let [key, kind, default, _] = cells[..] else {
                panic!("not four cells: {line}");
            };
            let row = Row {
                kind: kind.to_owned(),
                default: default.trim_matches('`').to_owned(),
            };
            let key = key.trim_matches('`').to_owned();
            page.get_mut(&section).expect("a section").insert(key, row);
        }
    }
    page
}

/// The examples of the page, as the file that they are together.
fn example() -> Table {
    let parts = config::REFERENCE.split("```toml\n").skip(1);
    let parts = parts.map(|part| part.split("```").next().expect("the end of a block"));
    let text: String = parts.collect();
    text.parse().expect("the examples are TOML")
}

/// Reads a configuration; an error is all that is said about it.
fn read(table: &Table) -> Result<Config, String> {
    let mut sources = Sources::default();
    let path = Path::new("client.toml");
    let source = sources.add(path, toml::to_string(table).expect("TOML"));
    match LoadedConfig::parse(path, source, &sources) {
        Ok(loaded) => Ok(loaded.config),
        Err(problems) => Err(problems.render(&sources)),
    }
}

/// The names of all tables in a file, the root's being empty.
fn tables(table: &Table, name: &str, found: &mut BTreeSet<String>) {
    found.insert(name.to_owned());
    for (key, value) in table {
        let name = [name, key].join(".").trim_matches('.').to_owned();
        match value {
            Value::Table(inner) => tables(inner, &name, found),
            Value::Array(items) => {
                for inner in items.iter().filter_map(Value::as_table) {
                    tables(inner, &name, found);
                }
            }
            _ => {}
        }
    }
}

/// The table of this name; of a list, the first.
fn table_mut<'a>(mut table: &'a mut Table, name: &str) -> &'a mut Table {
    for key in name.split('.').filter(|key| !key.is_empty()) {
        table = match table.get_mut(key) {
            Some(Value::Table(inner)) => inner,
            Some(Value::Array(items)) => items[0].as_table_mut().expect("a table"),
            _ => panic!("the example has no table `{name}`"),
        };
    }
    table
}

/// The keys that the reader knows in a table; `None` if it takes any.
fn known_keys(name: &str) -> Option<BTreeSet<String>> {
    let mut example = example();
    table_mut(&mut example, name).insert("zzz".to_owned(), "Zzz".into());
    let error = read(&example).err()?;
    let (_, keys) = error
        .split_once("unknown field `zzz`, expected ")
        .unwrap_or_else(|| panic!("{name}: {error}"));
    let keys = keys.lines().next().unwrap_or_default();
    Some(
        keys.split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect(),
    )
}

/// What was read, without the places where it stands.
fn meaning(config: &Config) -> String {
    let text = format!("{config:?}");
    let mut parts = text.split("span: ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')
    })
}

fn has_kind(value: &Value, kind: &str) -> bool {
    match kind {
        "text" | "file" | "folder" => value.is_str(),
        "boolean" => value.is_bool(),
        "boolean, or list of texts" => value.is_bool() || of_kind(value, Value::is_str),
        "text, or list of texts" => value.is_str() || of_kind(value, Value::is_str),
        "number" => value.is_integer(),
        "table" => value.is_table(),
        "list of tables" => of_kind(value, Value::is_table),
        "list of texts" | "list of files" | "list of folders" => of_kind(value, Value::is_str),
        _ => panic!("the page has another type: {kind}"),
    }
}

fn of_kind(value: &Value, is_kind: fn(&Value) -> bool) -> bool {
    value
        .as_array()
        .is_some_and(|items| items.iter().all(is_kind))
}

/// Keys that another one has no meaning without.
const NEED_EACH_OTHER: [&str; 3] = [
    "service.version",
    "service.clouds.scope",
    "service.clouds.login-authority",
];

#[test]
fn the_page_has_every_key_and_no_other() {
    let page = page();
    let mut names = BTreeSet::new();
    tables(&example(), "", &mut names);
    for name in &names {
        let Some(known) = known_keys(name) else {
            assert_eq!(page[name].len(), 0, "{name} takes any key");
            continue;
        };
        let described: BTreeSet<_> = match name.is_empty() {
            true => page
                .keys()
                .filter(|name| !name.contains('.'))
                .cloned()
                .collect(),
            false => page[name].keys().cloned().collect(),
        };
        assert_eq!(described, known, "[{name}]");
        let shown: BTreeSet<_> = table_mut(&mut example(), name).keys().cloned().collect();
        assert_eq!(shown, known, "the example of [{name}]");
    }
    let sections: BTreeSet<_> = page.into_keys().collect();
    names.remove("");
    assert_eq!(sections, names);
}

#[test]
fn the_page_is_right_about_types_and_defaults() {
    let whole = example();
    assert_eq!(read(&whole).err(), None);
    for (name, rows) in page() {
        for (key, row) in rows {
            let place = format!("{name}.{key}");
            let mut without = whole.clone();
            let value = table_mut(&mut without, &name).remove(&key);
            let value = value.unwrap_or_else(|| panic!("{place} has no example"));
            assert!(has_kind(&value, &row.kind), "{place} is no {}", row.kind);
            // The example has a preset, which has what is missing.
            table_mut(&mut without, "service").remove("preset");
            if NEED_EACH_OTHER.contains(&&*place) {
                read(&without).expect_err(&place);
                continue;
            }
            let without = read(&without);
            if row.default == "required" {
                let error = without.expect_err(&place);
                assert!(error.contains(&format!("missing field `{key}`")), "{error}");
                continue;
            }
            let without = without.unwrap_or_else(|error| panic!("{place}: {error}"));
            if row.default == "none" {
                continue;
            }
            let default: Table = format!("it = {}", row.default).parse().expect(&place);
            let mut set = whole.clone();
            table_mut(&mut set, "service").remove("preset");
            table_mut(&mut set, &name).insert(key, default["it"].clone());
            let set = read(&set).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!(meaning(&set), meaning(&without), "{place}");
        }
    }
}
