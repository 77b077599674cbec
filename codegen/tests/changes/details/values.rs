//! Allowed values of parameters, and the enumerations that are made of them.

use super::{assert_changes, declared, lines, schema};
use crate::Client;
use crate::edits::CONFIG;

/// `Validation.AllowedValues`: values and their names.
fn allowed(kind: &str, values: &[(&str, &str)]) -> String {
    let values = values.iter().map(|(value, name)| {
        format!(
            r#"<Record><PropertyValue Property="Value" {kind}="{value}" />
            <Annotation Term="Org.OData.Core.V1.SymbolicName" String="{name}" /></Record>"#
        )
    });
    let values = values.collect::<String>();
    format!(
        r#"<Annotation Term="Org.OData.Validation.V1.AllowedValues"><Collection>{values}</Collection></Annotation>"#
    )
}

const NUMBERS: &[(&str, &str)] = &[("5", "Five"), ("15", "Fifteen")];

/// `Core.OptionalParameter` with a default.
const FIFTEEN: &str = r#"<Annotation Term="Org.OData.Core.V1.OptionalParameter">
    <Record><PropertyValue Property="DefaultValue" String="15" /></Record></Annotation>"#;
const OPTIONAL: &str = r#"<Annotation Term="Org.OData.Core.V1.OptionalParameter" />"#;

/// A service with functions that have one parameter, `step`: name of the function, type and
/// annotations of the parameter.
fn steps(functions: &[(&str, &str, &str)]) -> Client {
    steps_with(CONFIG, functions)
}

fn steps_with(config: &str, functions: &[(&str, &str, &str)]) -> Client {
    let functions = functions.iter().map(|(name, parameter, annotations)| {
        format!(
            r#"<Function Name="{name}" IsBound="true"><Parameter Name="it" Type="demo.copy" />
            <Parameter Name="step" Type="{parameter}">{annotations}</Parameter>
            <ReturnType Type="Edm.Date" Nullable="false" /></Function>"#
        )
    });
    let functions = functions.collect::<String>();
    let document = schema(&format!(
        r#"<EntityType Name="copy"><Key><PropertyRef Name="id" /></Key>
        <Property Name="id" Type="Edm.Int32" Nullable="false" /></EntityType>{functions}
        <EntityContainer Name="service"><EntitySet Name="copies" EntityType="demo.copy" /></EntityContainer>"#
    ));
    let config = config.split("[[operation-groups]]").next().unwrap();
    Client::of(config, &document)
}

#[test]
fn what_is_said_of_an_allowed_value_is_a_description() {
    let with = |description: &str| {
        schema(&format!(
            r#"<Function Name="f"><Parameter Name="p" Type="Edm.Int32"><Annotation Term="Org.OData.Validation.V1.AllowedValues"><Collection>
            <Record><PropertyValue Property="Value" Int="5" /><Annotation Term="Org.OData.Core.V1.SymbolicName" String="Five" />{description}</Record>
            <Record><PropertyValue Property="Value" Int="6" /></Record>
            </Collection></Annotation></Parameter><ReturnType Type="Edm.Int32" /></Function>"#
        ))
    };
    let described = |text: &str| {
        with(&format!(
            r#"<Annotation Term="Org.OData.Core.V1.Description" String="{text}" />"#
        ))
    };
    assert_changes(
        &declared(&described("Few."), &described("Many.")),
        &["patch demo.f/p: description-changed [5 (Five): “Few.” → “Many.”]"],
    );
    assert_changes(
        &declared(&with(""), &described("Few.")),
        &["patch demo.f/p: description-changed [5 (Five): none → “Few.”]"],
    );
}

#[test]
fn values_go_with_their_only_function() {
    let values = allowed("Int", NUMBERS);
    let both = steps(&[
        ("f", "Edm.Int32", &format!("{values}{FIFTEEN}")),
        ("g", "Edm.Int16", OPTIONAL),
    ]);
    let one = steps(&[("g", "Edm.Int16", OPTIONAL)]);
    assert_changes(
        &lines(&both.diff(&one)),
        &[
            "major demo.copy/f: operation-removed",
            "major values of parameters of demo/step: declaration-removed",
        ],
    );
    assert_changes(
        &lines(&one.diff(&both)),
        &[
            "minor demo.copy/f: operation-added [(step?: Edm.Int32) → Edm.Date]",
            "minor values of parameters of demo/step: declaration-added",
        ],
    );
}

#[test]
fn nullable_required_parameters_have_enumerations_too() {
    let values = allowed("Int", NUMBERS);
    let both = steps(&[("f", "Edm.Int32", &values), ("g", "Edm.Int16", OPTIONAL)]);
    let one = steps(&[("g", "Edm.Int16", OPTIONAL)]);
    assert_changes(
        &lines(&both.diff(&one)),
        &[
            "major demo.copy/f: operation-removed",
            "major values of parameters of demo/step: declaration-removed",
        ],
    );
}

