//! Credentials of Azure's identity library.

use std::sync::Arc;

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::ClientOptions;
use azure_identity::{
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    DeveloperToolsCredential, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use chrono::DateTime;

use super::environment::Variables;
use super::{AccessToken, Credential, CredentialSource, TokenRequest};
use crate::cloud::Cloud;
use crate::{BoxError, BoxFuture};

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

/// The first credential that the environment's variables tell of; developer tools if none does.
///
/// `AZURE_TOKEN_CREDENTIALS` chooses one by its name, as in Azure's other identity libraries. It is
/// the only way to a virtual machine's managed identity, whose endpoint could be found by asking the
/// network alone, which elsewhere takes long to fail.
pub(super) fn from_environment(
    cloud: &Cloud,
    variables: Variables<'_>,
) -> Result<(CredentialSource, Box<dyn Credential>), BoxError> {
    let source = chosen(variables)?;
    let client_id = variables("AZURE_CLIENT_ID");
    let credential: Box<dyn Credential> = match source {
        CredentialSource::WorkloadIdentity => Box::new(workload_identity(cloud)?),
        CredentialSource::ManagedIdentity => Box::new(managed_identity(client_id)?),
        CredentialSource::ClientSecret => Box::new(client_secret(cloud, variables)?),
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
    Ok(if are_set(&workload) {
        CredentialSource::WorkloadIdentity
    } else if are_set(&["IDENTITY_ENDPOINT"]) || are_set(&["MSI_ENDPOINT"]) {
        CredentialSource::ManagedIdentity
    } else if are_set(&secret) {
        CredentialSource::ClientSecret
    } else {
        CredentialSource::DeveloperTools
    })
}

fn workload_identity(cloud: &Cloud) -> azure_core::Result<Arc<WorkloadIdentityCredential>> {
    WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
        credential_options: ClientAssertionCredentialOptions {
            client_options: client_options(cloud),
        },
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
    cloud: &Cloud,
    variables: Variables<'_>,
) -> Result<Arc<ClientSecretCredential>, BoxError> {
    let variable = |name: &str| {
        variables(name).ok_or_else(|| format!("the environment variable {name} is not set"))
    };
    let credential = ClientSecretCredential::new(
        &variable("AZURE_TENANT_ID")?,
        variable("AZURE_CLIENT_ID")?,
        Secret::new(variable("AZURE_CLIENT_SECRET")?),
        Some(ClientSecretCredentialOptions {
            client_options: client_options(cloud),
        }),
    )?;
    Ok(credential)
}

/// Asks the cloud's own login authority.
fn client_options(cloud: &Cloud) -> ClientOptions {
    let mut custom = CustomConfiguration::default();
    custom.authority_host = cloud.authority().to_owned();
    ClientOptions {
        cloud: Some(Arc::new(CloudConfiguration::Custom(custom))),
        ..Default::default()
    }
}
