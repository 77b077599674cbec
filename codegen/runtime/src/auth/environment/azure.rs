//! Credentials of Azure's identity library.

use std::sync::Arc;
use std::time::Duration;

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport};
use azure_core::time::Duration as AzureDuration;
use azure_identity::{
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    DeveloperToolsCredential, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use chrono::DateTime;

use super::Variables;
use crate::auth::cloud::Cloud;
use crate::auth::credential::{AccessToken, Credential, CredentialSource, TokenRequest};
use crate::boxed::{BoxError, BoxFuture};

/// How long the login authority may be silent, as in Azure's library.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// How long fetching a token is tried again at most, as in Azure's library.
const LONGEST: AzureDuration = AzureDuration::minutes(1);

/// Any of `azure_core`'s credentials, such as an `Arc<dyn TokenCredential>` or what the constructors
/// of `azure_identity` give.
///
/// `azure_core` 1.x cannot ask for claims, so these credentials cannot answer a claims challenge; the
/// request then ends with the service's 401.
impl<T: TokenCredential + ?Sized> Credential for Arc<T> {
    fn token(&self, request: TokenRequest) -> BoxFuture<'_, Result<AccessToken, BoxError>> {
        Box::pin(async move {
            if request.claims.is_some() {
                return Err("azure_core credentials cannot answer a claims challenge".into());
            }
            let scopes: Vec<&str> = request.scopes.iter().map(String::as_str).collect();
            let token = self.get_token(&scopes, None).await?;
            let expiry = token.expires_on;
            let mut converted = AccessToken::new(token.token.secret());
            if let Some(expiry) = DateTime::from_timestamp(expiry.unix_timestamp(), 0) {
                converted = converted.expires_at(expiry);
            }
            Ok(converted)
        })
    }
}

/// The first credential that the environment variables describe; developer tools otherwise.
///
/// `AZURE_TOKEN_CREDENTIALS` chooses one by name, as in Azure's other identity libraries. It is the
/// only way to select a virtual machine's managed identity: that endpoint can be detected only over
/// the network, which takes long to fail elsewhere.
pub(super) fn from_environment(
    cloud: &Cloud,
    connect_timeout: Duration,
    variables: Variables<'_>,
) -> Result<(CredentialSource, Box<dyn Credential>), BoxError> {
    let source = chosen(variables)?;
    let Some(authority) = cloud.authority() else {
        let cloud = cloud.name();
        return Err(format!(
            "no login authority is known for the cloud {cloud}, so there is no token to be had with \
             the credential of the environment ({source:?})"
        )
        .into());
    };
    let client_id = variables("AZURE_CLIENT_ID");
    let credential: Box<dyn Credential> = match source {
        CredentialSource::WorkloadIdentity => Box::new(workload_identity(client_options(
            authority,
            connect_timeout,
        )?)?),
        CredentialSource::ManagedIdentity => Box::new(managed_identity(client_id)?),
        CredentialSource::ClientSecret => {
            let options = client_options(authority, connect_timeout)?;
            Box::new(client_secret(options, variables)?)
        }
        _ => Box::new(DeveloperToolsCredential::new(None)?),
    };
    Ok((source, credential))
}

fn chosen(variables: Variables<'_>) -> Result<CredentialSource, BoxError> {
    let are_set = |names: &[&str]| names.iter().all(|name| variables(name).is_some());
    if let Some(name) = variables("AZURE_TOKEN_CREDENTIALS") {
        return match name.to_ascii_lowercase().as_str() {
            "workloadidentitycredential" => Ok(CredentialSource::WorkloadIdentity),
            "managedidentitycredential" => Ok(CredentialSource::ManagedIdentity),
            "environmentcredential" | "clientsecretcredential" => {
                Ok(CredentialSource::ClientSecret)
            }
            "dev" | "developertoolscredential" => Ok(CredentialSource::DeveloperTools),
            _ => Err(format!(
                "AZURE_TOKEN_CREDENTIALS is {name:?}; expected WorkloadIdentityCredential, \
                 ManagedIdentityCredential, ClientSecretCredential or DeveloperToolsCredential"
            )
            .into()),
        };
    }
    let workload = [
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_ID",
        "AZURE_FEDERATED_TOKEN_FILE",
    ];
    let secret = ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"];
    // Whoever sets a secret means it: what else there is may be somebody else's account.
    let missing = secret.iter().find(|name| variables(name).is_none());
    if let Some(missing) = missing.filter(|_| variables("AZURE_CLIENT_SECRET").is_some()) {
        return Err(format!("AZURE_CLIENT_SECRET is set but {missing} is not").into());
    }
    match () {
        () if are_set(&workload) => Ok(CredentialSource::WorkloadIdentity),
        () if are_set(&["IDENTITY_ENDPOINT"]) || are_set(&["MSI_ENDPOINT"]) => {
            Ok(CredentialSource::ManagedIdentity)
        }
        () if are_set(&secret) => Ok(CredentialSource::ClientSecret),
        // A secret that a deployment left empty, most likely.
        () if are_set(&["AZURE_TENANT_ID", "AZURE_CLIENT_ID"]) => Err(
            "AZURE_TENANT_ID and AZURE_CLIENT_ID are set, but AZURE_CLIENT_SECRET is missing or empty; \
             AZURE_TOKEN_CREDENTIALS names another credential, such as `dev` for developer tools"
                .into(),
        ),
        () => Ok(CredentialSource::DeveloperTools),
    }
}

