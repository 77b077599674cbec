//! Who asks whom: Microsoft Graph with a token, a sign-in or what the environment has, or a fake Graph.

use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use graph_emulator::Emulator;
use graph_service_activity::credential::{AuthorizationCode, DeviceCode};
use graph_service_activity::{Client, ClientBuilder, Cloud, Url};

use crate::demo;
use crate::failure::Failure;

/// The variable that has a token.
const TOKEN: &str = "GRAPH_ACCESS_TOKEN";

/// How long a request may take that waits for a person: as long as Entra ID's codes are valid, and some.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

#[derive(clap::Args)]
#[command(next_help_heading = "Service and sign-in")]
pub struct Connection {
    /// The app registration to sign in to, by id: you enter a code in a browser
    #[arg(long, value_name = "ID", global = true)]
    client_id: Option<String>,
    /// The tenant to sign in to, by id or domain [default: your own]
    #[arg(long, global = true)]
    tenant: Option<String>,
    /// Sign in with the browser of this machine, without a code
    #[arg(long, global = true)]
    browser: bool,
    /// Stay signed in: keep the refresh token in the system's keyring
    #[cfg(feature = "keyring")]
    #[arg(long, global = true)]
    remember: bool,
    /// The national cloud
    #[arg(long, value_enum, default_value_t = CloudName::Global, global = true)]
    cloud: CloudName,
    /// Ask a fake Graph with invented figures; needs no account and no network
    #[arg(long, global = true)]
    demo: bool,
    /// Another service root, and another authority: for tests
    #[arg(long, value_name = "URL", global = true, hide = true)]
    endpoint: Option<String>,
    #[arg(long, value_name = "URL", global = true, hide = true)]
    authority: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum CloudName {
    Global,
    UsGovernmentL4,
    UsGovernmentL5,
    China,
}

impl From<CloudName> for Cloud {
    fn from(name: CloudName) -> Self {
        match name {
            CloudName::Global => Self::Global,
            CloudName::UsGovernmentL4 => Self::UsGovernmentL4,
            CloudName::UsGovernmentL5 => Self::UsGovernmentL5,
            CloudName::China => Self::China,
        }
    }
}

/// A service that can be asked.
pub struct Service {
    pub client: Client,
    /// Where figures come from, for the page.
    pub name: String,
    /// The fake Graph, which ends with this.
    emulator: Option<Emulator>,
}

impl Service {
    /// Whether figures are invented.
    pub fn is_demo(&self) -> bool {
        self.emulator.is_some()
    }
}

impl Connection {
    /// The service, of which nothing has been asked yet.
    pub async fn open(&self) -> Result<Service, Failure> {
        if self.demo {
            return demo().await;
        }
        let mut builder = self.authenticated(self.builder())?;
        if let Some(endpoint) = &self.endpoint {
            builder = builder.endpoint(endpoint);
        }
        Ok(Service {
            client: builder.build()?,
            name: "Microsoft Graph beta".to_owned(),
            emulator: None,
        })
    }

    fn builder(&self) -> ClientBuilder<Client> {
        let product = concat!("service-activity/", env!("CARGO_PKG_VERSION"));
        let builder = Client::builder().user_agent_suffix(product);
        let cloud = odata_runtime::Cloud::from(Cloud::from(self.cloud));
        match (&self.authority, cloud.scope()) {
            (Some(authority), Some(scope)) => builder.cloud(odata_runtime::Cloud::new(
                cloud.name(),
                cloud.root(),
                scope,
                authority.clone().leak(),
            )),
            _ => builder.cloud(cloud),
        }
    }

    /// What was said comes before what is in the environment, and a token before a sign-in.
    fn authenticated(
        &self,
        builder: ClientBuilder<Client>,
    ) -> Result<ClientBuilder<Client>, Failure> {
        if let Some(client_id) = &self.client_id {
            return Ok(self.signing_in(builder, client_id.clone()));
        }
        if variable(TOKEN).is_some() {
            return Ok(builder.credential_from_env(TOKEN));
        }
        match variable_of_services() {
            Some(_) if cfg!(feature = "azure-identity") => {
                return Ok(builder.credential_from_env(TOKEN));
            }
            Some(name) => {
                return Err(Failure::Usage(format!(
                    "{name} is set, but this command was installed without the feature that uses it: reinstall it \
                     with `--features cli,azure-identity`, or give --client-id to sign in yourself"
                )));
            }
            None => {}
        }
        if let Some(client_id) = variable("AZURE_CLIENT_ID") {
            return Ok(self.signing_in(builder, client_id));
        }
        if cfg!(feature = "azure-identity") {
            return Ok(builder.credential_from_env(TOKEN));
        }
        let problem = match std::env::var_os(TOKEN) {
            Some(_) => format!("{TOKEN} is empty"),
            None => "there is nothing to sign in with".to_owned(),
        };
        Err(Failure::Usage(format!(
            "{problem}: give the id of an app registration (--client-id), set {TOKEN}, \
             or look at invented figures (--demo)"
        )))
    }

    fn signing_in(
        &self,
        builder: ClientBuilder<Client>,
        client_id: String,
    ) -> ClientBuilder<Client> {
        let tenant = self.tenant.clone().or_else(|| variable("AZURE_TENANT_ID"));
        let tenant = tenant.unwrap_or_else(|| "organizations".to_owned());
        let builder = builder.timeout(PATIENCE);
        if self.browser {
            let sign_in = AuthorizationCode::new(client_id, tenant).open_with(open);
            #[cfg(feature = "keyring")]
            if self.remember {
                return builder.credential(sign_in.store(keyring()));
            }
            return builder.credential(sign_in);
        }
        let sign_in = DeviceCode::new(client_id, tenant, |prompt| eprintln!("{prompt}"));
        #[cfg(feature = "keyring")]
        if self.remember {
            return builder.credential(sign_in.store(keyring()));
        }
        builder.credential(sign_in)
    }
}

/// Opens a page with whatever this system opens pages with, and prints it in case that is nothing.
fn open(page: &Url) {
    eprintln!("To sign in, open {page} in a browser on this machine.");
    let (program, arguments): (_, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(page.as_str());
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Most servers have no such program; whoever is there has the address.
    let _ = quiet.spawn();
}

#[cfg(feature = "keyring")]
fn keyring() -> graph_service_activity::credential::Keyring {
    graph_service_activity::credential::Keyring::new("service-activity")
}

/// A fake Graph in this process.
async fn demo() -> Result<Service, Failure> {
    let emulator = demo::emulator(full(Utc::now())).start().await;
    let emulator = emulator.map_err(|error| Failure::Other(format!("no fake Graph: {error}")))?;
    let builder = Client::builder().bearer_token("any");
    Ok(Service {
        client: builder.endpoint(emulator.endpoint()).build()?,
        name: "Invented figures from the emulator".to_owned(),
        emulator: Some(emulator),
    })
}

/// The end of the last full quarter of an hour.
fn full(now: DateTime<Utc>) -> DateTime<Utc> {
    now.duration_trunc(TimeDelta::minutes(15)).unwrap_or(now)
}

/// The first variable that holds a credential for services, if any is set.
fn variable_of_services() -> Option<&'static str> {
    const NAMES: [&str; 5] = [
        "AZURE_CLIENT_SECRET",
        "AZURE_FEDERATED_TOKEN_FILE",
        "AZURE_TOKEN_CREDENTIALS",
        "IDENTITY_ENDPOINT",
        "MSI_ENDPOINT",
    ];
    NAMES.into_iter().find(|name| variable(name).is_some())
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.trim().is_empty())
}
