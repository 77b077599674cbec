//! Texts that are not well-formed, or not what CSDL has in a place: refused where they are wrong.

use super::*;
use csdl_codegen::csdl::other_json;

/// A document with this content in its schema, which begins in line 2.
fn document(content: &str) -> String {
    format!("{{\"$Version\": \"4.01\", \"s\": {{\n{content}\n}}}}")
}

/// What is said of a text: each problem's code, line and column, and the words at its place.
fn said(text: &str) -> Vec<String> {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let id = sources.add("a.json", text);
    let document = csdl::parse(&sources, id, &Limits::default(), &mut diagnostics);
    assert!(document.is_some() || diagnostics.has_errors(), "{text:?}");
    let lines = diagnostics.iter().map(|diagnostic| {
        let place = diagnostic.place.as_ref().expect("a place");
        let at = sources.get(id).line_column(place.span.start as usize);
        let (code, label) = (diagnostic.code.id(), &place.label);
        format!("{code} {}:{} {label}", at.line, at.column)
    });
    lines.collect()
}

/// The text without its `§`, and the place of that.
fn marked(content: &str) -> (String, String) {
    let (before, _) = content.split_once('§').expect("a mark");
    let at = format!("2:{}", before.chars().count() + 1);
    (content.replace('§', ""), at)
}

/// The only thing that is said of a schema's content.
#[track_caller]
fn only(content: &str, expected: &str) {
    assert_eq!(said(&document(content)), [expected], "{content}");
}

#[test]
fn texts_that_are_no_json_are_refused() {
    let nothing_else = "E0001 2:1 expected a name in double quotes";
    for content in ["a: 1", "'a': 1", "1: 2", "/* */", "[", "NaN"] {
        only(content, nothing_else);
    }
    for (content, expected) in [
        ("\"a\"", "E0001 3:1 expected `:` and a value"),
        ("\"a\" 1", "E0001 2:5 expected `:` and a value"),
        ("\"@a.b\": ", "E0001 3:1 expected a value"),
        ("\"@a.b\": tru", "E0001 2:9 expected a value"),
        ("\"@a.b\": True", "E0001 2:9 expected a value"),
        ("\"@a.b\": NaN", "E0001 2:9 expected a value"),
        ("\"@a.b\": 'a'", "E0001 2:9 expected a value"),
        ("\"@a.b\": +1", "E0001 2:9 expected a value"),
        ("\"@a.b\": .5", "E0001 2:9 expected a value"),
        ("\"@a.b\": -", "E0001 2:9 expected a digit behind this"),
        ("\"@a.b\": 1.", "E0001 2:9 expected a digit behind this"),
        ("\"@a.b\": 1e+", "E0001 2:9 expected a digit behind this"),
        ("\"@a.b\": 01", "E0001 2:10 expected `,` or `}`"),
        ("\"@a.b\": 0x1", "E0001 2:10 expected `,` or `}`"),
        ("\"@a.b\": [1 2]", "E0001 2:12 expected `,` or `]`"),
        ("\"@a.b\": [1}", "E0001 2:11 expected `,` or `]`"),
        (
            "\"@a.b\": [1,]",
            "E0001 2:12 nothing may stand between `,` and the end",
        ),
        ("\"@a.b\": [,1]", "E0001 2:10 expected a value"),
        (
            "\"@a.b\": 1,,",
            "E0001 2:11 expected a name in double quotes",
        ),
        ("\"@a.b\": 1;", "E0001 2:10 expected `,` or `}`"),
        ("\"@a.b\": \"\\x\"", "E0001 2:10 JSON has no such escape"),
        (
            "\"@a.b\": \"ä\\u12g4\"",
            "E0001 2:11 expected four hexadecimal digits behind `\\u`",
        ),
        (
            "\"@a.b\": 1} }",
            "E0001 3:1 nothing may stand behind the document's object",
        ),
    ] {
        only(content, expected);
    }
}

