//! Names that a generator can stumble over: all of them generate, compile without a warning, and
//! keep what they are on the wire.

use csdl_codegen::emit::SourceFile;
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use support::{ClientCrate, ClientLibrary, generate, read, workspace};

fn fixture(name: &str) -> PathBuf {
    workspace()
        .join("tests/fixtures/obstacle_course")
        .join(name)
}

/// The names of the course.
fn names() -> Vec<String> {
    let lines = read(&fixture("names.txt"));
    let lines = lines
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

/// A document in which every name is used in every place that has names.
fn document(names: &[String]) -> String {
    let mut schema = String::new();
    for name in names {
        // A type, and a property named like its type, whose values are listed.
        let values = allowed(&[("1", "one"), ("2", name)]);
        element(
            &mut schema,
            "ComplexType",
            name,
            &format!("<Property Name=\"{name}\" Type=\"Edm.String\">{values}</Property>"),
        );
        // A function, and its parameter.
        let parameters = parameter("bindingParameter", "course.everyFunction")
            + &parameter(name, "Edm.String")
            + &format!("<ReturnType Type=\"course.{name}\" />");
        bound(&mut schema, "Function", name, &parameters);
        let parameters =
            parameter("bindingParameter", "course.everyAction") + &parameter(name, "Edm.String");
        bound(&mut schema, "Action", name, &parameters);
    }
    let each =
        |one: &dyn Fn(&str) -> String| names.iter().map(|name| one(name)).collect::<String>();
    let properties = each(&|name| property(name, &format!("course.{name}")));
    element(&mut schema, "ComplexType", "everyProperty", &properties);
    let properties = each(&|name| property(name, &format!("course.second.{name}")));
    element(&mut schema, "ComplexType", "everySecond", &properties);
    let members = each(&|name| format!("<Member Name=\"{name}\" />"));
    element(&mut schema, "EnumType", "everyMember", &members);
    let single = each(&|name| navigation(name, &format!("course.second.{name}")));
    element(&mut schema, "EntityType", "everyNavigation", &single);
    let many = each(&|name| navigation(name, &format!("Collection(course.second.{name})")));
    element(&mut schema, "EntityType", "everyCollection", &many);
    element(&mut schema, "EntityType", "everyAction", "");
    element(&mut schema, "EntityType", "unbound", "");
    element(&mut schema, "EntityType", "everyFunction", "");
    let both = format!(
        "<EntityType Name=\"everyCall\" BaseType=\"course.everyFunction\">{single}</EntityType>"
    );
    schema.push_str(&both);
    parameters(&mut schema, names);
    let second = each(&|name| {
        format!(
            "<EntityType Name=\"{name}\"><Key><PropertyRef Name=\"{name}\" /></Key>{}</EntityType>",
            property(name, "Edm.String")
        )
    });
    schema.push_str(&format!(
        "<EntityContainer Name=\"container\">{}</EntityContainer>",
        entry_points(names)
    ));
    edmx(&[("course", &schema), ("course.second", &second)])
}

/// A document of schemas, each with its namespace.
fn edmx(schemas: &[(&str, &str)]) -> String {
    let schemas = schemas.iter().map(|(namespace, content)| {
        format!(
            "<Schema Namespace=\"{namespace}\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">\n{content}</Schema>\n"
        )
    });
    format!(
        "<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\"><edmx:DataServices>\n{}</edmx:DataServices></edmx:Edmx>\n",
        schemas.collect::<String>()
    )
}

/// Functions with all names as parameters: required, optional, and with listed values.
fn parameters(schema: &mut String, names: &[String]) {
    let optional = r#"<Annotation Term="Org.OData.Core.V1.OptionalParameter" />"#;
    let mut function = |function: &str, result: &str, each: &dyn Fn(&str) -> String| {
        let parameters = names.iter().map(|name| each(name)).collect::<String>();
        let binding = parameter("bindingParameter", "course.everyNavigation");
        let result = format!("<ReturnType Type=\"{result}\" />");
        bound(
            schema,
            "Function",
            function,
            &(binding + &parameters + &result),
        );
    };
    function(
        "everyRequired",
        "Collection(course.everyProperty)",
        &|name| parameter(name, "Edm.String"),
    );
    function("everyOptional", "course.everySecond", &|name| {
        annotated_parameter(name, "Edm.DateTimeOffset", optional)
    });
    // One enumeration for each name, and one with all names.
    function("everyListed", "course.everyMember", &|name| {
        let values = allowed(&[("1", "one"), ("2", name)]);
        annotated_parameter(name, "Edm.Int32", &(optional.to_owned() + &values))
    });
    let symbols: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), name.as_str()))
        .collect();
    let listed = annotated_parameter("everyValue", "Edm.String", &allowed(&symbols));
    let binding = parameter("bindingParameter", "course.everyNavigation");
    bound(
        schema,
        "Function",
        "everyValue",
        &(binding + &listed + "<ReturnType Type=\"Edm.String\" />"),
    );
}