#[test]
fn values_of_another_function_are_compared_by_part() {
    let values = allowed("Int", NUMBERS);
    let old = steps(&[("first", "Edm.Int32", &format!("{values}{FIFTEEN}"))]);
    for (new, expected) in [
        (
            steps(&[("other", "Edm.Int32", &format!("{values}{OPTIONAL}"))]),
            &[
                "major demo.copy/other: operation-renamed [first → other]",
                "major demo.copy/other/step: allowed-default-removed [15 → none]",
            ][..],
        ),
        (
            steps(&[(
                "other",
                "Edm.String",
                &format!("{}{OPTIONAL}", allowed("String", NUMBERS)),
            )]),
            &[
                "major demo.copy/first: operation-removed",
                "major values of parameters of demo/step: declaration-changed [I32 → String]",
                "major values of parameters of demo/step: declaration-removed [`Default`]",
                "minor demo.copy/other: operation-added [(step?: Edm.String) → Edm.Date]",
            ],
        ),
        (
            steps(&[(
                "other",
                "Edm.Int32",
                &format!(
                    "{}{FIFTEEN}",
                    allowed("Int", &[("15", "Fifteen"), ("30", "Thirty")])
                ),
            )]),
            &[
                "major demo.copy/other: operation-renamed [first → other]",
                "major demo.copy/other/step: allowed-value-removed [5 (Five)]",
                "minor demo.copy/other/step: allowed-value-added [30 (Thirty)]",
            ],
        ),
    ] {
        assert_changes(&lines(&old.diff(&new)), expected);
    }
}

#[test]
fn lists_of_one_name_are_told_apart_by_functions() {
    let words = "[naming.words]\nFive = \"FIVE\"\n[metadata]";
    let other = CONFIG.replace("[metadata]", words);
    let values = format!("{}{OPTIONAL}", allowed("Int", NUMBERS));
    let more = format!(
        "{}{OPTIONAL}",
        allowed("Int", &[("5", "Five"), ("60", "Sixty")])
    );
    let one = [
        ("first", "Edm.Int32", &*values),
        ("second", "Edm.Int32", &*values),
    ];
    let two = [
        ("first", "Edm.Int32", &*values),
        ("second", "Edm.Int32", &*more),
    ];
    let changes = steps(&one).diff(&steps_with(&other, &one));
    assert_changes(
        &lines(&changes),
        &["major values of parameters of demo/step/5: name-changed [Five → FIVE]"],
    );
    let changes = steps(&two).diff(&steps_with(&other, &two));
    assert_changes(
        &lines(&changes),
        &[
            "major values of demo.copy/first/step/5: name-changed [Five → FIVE]",
            "major values of demo.copy/second/step/5: name-changed [Five → FIVE]",
        ],
    );
    assert_changes(
        &lines(&steps(&one).diff(&steps(&two))),
        &[
            "major demo.copy/second/step: allowed-value-removed [15 (Fifteen)]",
            "major parameters of demo/step: allowed-values-diverged [one list → 2 lists]",
            "minor demo.copy/second/step: allowed-value-added [60 (Sixty)]",
        ],
    );
}

/// The enumeration that parameters share is `Default` as long as all of them say the same.
#[test]
fn a_default_goes_where_parameters_disagree() {
    let values = allowed("Int", NUMBERS);
    let fifteen = format!("{values}{FIFTEEN}");
    let five = fifteen.replace(
        r#""DefaultValue" String="15""#,
        r#""DefaultValue" String="5""#,
    );
    let with = |second: &str| steps(&[("f", "Edm.Int32", &*fifteen), ("g", "Edm.Int32", second)]);
    assert_changes(
        &lines(&with(&fifteen).diff(&with(&five))),
        &["major demo.copy/g/step: allowed-default-removed [15 → 5]"],
    );
    assert_changes(
        &lines(&with(&five).diff(&with(&fifteen))),
        &["minor demo.copy/g/step: default-value-changed [5 → 15]"],
    );
}

/// A service with a property that lists its values by itself, and one that does so by its type.
fn listing(property: &[(&str, &str)], definition: &[(&str, &str)]) -> Client {
    let list = |values: &[(&str, &str)]| match values {
        [] => String::new(),
        values => allowed("String", values),
    };
    let (property, definition) = (list(property), list(definition));
    let document = schema(&format!(
        r#"<TypeDefinition Name="state" UnderlyingType="Edm.String">{definition}</TypeDefinition>
        <ComplexType Name="t"><Property Name="p" Type="Edm.String">{property}</Property>
        <Property Name="q" Type="demo.state" /></ComplexType>
        <Function Name="made"><ReturnType Type="demo.t" /></Function>
        <EntityContainer Name="service"><FunctionImport Name="made" Function="demo.made" /></EntityContainer>"#
    ));
    let config = CONFIG.split("[[metadata.trust").next().unwrap();
    Client::of(config, &document)
}

#[test]
fn values_of_properties_and_types_are_told() {
    let (one, two) = (&[("on", "On")][..], &[("on", "On"), ("off", "Off")][..]);
    assert_changes(
        &lines(&listing(one, one).diff(&listing(two, two))),
        &[
            "minor demo.state: allowed-value-added [off (Off)]",
            "minor demo.t/p: allowed-value-added [off (Off)]",
        ],
    );
    assert_changes(
        &lines(&listing(two, two).diff(&listing(one, one))),
        &[
            "major demo.state: allowed-value-removed [off (Off)]",
            "major demo.t/p: allowed-value-removed [off (Off)]",
        ],
    );
    assert_changes(
        &lines(&listing(&[], one).diff(&listing(one, &[]))),
        &[
            "major demo.state: allowed-values-dropped",
            "major demo.t/p: allowed-values-listed",
        ],
    );
}
