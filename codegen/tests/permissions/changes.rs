//! What `diff` tells of permissions.

use crate::permissions::{Client, PERMISSIONS, shop};
use csdl_codegen::generate::side;
use csdl_codegen::semver::{Format, diff_clients};

#[test]
fn other_permissions_of_a_path_are_told() {
    let old = shop();
    let changed = PERMISSIONS.replace(
        "\"/me/orders\": \"least=DelegatedWork\"",
        "\"/me/gone\": \"\"",
    );
    assert_ne!(changed, PERMISSIONS);
    let (_, annotations) = Client::shop(&[]).matched(&changed);
    let new = Client::shop(&[&annotations]);
    let report = diff_clients(
        &side(&old.model, &old.config),
        &side(&new.model, &new.config),
    );
    let text = report.display(Format::Text).to_string();
    let told: Vec<_> = text
        .lines()
        .filter(|line| line.contains("Orders.Read"))
        .collect();
    assert_eq!(told.len(), 1, "{text}");
    assert!(told[0].contains("GET /me/orders"), "{text}");
    let same = diff_clients(
        &side(&old.model, &old.config),
        &side(&old.model, &old.config),
    );
    assert!(same.changes().is_empty());
}