#[test]
fn first_character_tells_the_form() {
    let text = "{\"$Version\": \"4.0\", \"s\": {\"@a.b\": 1}}";
    for before in ["", "\u{feff}", " \t\r\n", "\u{feff}\n"] {
        assert_eq!(said(&format!("{before}{text}")), [""; 0], "{before:?}");
    }
    // White space of JSON only.
    for before in ["\u{a0}", "\u{2003}", "\u{feff}\u{feff}", "//\n"] {
        let said = said(&format!("{before}{text}"));
        assert!(said[0].starts_with("E0001 1:"), "{before:?}: {said:?}");
    }
}

#[test]
fn halves_of_surrogate_pairs_are_refused() {
    let half =
        |column| format!("E0001 2:{column} this is one half of a surrogate pair, and no character");
    for (written, column) in [
        ("\\ud83d", 10),
        ("\\udc4d", 10),
        ("a\\ud83d b", 11),
        ("\\ud83d\\n", 10),
        ("\\udc4d\\ud83d", 10),
    ] {
        let [text] = &*said(&document(&format!("\"@a.b\": \"{written}\""))) else {
            panic!("{written}");
        };
        assert_eq!(*text, half(column), "{written}");
        let name = document(&format!("\"@a.b#{written}\": 1"));
        assert!(said(&name)[0].ends_with("one half of a surrogate pair, and no character"));
    }
    assert_eq!(said(&document("\"@a.b\": \"\\ud83d\\udc4d\"")), [""; 0]);
}

#[test]
fn what_xml_cannot_say_is_refused() {
    for (written, number) in [
        ("\\u0000", "0000"),
        ("a\\u001b", "001B"),
        ("\\ufffe", "FFFE"),
    ] {
        let expected = format!("this stands for the character U+{number}");
        for content in [
            format!("\"@a.b\": \"{written}\""),
            format!("\"{written}\": {{}}"),
        ] {
            let said = said(&document(&content));
            assert!(said[0].ends_with(&expected), "{content:?}: {said:?}");
        }
    }
    for (character, number) in [('\0', "0000"), ('\u{1b}', "001B"), ('\u{ffff}', "FFFF")] {
        let expected = format!("neither JSON nor XML allows the character U+{number} here");
        for content in [format!("{character}"), format!("\"@a.b\": \"{character}\"")] {
            let said = said(&document(&content));
            assert!(said[0].ends_with(&expected), "{content:?}: {said:?}");
        }
    }
    let controls = "E0001 2:10 a control character in a string must be escaped";
    only("\"@a.b\": \"\t\"", controls);
    for written in [
        "\\t",
        "\\n",
        "\\r",
        "\\u007f",
        "\\\\ \\/ \\\" \\b".trim_end_matches("\\b"),
    ] {
        assert_eq!(
            said(&document(&format!("\"@a.b\": \"{written}\""))),
            [""; 0]
        );
    }
}

#[test]
fn documents_without_an_end_are_refused() {
    let whole = document("\"a\": [{\"$Kind\": \"Action\"}], \"@a.b\": [1, {\"c\": \"d\"}]");
    assert_eq!(said(&whole), [""; 0]);
    for end in 1..whole.len() {
        let said = said(&whole[..end]);
        let [line] = &*said else {
            panic!("{end}: {said:?}");
        };
        // Three letters of `4.01"` are not yet a version, but a text without an end.
        assert!(
            line.starts_with("E0001 ") || line.contains("digit"),
            "{end}: {line}"
        );
    }
}

