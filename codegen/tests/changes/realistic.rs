//! Twelve edits as the service makes them, applied to this client's metadata: what a reviewer
//! reads of each, and which public items change.

use crate::{Client, line_changes};
use csdl_codegen::semver::Format;
use std::path::Path;

const METADATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../metadata");

/// A text of one of the documents and what is in its place after the edit.
struct Replacement {
    document: &'static str,
    from: &'static str,
    to: &'static str,
}

/// An edit of the slice.
const fn slice(from: &'static str, to: &'static str) -> Replacement {
    let document = "beta.csdl";
    Replacement { document, from, to }
}

/// An edit of what the service leaves out.
const fn annotation(from: &'static str, to: &'static str) -> Replacement {
    let document = "annotations.csdl";
    Replacement { document, from, to }
}

/// An edit of what is said about parameters.
const fn parameter(from: &'static str, to: &'static str) -> Replacement {
    let document = "parameters.csdl";
    Replacement { document, from, to }
}

/// An edit of what callers need to be granted.
const fn permission(from: &'static str, to: &'static str) -> Replacement {
    let document = "permissions.csdl";
    Replacement { document, from, to }
}

/// What a reviewer sees: the report with its verdict, the public items.
fn review(replacements: &[Replacement]) -> String {
    let (old, new) = (client(&[]), client(replacements));
    let report = old.diff(&new);
    let items = line_changes(&old.surface(), &new.surface());
    let text = report.display(Format::Text);
    format!("{text}\n{items}")
}

/// The client of the metadata after an edit.
fn client(replacements: &[Replacement]) -> Client {
    let folder = tempfile::tempdir().unwrap();
    for document in [
        "client.toml",
        "beta.csdl",
        "annotations.csdl",
        "parameters.csdl",
        "permissions.csdl",
    ] {
        let mut text = std::fs::read_to_string(Path::new(METADATA).join(document)).unwrap();
        for edit in replacements.iter().filter(|edit| edit.document == document) {
            assert!(
                text.contains(edit.from),
                "{document} has no `{}`",
                edit.from
            );
            text = text.replace(edit.from, edit.to);
        }
        std::fs::write(folder.path().join(document), text).unwrap();
    }
    Client::made(&folder.path().join("client.toml"))
}

const MFA_FAILURE: &str = r#"      <Function Name="getMetricsForMfaSignInFailure" IsBound="true">
        <Parameter Name="bindingParameter" Type="microsoft.graph.serviceActivity" />
        <Parameter Name="inclusiveIntervalStartDateTime" Type="Edm.DateTimeOffset" Nullable="false" />
        <Parameter Name="exclusiveIntervalEndDateTime" Type="Edm.DateTimeOffset" Nullable="false" />
        <Parameter Name="aggregationIntervalInMinutes" Type="Edm.Int32">
          <Annotation Term="Org.OData.Core.V1.OptionalParameter" />
        </Parameter>
        <ReturnType Type="Collection(microsoft.graph.serviceActivityValueMetric)" />
      </Function>
"#;

const MFA_PASSKEY: &str = r#"      <Function Name="getMetricsForPasskeySignInSuccess" IsBound="true">
        <Parameter Name="bindingParameter" Type="microsoft.graph.serviceActivity" />
        <Parameter Name="inclusiveIntervalStartDateTime" Type="Edm.DateTimeOffset" Nullable="false" />
        <Parameter Name="exclusiveIntervalEndDateTime" Type="Edm.DateTimeOffset" Nullable="false" />
        <Parameter Name="aggregationIntervalInMinutes" Type="Edm.Int32">
          <Annotation Term="Org.OData.Core.V1.OptionalParameter" />
        </Parameter>
        <ReturnType Type="Collection(microsoft.graph.serviceActivityValueMetric)" />
      </Function>
      <Function Name="getUsageMetricsForTeamsByLaunch" IsBound="true">"#;

#[test]
fn function_added() {
    let before = r#"      <Function Name="getUsageMetricsForTeamsByLaunch" IsBound="true">"#;
    insta::assert_snapshot!(review(&[slice(before, MFA_PASSKEY)]));
}

#[test]
fn function_removed() {
    insta::assert_snapshot!(review(&[slice(MFA_FAILURE, "")]));
}

/// The service makes the interval of one function required.
#[test]
fn parameter_made_required() {
    const REQUIRED: &str = r#"      <Function Name="getMetricsForMfaSignInFailure" IsBound="true">
        <Parameter Name="bindingParameter" Type="microsoft.graph.serviceActivity" />
        <Parameter Name="inclusiveIntervalStartDateTime" Type="Edm.DateTimeOffset" Nullable="false" />
        <Parameter Name="exclusiveIntervalEndDateTime" Type="Edm.DateTimeOffset" Nullable="false" />
        <Parameter Name="aggregationIntervalInMinutes" Type="Edm.Int32" Nullable="false" />
        <ReturnType Type="Collection(microsoft.graph.serviceActivityValueMetric)" />
      </Function>
"#;
    const TARGET: &str = r#"<Annotations Target="graph.getMetricsForMfaSignInFailure/aggregationIntervalInMinutes">"#;
    const NONE: &str = r#"<Annotations Target="graph.getMetricsForMfaSignInFailure/none">"#;
    insta::assert_snapshot!(review(&[
        slice(MFA_FAILURE, REQUIRED),
        annotation(TARGET, NONE),
        parameter(TARGET, NONE),
    ]));
}

#[test]
fn return_type_changed() {
    let after = Box::leak(
        MFA_FAILURE
            .replace(
                "serviceActivityValueMetric",
                "serviceActivityPerformanceMetric",
            )
            .into_boxed_str(),
    );
    insta::assert_snapshot!(review(&[slice(MFA_FAILURE, after)]));
}