fn workload_identity(
    client_options: ClientOptions,
) -> azure_core::Result<Arc<WorkloadIdentityCredential>> {
    WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
        credential_options: ClientAssertionCredentialOptions { client_options },
        ..Default::default()
    }))
}

fn managed_identity(
    client_id: Option<String>,
) -> azure_core::Result<Arc<ManagedIdentityCredential>> {
    ManagedIdentityCredential::new(Some(ManagedIdentityCredentialOptions {
        user_assigned_id: client_id.map(UserAssignedId::ClientId),
        ..Default::default()
    }))
}

fn client_secret(
    client_options: ClientOptions,
    variables: Variables<'_>,
) -> Result<Arc<ClientSecretCredential>, BoxError> {
    let variable = |name: &str| {
        variables(name).ok_or_else(|| format!("the environment variable {name} is not set"))
    };
    let credential = ClientSecretCredential::new(
        &variable("AZURE_TENANT_ID")?,
        variable("AZURE_CLIENT_ID")?,
        Secret::new(variable("AZURE_CLIENT_SECRET")?),
        Some(ClientSecretCredentialOptions { client_options }),
    )?;
    Ok(credential)
}

/// Asks the cloud's own login authority. A host that cannot be reached is given up after the time for
/// connecting: by default, Azure's library would try for more than a minute.
fn client_options(authority: &str, connect_timeout: Duration) -> Result<ClientOptions, BoxError> {
    let mut custom = CustomConfiguration::default();
    custom.authority_host = authority.to_owned();
    let http = reqwest::Client::builder()
        .connect_timeout(connect_timeout)
        .read_timeout(READ_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let retries = ExponentialRetryOptions {
        max_total_elapsed: connect_timeout.try_into().unwrap_or(LONGEST),
        ..Default::default()
    };
    Ok(ClientOptions {
        cloud: Some(Arc::new(CloudConfiguration::Custom(custom))),
        transport: Some(Transport::new(Arc::new(http))),
        retry: RetryOptions::exponential(retries),
        ..Default::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::TokenCache;
    use crate::clock::SystemClock;
    use azure_core::credentials::TokenRequestOptions;
    use azure_core::time::OffsetDateTime;

    const CLOUD: Cloud = Cloud::new("Global", "https://a.example", "s", "https://login.example");

    #[derive(Debug)]
    struct Fake;

    #[async_trait::async_trait]
    impl TokenCredential for Fake {
        async fn get_token(
            &self,
            scopes: &[&str],
            _: Option<TokenRequestOptions<'_>>,
        ) -> azure_core::Result<azure_core::credentials::AccessToken> {
            let expiry = OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap();
            let token = format!("token for {}", scopes.join(" "));
            Ok(azure_core::credentials::AccessToken::new(token, expiry))
        }
    }

    fn request(claims: Option<&str>) -> TokenRequest {
        let scopes = vec!["https://a.example/.default".to_owned()];
        let clock = Arc::new(SystemClock);
        let mut request = TokenRequest::new(scopes, Some("https://login.example"), clock);
        request.claims = claims.map(str::to_owned);
        request
    }

    #[tokio::test]
    async fn any_token_credential_is_a_credential() {
        let any: Arc<dyn TokenCredential> = Arc::new(Fake);
        for credential in [
            Box::new(any) as Box<dyn Credential>,
            Box::new(Arc::new(Fake)),
        ] {
            let token = credential.token(request(None)).await.unwrap();
            assert_eq!(token.secret(), "token for https://a.example/.default");
            assert_eq!(token.expiry().unwrap().timestamp(), 1_700_000_000);
        }
    }

    #[tokio::test]
    async fn a_claims_challenge_cannot_be_answered() {
        let error = Credential::token(&Arc::new(Fake), request(Some("{}")))
            .await
            .unwrap_err();
        assert!(error.to_string().contains("claims challenge"), "{error}");
    }

    fn found(set: &[(&str, &str)]) -> Result<CredentialSource, String> {
        from_environment(&CLOUD, Duration::from_secs(10), &|name| value_of(set, name))
            .map(|(source, _)| source)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_environment_tells_which_credential_it_has() {
        let tenant = ("AZURE_TENANT_ID", "contoso.example");
        let client = ("AZURE_CLIENT_ID", "7b795fb9-09d3-42f4-a494-38864f99ba3c");
        let secret = ("AZURE_CLIENT_SECRET", "hush");
        let choice = |name| ("AZURE_TOKEN_CREDENTIALS", name);
        for (set, expected) in [
            (vec![], CredentialSource::DeveloperTools),
            (vec![tenant], CredentialSource::DeveloperTools),
            (vec![client], CredentialSource::DeveloperTools),
            (
                vec![choice("dev"), tenant, client],
                CredentialSource::DeveloperTools,
            ),
            (vec![tenant, client, secret], CredentialSource::ClientSecret),
            (
                vec![tenant, client, secret, ("IDENTITY_ENDPOINT", "http://x")],
                CredentialSource::ManagedIdentity,
            ),
            (
                vec![choice("ManagedIdentityCredential")],
                CredentialSource::ManagedIdentity,
            ),
            (
                vec![choice("dev"), tenant, client, secret],
                CredentialSource::DeveloperTools,
            ),
        ] {
            let source = chosen_source(&set);
            assert_eq!(source.as_ref(), Ok(&expected), "{set:?}");
        }
        let file = ("AZURE_FEDERATED_TOKEN_FILE", "/var/run/secrets/token");
        assert_eq!(
            chosen_source(&[tenant, client, secret, file]),
            Ok(CredentialSource::WorkloadIdentity)
        );
    }

    fn chosen_source(set: &[(&str, &str)]) -> Result<CredentialSource, String> {
        chosen(&|name| value_of(set, name)).map_err(|error| error.to_string())
    }

    fn value_of(set: &[(&str, &str)], name: &str) -> Option<String> {
        let mut matching = set.iter().filter(|(key, _)| *key == name);
        matching.next().map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn what_it_tells_is_made() {
        let tenant = ("AZURE_TENANT_ID", "contoso.example");
        let client = ("AZURE_CLIENT_ID", "7b795fb9-09d3-42f4-a494-38864f99ba3c");
        let secret = ("AZURE_CLIENT_SECRET", "hush");
        assert_eq!(
            found(&[tenant, client, secret]),
            Ok(CredentialSource::ClientSecret)
        );
        assert_eq!(found(&[]), Ok(CredentialSource::DeveloperTools));
    }

    /// A host that takes the connection and says nothing is not asked for longer than connecting may take.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    #[tokio::test]
    async fn a_silent_login_host_is_given_up() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = format!("https://{}", listener.local_addr().unwrap());
        let cloud = Cloud::new("Test", "https://a.example", "s", authority.leak());
        let set = [
            ("AZURE_TENANT_ID", "contoso.example"),
            ("AZURE_CLIENT_ID", "7b795fb9-09d3-42f4-a494-38864f99ba3c"),
            ("AZURE_CLIENT_SECRET", "hush-hush-hush"),
        ];
        let limit = Duration::from_millis(100);
        let found = from_environment(&cloud, limit, &|name| value_of(&set, name));
        let (source, credential) = found.unwrap();
        let cache = TokenCache::new(credential, source, request(None));
        // Azure's library would take more than a minute.
        let patience = Duration::from_secs(30);
        let token = tokio::time::timeout(patience, cache.token(patience)).await;
        let text = token.unwrap().unwrap_err().to_string();
        let expected =
            "no token could be fetched: a client secret at https://login.example failed after";
        assert!(text.starts_with(expected), "{text}");
        assert!(!text.contains("hush-hush"), "{text}");
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        let error = found(&[("AZURE_TOKEN_CREDENTIALS", "Nonsense")]).unwrap_err();
        assert!(
            error.contains("Nonsense") && error.contains("expected"),
            "{error}"
        );
        let error = found(&[("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")]).unwrap_err();
        assert!(error.contains("AZURE_TENANT_ID"), "{error}");
    }

    #[test]
    fn an_incomplete_secret_is_never_another_credential() {
        let secret = ("AZURE_CLIENT_SECRET", "hush");
        let client = ("AZURE_CLIENT_ID", "c");
        let managed = ("IDENTITY_ENDPOINT", "http://127.0.0.1");
        for (set, missing) in [
            (vec![secret], "AZURE_TENANT_ID"),
            (vec![secret, client], "AZURE_TENANT_ID"),
            (vec![secret, ("AZURE_TENANT_ID", "t")], "AZURE_CLIENT_ID"),
            (vec![secret, client, managed], "AZURE_TENANT_ID"),
        ] {
            let error = found(&set).unwrap_err();
            let expected = format!("AZURE_CLIENT_SECRET is set but {missing} is not");
            assert_eq!(error, expected);
        }
        let error = found(&[("AZURE_TENANT_ID", "t"), client]).unwrap_err();
        let expected =
            "but AZURE_CLIENT_SECRET is missing or empty; AZURE_TOKEN_CREDENTIALS names another";
        assert!(error.contains(expected), "{error}");
    }
}
