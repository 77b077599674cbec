//! Pairs of documents, the same model in XML and in JSON: both have one canonical form.

use super::*;
use std::io::Write;
use std::path::Path;

/// The canonical forms of a pair, that of the XML first, without what only one of them can say.
fn canonical(folder: &Path, name: &str) -> [String; 2] {
    ["xml", "json"].map(|form| {
        let path = folder.join(format!("{name}.{form}"));
        let text = std::fs::read_to_string(&path).expect("a document of the pair");
        let (model, said) = resolve(&format!("{name}.{form}"), &text);
        write(&model.unwrap_or_else(|| panic!("{said}")))
    })
}

#[test]
fn pairs_are_one_model() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/json/pairs");
    for name in ["orders", "annotations"] {
        let [xml, json] = canonical(&folder, name);
        assert_eq!(xml, json, "{name}");
    }
}

#[test]
fn order_and_layout_do_not_matter() {
    let text = include_str!("pairs/orders.json");
    // In the order of their names, and on one line.
    let sorted: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let sorted = sorted.to_string();
    assert!(!sorted.starts_with("{\"$Version\"") && !sorted.contains('\n'));
    let [as_it_is, changed] = [text, &sorted].map(|text| {
        let (model, said) = resolve("orders.json", text);
        write(&model.unwrap_or_else(|| panic!("{said}")))
    });
    assert_eq!(as_it_is, changed);
}

/// The pairs of OASIS, in the folder that the environment variable `CSDL_PAIRS` names.
#[test]
fn pairs_of_the_standard_are_one_model() {
    let Some(folder) = std::env::var_os("CSDL_PAIRS") else {
        let said = "skipped: CSDL_PAIRS is not set\n";
        let _ = std::io::stderr().write_all(said.as_bytes());
        return;
    };
    let folder = Path::new(&folder);
    let entries = std::fs::read_dir(folder).expect("the folder of the pairs");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let paths = paths.filter(|path| path.extension().is_some_and(|form| form == "json"));
    let mut names: Vec<_> = paths
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort_unstable();
    assert!(names.len() >= 4, "{names:?}");
    for name in names {
        let [xml, json] = canonical(folder, &name).map(|text| as_both_can_say(&text));
        for (xml, json) in xml.lines().zip(json.lines()) {
            assert_eq!(xml, json, "{name}");
        }
        assert_eq!(xml.lines().count(), json.lines().count(), "{name}");
    }
}

/// A canonical form without what only XML can tell apart.
fn as_both_can_say(text: &str) -> String {
    let mut lines = String::new();
    for line in UNLIKE.iter().fold(text.to_owned(), as_in_json).lines() {
        let mut line = line.to_owned();
        // A default that is written out.
        for default in [
            " Nullable=\"true\"",
            " Scale=\"0\"",
            " Unicode=\"true\"",
            " MaxLength=\"max\"",
        ] {
            if !line.contains("\"Collection(") {
                line = line.replace(default, "");
            }
        }
        let default = !line.contains("<FunctionImport ");
        line = line.replace(&format!(" IncludeInServiceDocument=\"{default}\""), "");
        // Of a collection whose items are never null, JSON need not say so.
        if line.contains("\"Collection(") {
            line = line.replace(" Nullable=\"false\"", "");
        }
        // A tag is applied by `true`, or by nothing.
        if line.contains("<Annotation ") {
            line = line.replace(" Bool=\"true\"", "");
        }
        lines.push_str(&numbers(&one_kind(&line)));
        lines.push('\n');
    }
    lines
}

/// Kinds of constants of which JSON has one.
const KINDS: &[&str] = &[
    "AnnotationPath",
    "Binary",
    "Date",
    "DateTimeOffset",
    "Decimal",
    "Duration",
    "EnumMember",
    "Float",
    "Guid",
    "Int",
    "ModelElementPath",
    "NavigationPropertyPath",
    "PropertyPath",
    "TimeOfDay",
];

fn one_kind(line: &str) -> String {
    KINDS.iter().fold(line.to_owned(), |line, kind| {
        line.replace(&format!(" {kind}=\""), " String=\"")
            .replace(&format!("<{kind}>"), "<String>")
            .replace(&format!("</{kind}>"), "</String>")
    })
}

/// Numbers as they are read, however they are written.
fn numbers(line: &str) -> String {
    let parts = line.split_inclusive(['"', '<', '>']).map(|part| {
        let end = part.len() - usize::from(part.ends_with(['"', '<', '>']));
        let (number, end) = part.split_at(end);
        match number.parse::<f64>() {
            Ok(value) if number.contains('.') || number.contains(['e', 'E']) => {
                format!("{value:?}{end}")
            }
            _ => part.to_owned(),
        }
    });
    parts.collect()
}

/// What the documents of a pair themselves say differently, or what only the type of a term that is
/// not at hand would tell: XML, JSON.
const UNLIKE: &[(&str, &str)] = &[
    // Whether a target has its container's name in front.
    ("Target=\"org.example.DemoService/", "Target=\""),
    // Carriage returns, which were lost.
    ("&#13;\n", "\n"),
    ("&#13;", "\n"),
    // Aliases in texts that are paths.
    (
        "/@Org.OData.Communication.V1.Contact",
        "/@Communication.Contact",
    ),
    ("@org.example.display.LineItem", "@UI.LineItem"),
];

fn as_in_json(text: String, (xml, json): &(&str, &str)) -> String {
    text.replace(xml, json)
}
