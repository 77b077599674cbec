//! Documents of thousands of names that are one in Rust: of every kind, as many as the limits allow.

use super::{document, entity, up_to};

/// Each of these documents, of at most as many bytes as asked for.
pub fn all(bytes: usize) -> Vec<(&'static str, String)> {
    let some = |count: usize, part: &dyn Fn(usize) -> String| up_to(count, bytes, part);
    let value = |name: String| format!("<ComplexType Name=\"{name}\"/>");
    let of = |name: &str, i: usize| format!("<Property Name=\"p{i}\" Type=\"s.{name}\"/>");
    let types = |name: &dyn Fn(usize) -> String| {
        let declared = some(6_500, &|i| value(name(i)));
        let properties = some(6_500, &|i| of(&name(i), i));
        alone(&properties, &declared)
    };
    let property = |i: usize| format!("<Property Name=\"{}\" Type=\"Edm.String\"/>", padded(i));
    let navigation =
        |i: usize| format!("<NavigationProperty Name=\"{}\" Type=\"s.t0\"/>", cased(i));
    let member = |i: usize| format!("<Member Name=\"{}\"/>", cased(i));
    let parameter = |name: String| format!("<Parameter Name=\"{name}\" Type=\"Edm.String\"/>");
    let action = |name: &str, parameters: &str| {
        format!(
            "<Action Name=\"{name}\" IsBound=\"true\">{BINDING}{parameters}\
             <ReturnType Type=\"Edm.String\"/></Action>"
        )
    };
    let overload = |i: usize| action("f", &parameter(cased(i))).replace("Action", "Function");
    let singleton = |i: usize| format!("<Singleton Name=\"{}\" Type=\"s.t0\"/>", cased(i));
    let imports = |count: usize, actions: usize, names: usize| {
        let declared = |i: usize| {
            let parameter = parameter(cased(i));
            format!("<Action Name=\"f{}\">{parameter}</Action>", i % names)
        };
        let import = |i: usize| {
            let (name, action) = (cased(i), i % names);
            format!("<ActionImport Name=\"{name}\" Action=\"s.f{action}\"/>")
        };
        document(&(some(actions, &declared) + &container(&some(count, &import))))
    };
    vec![
        (
            "names that are one in Rust",
            alone(&some(7_000, &|i| of_string(&cased(i))), ""),
        ),
        (
            "names that take each other's numbers",
            alone(
                &(some(3_400, &property) + &some(3_400, &|i| of_string(&format!("a_{i}")))),
                "",
            ),
        ),
        ("types that are one in Rust", types(&cased)),
        (
            "files that are one when they are cut",
            types(&|i| format!("{}{i}", "n".repeat(220))),
        ),
        (
            "navigation that is one in Rust",
            alone(&some(2_600, &navigation), ""),
        ),
        (
            "members that are one in Rust",
            alone(
                "<Property Name=\"n\" Type=\"s.n\"/>",
                &format!("<EnumType Name=\"n\">{}</EnumType>", some(9_900, &member)),
            ),
        ),
        (
            "parameters that are one in Rust",
            alone("", &action("f", &some(4_900, &|i| parameter(cased(i))))),
        ),
        (
            "actions that are one in Rust",
            alone("", &some(5_800, &|i| action(&cased(i), ""))),
        ),
        (
            "overloads that are one in Rust",
            alone("", &some(5_800, &overload)),
        ),
        (
            "lists of values that are one in Rust",
            alone("", &some(4_500, &|i| action(&format!("f{i}"), &listed(i)))),
        ),
        ("namespaces that are one in Rust", namespaces(bytes, &cased)),
        ("namespaces", namespaces(bytes, &|i| format!("n{i}"))),
        (
            "entry points that are one in Rust",
            document(&(entity("t0", "") + &container(&some(7_000, &singleton)))),
        ),
        ("imports that are one in Rust", imports(5_600, 14, 14)),
        ("imports of overloads", imports(70, 70, 1)),
        ("too many imports of overloads", imports(7_000, 5_000, 1)),
        (
            "a wide type, many times",
            repeated(bytes, "ComplexType", &of_string("p")),
        ),
        (
            "a wide action, many times",
            repeated(bytes, "Action", &parameter("p".to_owned())),
        ),
        (
            "an annotated type, many times",
            repeated(bytes, "EntityType", "<Annotation Term=\"a.p\"/>"),
        ),
    ]
}

const BINDING: &str = "<Parameter Name=\"b\" Type=\"s.t0\"/>";

/// A name that differs from the others in the case of its letters alone.
fn cased(number: usize) -> String {
    let letters = (0..16).map(|bit| match number >> bit & 1 {
        0 => 'a',
        _ => 'A',
    });
    letters.collect()
}

/// A name that differs from the others in underscores before and behind it.
fn padded(number: usize) -> String {
    format!("_{}a{}", "_".repeat(number % 60), "_".repeat(number / 60))
}

fn of_string(name: &str) -> String {
    format!("<Property Name=\"{name}\" Type=\"Edm.String\"/>")
}

/// A parameter that lists a value that no other lists.
fn listed(number: usize) -> String {
    let value = format!("<PropertyValue Property=\"Value\" String=\"v{number}\"/>");
    format!(
        "<Parameter Name=\"p\" Type=\"Edm.String\">\
         <Annotation Term=\"Org.OData.Validation.V1.AllowedValues\">\
         <Collection><Record>{value}</Record></Collection></Annotation></Parameter>"
    )
}

/// The entity type `t0` with an entry point, and other declarations.
fn alone(content: &str, others: &str) -> String {
    let set = "<EntitySet Name=\"e0\" EntityType=\"s.t0\"/>";
    document(&(entity("t0", content) + others + &container(set)))
}

fn container(content: &str) -> String {
    format!("<EntityContainer Name=\"c\">{content}</EntityContainer>")
}

/// Schemas with a type in each, all of which the type of an entry point has.
fn namespaces(bytes: usize, name: &dyn Fn(usize) -> String) -> String {
    const SCHEMA: &str = "</Schema><Schema xmlns=\"http://docs.oasis-open.org/odata/ns/edm\"";
    let declared = |i: usize| {
        format!(
            "{SCHEMA} Namespace=\"{}\"><ComplexType Name=\"v\"/>",
            name(i)
        )
    };
    let of = |i: usize| format!("<Property Name=\"p{i}\" Type=\"{}.v\"/>", name(i));
    alone(&up_to(6_500, bytes, &of), &up_to(6_500, bytes, &declared))
}

/// A declaration with many of `part`, then with one of them, as often as declarations are allowed.
fn repeated(bytes: usize, element: &str, part: &str) -> String {
    let numbered = |i: usize| part.replace("p\"", &format!("p{i}\""));
    let wide = up_to(100_000, bytes / 2, &numbered);
    let again = format!("<{element} Name=\"w\">{}</{element}>", numbered(0));
    let again = up_to(29_000, bytes / 2, &|_| again.clone());
    document(&format!("<{element} Name=\"w\">{wide}</{element}>{again}"))
}