#[test]
fn property_added() {
    insta::assert_snapshot!(review(&[slice(
        r#"        <Property Name="value" Type="Edm.Int64" Nullable="false" />"#,
        r#"        <Property Name="unit" Type="Edm.String" />
        <Property Name="value" Type="Edm.Int64" Nullable="false" />"#,
    )]));
}

#[test]
fn nullability_flipped_to_nullable() {
    insta::assert_snapshot!(review(&[slice(
        r#"Name="value" Type="Edm.Int64" Nullable="false""#,
        r#"Name="value" Type="Edm.Int64""#,
    )]));
}

/// The same the other way round: the old slice has the nullable property.
#[test]
fn nullability_flipped_to_not_nullable() {
    let nullable = [slice(
        r#"Name="value" Type="Edm.Int64" Nullable="false""#,
        r#"Name="value" Type="Edm.Int64""#,
    )];
    let (old, new) = (client(&nullable), client(&[]));
    let report = old.diff(&new);
    let items = line_changes(&old.surface(), &new.surface());
    insta::assert_snapshot!(format!("{}\n{items}", report.display(Format::Text)));
}

/// The slice has no enumeration of its own, so the old one gets one first.
#[test]
fn enum_member_added() {
    const PROPERTY: &str = r#"        <Property Name="value" Type="Edm.Int64" Nullable="false" />
      </ComplexType>"#;
    const TWO: &str = r#"        <Property Name="value" Type="Edm.Int64" Nullable="false" />
        <Property Name="trend" Type="microsoft.graph.metricTrend" />
      </ComplexType>
      <EnumType Name="metricTrend">
        <Member Name="falling" Value="0" />
        <Member Name="rising" Value="1" />
      </EnumType>"#;
    const THREE: &str = r#"        <Property Name="value" Type="Edm.Int64" Nullable="false" />
        <Property Name="trend" Type="microsoft.graph.metricTrend" />
      </ComplexType>
      <EnumType Name="metricTrend">
        <Member Name="falling" Value="0" />
        <Member Name="rising" Value="1" />
        <Member Name="steady" Value="2" />
      </EnumType>"#;
    let (old, new) = (
        client(&[slice(PROPERTY, TWO)]),
        client(&[slice(PROPERTY, THREE)]),
    );
    let report = old.diff(&new);
    let items = line_changes(&old.surface(), &new.surface());
    insta::assert_snapshot!(format!("{}\n{items}", report.display(Format::Text)));
}

#[test]
fn allowed_value_added() {
    insta::assert_snapshot!(review(&[parameter(
        r#"<PropertyValue Property="Value" Int="30" />"#,
        r#"<PropertyValue Property="Value" Int="60" />
              <Annotation Term="Core.SymbolicName" String="SixtyMinutes" />
            </Record>
            <Record>
              <PropertyValue Property="Value" Int="30" />"#,
    )]));
}

#[test]
fn permission_changed() {
    insta::assert_snapshot!(review(&[permission(
        "String=\"ServiceActivity-Teams.Read.All\"",
        "String=\"ServiceActivity-Teams.ReadBasic.All\"",
    )]));
}

#[test]
fn description_changed() {
    insta::assert_snapshot!(review(&[annotation(
        "Counts interactive MFA sign-ins that users did not finish.",
        "Counts interactive MFA sign-ins that users gave up.",
    )]));
}

#[test]
fn type_moved_to_another_schema() {
    const TYPE: &str = r#"      <ComplexType Name="serviceActivityValueMetric">
        <Property Name="intervalStartDateTime" Type="Edm.DateTimeOffset" Nullable="false" />
        <Property Name="value" Type="Edm.Int64" Nullable="false" />
      </ComplexType>
"#;
    const SCHEMA: &str = r#"    </Schema>
    <Schema Namespace="microsoft.graph.reporting" xmlns="http://docs.oasis-open.org/odata/ns/edm">
      <ComplexType Name="serviceActivityValueMetric">
        <Property Name="intervalStartDateTime" Type="Edm.DateTimeOffset" Nullable="false" />
        <Property Name="value" Type="Edm.Int64" Nullable="false" />
      </ComplexType>
    </Schema>
  </edmx:DataServices>"#;
    insta::assert_snapshot!(review(&[
        slice(TYPE, ""),
        slice("    </Schema>\n  </edmx:DataServices>", SCHEMA),
        slice(
            "microsoft.graph.serviceActivityValueMetric",
            "microsoft.graph.reporting.serviceActivityValueMetric",
        ),
        annotation(
            "Target=\"graph.serviceActivityValueMetric",
            "Target=\"microsoft.graph.reporting.serviceActivityValueMetric",
        ),
    ]));
}

/// Whoever updates renames the target of the annotations too; without that, the warnings say that
/// they are ignored, and the report says what is lost.
#[test]
fn function_renamed() {
    insta::assert_snapshot!(review(&[
        slice(
            "\"getMetricsForMfaSignInFailure\"",
            "\"getMfaSignInFailureMetrics\""
        ),
        annotation(
            "graph.getMetricsForMfaSignInFailure",
            "graph.getMfaSignInFailureMetrics"
        ),
        parameter(
            "graph.getMetricsForMfaSignInFailure",
            "graph.getMfaSignInFailureMetrics"
        ),
        permission(
            "graph.getMetricsForMfaSignInFailure",
            "graph.getMfaSignInFailureMetrics"
        ),
    ]));
}

#[test]
fn function_renamed_and_its_annotations_forgotten() {
    let renamed = slice(
        "\"getMetricsForMfaSignInFailure\"",
        "\"getMfaSignInFailureMetrics\"",
    );
    insta::assert_snapshot!(review(&[renamed]));
}