fn entry_points(names: &[String]) -> String {
    let types = [
        "everyNavigation",
        "everyCollection",
        "everyAction",
        "everyFunction",
        "everyCall",
    ];
    let mut entries = String::new();
    for name in types {
        let _ = write!(
            entries,
            "<Singleton Name=\"{name}\" Type=\"course.{name}\" />"
        );
    }
    entries.push_str("<FunctionImport Name=\"twins\" Function=\"course.collisions.twin\" />");
    // Types and namespaces that are called like the module of operations that are bound to nothing.
    for (name, of_type) in [
        ("unboundOne", "course.unbound"),
        ("unboundTwo", "Unbound.thing"),
    ] {
        let _ = write!(entries, "<Singleton Name=\"{name}\" Type=\"{of_type}\" />");
    }
    entries.push_str("<Singleton Name=\"foundOne\" Type=\"course.collisions.found\" />");
    for name in names {
        let _ = write!(
            entries,
            "<Singleton Name=\"{name}\" Type=\"course.collisions.thing\" />"
        );
    }
    entries
}

fn element(out: &mut String, kind: &str, name: &str, content: &str) {
    let _ = writeln!(out, "<{kind} Name=\"{name}\">{content}</{kind}>");
}

fn bound(out: &mut String, kind: &str, name: &str, content: &str) {
    let _ = writeln!(
        out,
        "<{kind} Name=\"{name}\" IsBound=\"true\">{content}</{kind}>"
    );
}

fn property(name: &str, type_name: &str) -> String {
    format!("<Property Name=\"{name}\" Type=\"{type_name}\" Nullable=\"false\" />")
}

fn navigation(name: &str, type_name: &str) -> String {
    format!("<NavigationProperty Name=\"{name}\" Type=\"{type_name}\" ContainsTarget=\"true\" />")
}

fn parameter(name: &str, type_name: &str) -> String {
    annotated_parameter(name, type_name, "")
}

fn annotated_parameter(name: &str, type_name: &str, annotations: &str) -> String {
    format!(
        "<Parameter Name=\"{name}\" Type=\"{type_name}\" Nullable=\"false\">{annotations}</Parameter>"
    )
}

/// `Validation.AllowedValues` of values and their symbolic names.
fn allowed(values: &[(&str, &str)]) -> String {
    let records = values.iter().map(|(value, symbol)| {
        format!(
            r#"<Record><PropertyValue Property="Value" String="{value}" /><Annotation Term="Org.OData.Core.V1.SymbolicName" String="{symbol}" /></Record>"#
        )
    });
    let records: String = records.collect();
    format!(
        r#"<Annotation Term="Org.OData.Validation.V1.AllowedValues"><Collection>{records}</Collection></Annotation>"#
    )
}

/// The models of a document with these properties of `course.thing` and operations on it.
fn models(folder: &str, properties: &str, operations: &str) -> Vec<String> {
    let client = ClientCrate::new(Path::new(env!("CARGO_TARGET_TMPDIR")), folder);
    let config = read(&fixture("client.toml")).replace("\"collisions.csdl\"", "");
    client.write("client.toml", &config);
    let schema = format!(
        r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
        <Schema Namespace="course" xmlns="http://docs.oasis-open.org/odata/ns/edm">
        <EntityType Name="thing"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32"/>{properties}</EntityType>
        {operations}<EntityContainer Name="c"><EntitySet Name="things" EntityType="course.thing"/></EntityContainer>
        </Schema></edmx:DataServices></edmx:Edmx>"#
    );
    client.write("names.csdl", &schema);
    let generated = generate(&client.folder().join("client.toml"));
    let paths = generated.files.iter().map(|file| file.path.as_str());
    let models = paths.filter_map(|path| path.strip_prefix("src/models/"));
    models.map(str::to_owned).collect()
}

/// Whoever lists values first has the name; who lists them as well, or others, takes it from nobody.
#[test]
fn a_second_list_of_values_changes_no_name() {
    let lists = [
        [("1", "one"), ("2", "two")],
        [("a", "first"), ("b", "second")],
    ];
    let listed = |name: &str, list: usize| {
        let values = allowed(&lists[list]);
        format!("<Property Name=\"{name}\" Type=\"Edm.String\">{values}</Property>")
    };
    let one = listed("state", 0);
    assert_eq!(
        models("listed-one", &one, ""),
        ["thing.rs", "thing_state.rs"]
    );
    for (folder, others) in [
        ("listed-same", listed("mood", 0)),
        ("listed-other", listed("mood", 1)),
    ] {
        let found = models(folder, &(one.clone() + &others), "");
        assert_eq!(found, ["thing.rs", "thing_mood.rs", "thing_state.rs"]);
    }
    // One list of a parameter is one enumeration, whatever the default and the descriptions.
    let function = |name: &str, default: &str| {
        let optional = format!(
            r#"<Annotation Term="Org.OData.Core.V1.OptionalParameter"><Record><PropertyValue Property="DefaultValue" String="{default}"/></Record></Annotation>"#
        );
        let of = annotated_parameter("of", "Edm.String", &(optional + &allowed(&lists[0])));
        let this = parameter("this", "course.thing");
        format!(
            r#"<Function Name="{name}" IsBound="true">{this}{of}<ReturnType Type="Edm.String"/></Function>"#
        )
    };
    let found = models("listed-parameter", "", &function("count", "1"));
    assert_eq!(found, ["of.rs", "thing.rs"]);
    let both = function("count", "1") + &function("add", "2");
    assert_eq!(models("listed-parameters", "", &both), found);
}