#[test]
fn no_member_may_stand_twice() {
    for content in [
        "\"a\": {}, \"§a\": {}",
        "\"a\": {\"$Kind\": \"ComplexType\", \"§$Kind\": \"ComplexType\"}",
        "\"a\": {\"$Kind\": \"ComplexType\", \"b\": {}, \"§\\u0062\": {}}",
        "\"@a.b\": 1, \"§@a.b\": 1",
        "\"$Annotations\": {\"s.a\": {}, \"§s.a\": {}}",
    ] {
        let (content, at) = marked(content);
        let said = said(&document(&content));
        let last = said.last().expect("a problem");
        assert!(
            last.starts_with(&format!("E0001 {at} ")),
            "{content}: {said:?}"
        );
        assert!(last.ends_with("is given twice"), "{content}: {said:?}");
    }
    // Of many members, too.
    let many: String = (0..1_000).map(|i| format!("\"m{i}\": {i}, ")).collect();
    let content = format!("\"e\": {{\"$Kind\": \"EnumType\", {many}\"m500\": 1}}");
    assert!(said(&document(&content))[0].ends_with("the member `m500` is given twice"));
    let text = "{\"$Version\": \"4.01\", \"s\": {\"@a.b\": 1}, \"s\": {}}";
    assert_eq!(said(text), ["E0001 1:41 the member `s` is given twice"]);
}

#[test]
fn versions_are_looked_at() {
    let of = |version: &str| said(&format!("{{{version}\"s\": {{\"@a.b\": 1}}}}"));
    for version in ["4.0", "4.01", "4.02"] {
        assert_eq!(of(&format!("\"$Version\": \"{version}\", ")), [""; 0]);
    }
    for version in ["1.0", "2.0", "3.0"] {
        let said = of(&format!("\"$Version\": \"{version}\", "));
        assert_eq!(said, ["E0003 1:15 expected `4.0` or `4.01`"]);
    }
    assert_eq!(
        of("\"$Version\": \"5.0\", "),
        ["E0005 1:15 expected `4.0` or `4.01`"]
    );
    assert_eq!(of("\"$Version\": 4.01, "), ["E0005 1:14 expected a string"]);
    assert_eq!(of(""), ["E0002 1:1 expected CSDL"]);
    assert_eq!(
        of("\"$Reference\": {}, "),
        ["E0004 1:1 expected `4.0` or `4.01`"]
    );
    // Wherever it stands.
    let late = "{\"s\": {\"@a.b\": 1}, \"$Version\": \"2.0\"}";
    assert_eq!(said(late), ["E0003 1:33 expected `4.0` or `4.01`"]);
}

#[test]
fn wrong_kinds_are_told_where_they_stand() {
    let entity = |inner: &str| format!("\"t\": {{\"$Kind\": \"EntityType\", {inner}}}");
    let container = |inner: &str| format!("\"c\": {{\"$Kind\": \"EntityContainer\", {inner}}}");
    let f = |inner: &str| format!("\"f\": [{{\"$Kind\": \"Action\", {inner}}}]");
    let navigation = "\"$Kind\": \"NavigationProperty\", \"$Type\": \"s.t\"";
    for (content, expected) in [
        ("\"$Alias\": §1".to_owned(), "a string"),
        ("\"$Annotations\": §[]".to_owned(), "an object"),
        ("\"$Annotations\": {\"s.t\": §1}".to_owned(), "an object"),
        (
            "\"t\": §1".to_owned(),
            "an object, or an array of overloads",
        ),
        ("\"t\": [§1]".to_owned(), "an object"),
        ("\"t\": {\"$Kind\": §1}".to_owned(), "a string"),
        (entity("\"$BaseType\": §{}"), "a string"),
        (entity("\"$Key\": \"§id\""), "an array"),
        (
            entity("\"$Key\": [§1]"),
            "a string, or an object of one member",
        ),
        (entity("\"$Key\": [{\"a\": §1}]"), "the path of a property"),
        (
            entity("\"$Key\": [§{\"a\": \"b\", \"c\": \"d\"}]"),
            "a string, or an object of one member",
        ),
        (entity("\"id\": §[]"), "the object of a property"),
        (entity("\"id\": {\"$Nullable\": §0}"), "`true` or `false`"),
        (
            entity("\"id\": {\"$Nullable\": \"§no\"}"),
            "`true` or `false`",
        ),
        (
            entity(&format!("\"n\": {{{navigation}, \"$OnDelete\": §1}}")),
            "a string",
        ),
        (
            entity(&format!(
                "\"n\": {{{navigation}, \"$ReferentialConstraint\": §1}}"
            )),
            "an object",
        ),
        (
            entity(&format!(
                "\"n\": {{{navigation}, \"$ReferentialConstraint\": {{\"a\": §1}}}}"
            )),
            "a string",
        ),
        (container("\"e\": §1"), "an object"),
        (
            container("\"e\": {\"$Type\": \"s.t\", \"$NavigationPropertyBinding\": {\"a\": §1}}"),
            "a string",
        ),
        (f("\"$Parameter\": §{}"), "an array"),
        (
            f("\"$Parameter\": [§\"a\"]").replace("§\"", "\"§"),
            "an object",
        ),
        (f("\"$ReturnType\": §[]"), "an object"),
        ("\"@a.b\": {\"$Path\": §1}".to_owned(), "a string"),
        (
            "\"@a.b\": {\"$LabeledElementReference\": §1}".to_owned(),
            "a string",
        ),
        ("\"@a.b\": {\"@type\": §1}".to_owned(), "a string"),
    ] {
        let (content, at) = marked(&content);
        let mut said = said(&document(&content));
        // What is left out may leave nothing.
        said.retain(|line| !line.starts_with("E0020 ") && !line.starts_with("E0022 "));
        assert_eq!(
            said,
            [format!("E0005 {at} expected {expected}")],
            "{content}"
        );
    }
    let reference = |value: &str| format!("{{\"$Version\": \"4.01\", \"$Reference\": {value}}}");
    for value in ["1", "{\"a\": 1}", "{\"a\": {\"$Include\": [1]}}"] {
        let said = said(&reference(value));
        assert!(said[0].starts_with("E0005 1:") && said[0].ends_with("expected an object"));
    }
}

