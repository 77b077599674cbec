//! What is sent to which authority, and where nothing is sent.

use odata_runtime::credential::{DeviceCode, SignInErrorKind};
use odata_runtime::{Client, Cloud, CredentialSource, ErrorKind};

use super::{Authority, CLIENT_ID, Prompts, SCOPES, bearers, pairs, reason, service, tokens};
use crate::support::{FakeClock, metrics};

#[tokio::test]
async fn a_code_is_asked_for_as_the_standard_says() {
    let (service, authority) = (service().await, Authority::new([tokens("a1", None)]).await);
    let builder = authority.builder(&service).clock(FakeClock::new());
    let prompts = Prompts::default();
    let client = builder.credential(prompts.credential()).build().unwrap();
    assert_eq!(client.credential_source(), &CredentialSource::DeviceCode);
    metrics(&client).send().await.unwrap();
    let device = [("scope", SCOPES), ("client_id", CLIENT_ID)];
    assert_eq!(authority.forms("devicecode"), [pairs(&device)]);
    let token = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", super::DEVICE_CODE),
        ("client_id", CLIENT_ID),
    ];
    assert_eq!(authority.forms("token"), [pairs(&token)]);
    assert_eq!(bearers(&service), ["a1"]);
}

#[tokio::test]
async fn settings_that_cannot_be_used_send_nothing() {
    let authority = Authority::new([tokens("a1", None)]).await;
    let service = service().await;
    let credential = |id: &str, tenant: &str| DeviceCode::new(id, tenant, |_| {});
    let cloud = |authority| Cloud::new("Test", "https://service.invalid", "s", authority);
    let url: &'static str = authority.url().to_owned().leak();
    for (cloud, id, tenant, expected) in [
        (
            cloud(url),
            CLIENT_ID,
            "a/b",
            "\"a/b\" is not a tenant; expected its id, one of its domains, or \"organizations\", \
             \"common\" or \"consumers\"",
        ),
        (
            cloud(url),
            "",
            "common",
            "the client id is empty or has characters that no id has; expected the application's id",
        ),
        (
            cloud("http://login.example"),
            CLIENT_ID,
            "common",
            "the login authority \"http://login.example\" cannot be used; it must be an https URL, \
             such as \"https://login.microsoftonline.com\"",
        ),
        (
            Cloud::without_login("Test", "https://service.invalid"),
            CLIENT_ID,
            "common",
            "the cloud of the client has no login authority to sign in at",
        ),
        (
            Cloud::new("Test", "https://service.invalid", "", url),
            CLIENT_ID,
            "common",
            "the client has no scopes to sign in for; set them with ClientBuilder::scopes",
        ),
    ] {
        let builder = Client::builder(cloud, "test/1").endpoint(service.url());
        let client = builder.credential(credential(id, tenant)).build().unwrap();
        let error = metrics(&client).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credential);
        assert_eq!(reason(&error).kind(), SignInErrorKind::Configuration);
        assert_eq!(reason(&error).to_string(), expected);
    }
    assert_eq!(authority.forms("devicecode").len() + service.count(), 0);
}