/// A package that holds the inputs of the course, and what is generated for it, once for all tests.
fn course() -> &'static (ClientCrate, Vec<SourceFile>) {
    static COURSE: OnceLock<(ClientCrate, Vec<SourceFile>)> = OnceLock::new();
    COURSE.get_or_init(|| {
        let client = ClientCrate::new(Path::new(env!("CARGO_TARGET_TMPDIR")), "obstacle-course");
        for file in ["client.toml", "collisions.csdl"] {
            client.write(file, &read(&fixture(file)));
        }
        client.write("names.csdl", &document(&names()));
        let generated = generate(&client.folder().join("client.toml"));
        (client, generated.files)
    })
}

#[test]
fn any_name_compiles_without_a_warning() {
    let (client, files) = course();
    client.write_sources(files);
    client.check_layout();
    let library = ClientLibrary::new(client.clone());
    std::thread::scope(|scope| {
        scope.spawn(|| library.document());
        library.compile();
        library.check_examples();
    });
}

/// File systems differ in what a name may hold and in whether case makes another name.
#[test]
fn every_file_can_be_written_everywhere() {
    let mut seen = BTreeSet::new();
    for file in &course().1 {
        let path = &file.path;
        for name in path.split('/') {
            assert!(name.len() <= 255, "{} bytes: {path}", name.len());
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let stem = name.strip_suffix(".rs").unwrap_or(name);
            assert!(stem.chars().all(plain), "{path}");
            assert!(!DEVICES.contains(&&*stem.to_lowercase()), "{path}");
        }
        assert!(seen.insert(path.to_lowercase()), "twice: {path}");
    }
}

/// Names that Windows keeps for devices, whatever stands behind the dot.
const DEVICES: &[&str] = &["aux", "con", "nul", "prn", "com1", "lpt1"];

#[test]
fn no_name_is_changed_on_the_wire() {
    let (_, files) = course();
    for path in [
        "src/requests/every_navigation/every_required.rs",
        "src/models/every_member.rs",
    ] {
        let file = files.iter().find(|file| file.path == path);
        let file = file.unwrap_or_else(|| panic!("{path} is not generated"));
        let tokens = file.contents.parse().expect("the file is Rust");
        let mut literals = BTreeSet::new();
        collect_strings(tokens, &mut literals);
        for name in names() {
            assert!(literals.contains(&name), "{name:?} is not in {path}");
        }
    }
}

/// The values of all string literals.
fn collect_strings(tokens: TokenStream, literals: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect_strings(group.stream(), literals),
            TokenTree::Literal(literal) => {
                if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                    literals.insert(text.value());
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

/// Of several names that are one in Rust, the same one always keeps it.
#[test]
fn the_order_of_names_changes_nothing() {
    let forward = names();
    let backward: Vec<_> = forward.iter().rev().cloned().collect();
    // Parameters and members keep their order, so only the rest is turned round.
    let types = |names: &[String]| {
        let schema = names.iter().map(|name| {
            let content = property(name, "Edm.String");
            format!("<ComplexType Name=\"{name}\">{content}</ComplexType>")
        });
        schema.collect::<String>()
    };
    let generated = |folder: &str, names: &[String]| {
        let client = ClientCrate::new(Path::new(env!("CARGO_TARGET_TMPDIR")), folder);
        let config = read(&fixture("client.toml")).replace("\"collisions.csdl\"", "");
        client.write("client.toml", &config);
        let properties = names
            .iter()
            .map(|name| property(name, &format!("course.{name}")));
        let all = format!(
            "{}<ComplexType Name=\"everyProperty\">{}</ComplexType>\
             <EntityType Name=\"start\" />\
             <Function Name=\"every\" IsBound=\"true\">{}<ReturnType Type=\"course.everyProperty\" /></Function>\
             <EntityContainer Name=\"container\"><Singleton Name=\"start\" Type=\"course.start\" /></EntityContainer>",
            types(names),
            properties.collect::<String>(),
            parameter("bindingParameter", "course.start"),
        );
        client.write("names.csdl", &edmx(&[("course", &all)]));
        generate(&client.folder().join("client.toml")).files
    };
    let (forward, backward) = (
        generated("obstacle-course-forward", &forward),
        generated("obstacle-course-backward", &backward),
    );
    assert!(forward.len() > names().len());
    assert!(
        forward == backward,
        "the order of declarations decides about names"
    );
}