#[test]
fn names_are_looked_at_as_in_xml() {
    for (content, expected) in [
        (
            "\"\": {\"$Kind\": \"ComplexType\"}",
            "E0004 2:2 a name is required here",
        ),
        (
            "\"1st\": {\"$Kind\": \"ComplexType\"}",
            "E0019 2:2 expected a letter or `_`, then letters and digits",
        ),
        (
            "\"a\\u202eb\": {\"$Kind\": \"ComplexType\"}",
            "E0019 2:2 names cannot have the control character U+202E",
        ),
        (
            "\"$Alias\": \"Edm\", \"@a.b\": 1",
            "E0019 2:12 the standard has this name for itself",
        ),
    ] {
        only(content, expected);
    }
    let text = "{\"$Version\": \"4.01\", \"\": {\"@a.b\": 1}}";
    assert_eq!(said(text), ["E0004 1:23 a name is required here"]);
}

#[test]
fn json_of_other_kinds_is_named() {
    for (text, what) in [
        ("{}", "JSON that is not CSDL"),
        ("{\"a\": 1", "JSON that is not CSDL"),
        (
            "{\"error\": {\"code\": \"1\", \"message\": \"No\\n::error::\"}}",
            "an error: No\\n::error::",
        ),
        (
            "{\"error\": {\"message\": {\"lang\": \"en\", \"value\": \"No\"}}}",
            "an error",
        ),
        ("{\"error\": \"invalid_token\"}", "JSON that is not CSDL"),
        ("{\"swagger\": \"2.0\"}", "an OpenAPI description"),
        ("{\"@odata.context\": \"$metadata\", \"value\": []}", "data"),
    ] {
        assert_eq!(other_json(text).as_deref(), Some(what), "{text}");
        assert_eq!(said(text)[0].get(..2), Some("E0"), "{text}");
    }
    // A schema may have any name.
    for text in [
        "{\"$Version\": \"4.01\", \"error\": {\"message\": []}}",
        "{\"error\": {}, \"$Version\": \"4.0\"}",
    ] {
        assert_eq!(other_json(text), None, "{text}");
    }
    let (_, said) = resolve(
        "a.json",
        "{\"error\": {\"message\": \"\\u001b[2J::error::\"}}",
    );
    assert!(!said.contains('\u{1b}'), "{said:?}");
}
