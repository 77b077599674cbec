//! These clients are built without TLS, as a user builds one that turns the default features off.

#[test]
fn building_a_client_names_the_missing_feature() {
    let press = press_client::Client::builder().endpoint("https://press.example");
    let shelf = shelf_client::Client::builder().endpoint("https://shelf.example");
    for error in [
        press.anonymous().build().unwrap_err().to_string(),
        shelf.anonymous().build().unwrap_err().to_string(),
    ] {
        assert!(error.contains("enable the feature \"rustls\""), "{error}");
    }
}
