//! People who sign in, at an authority on loopback.

mod authority;
mod browser;
mod device;
mod hostile;
mod refresh;
mod store;

use std::collections::VecDeque;
use std::error::Error as _;
use std::sync::{Arc, Mutex};

use odata_runtime::credential::{DeviceCode, DevicePrompt, SignInError};
use odata_runtime::{Client, ClientBuilder, Cloud, Error};
use serde_json::{Value, json};

use crate::support::{Received, Reply, Server};

pub use store::FakeStore;

pub const CLIENT_ID: &str = "14d82eec-204b-4c2f-b7e8-296a70dab67e";
pub const SCOPES: &str = "https://service.invalid/.default offline_access";
pub const DEVICE_CODE: &str = "the-device-code-that-nobody-sees";

/// The names and values of a form or query.
pub type Form = Vec<(String, String)>;

/// An authority whose token endpoint answers as it is told, and whose other endpoint gives a code.
pub struct Authority {
    server: Server,
}

impl Authority {
    /// Answers requests for tokens in turn; the last answer is for all further ones, too.
    pub async fn new(tokens: impl IntoIterator<Item = Reply>) -> Self {
        Self::with_device(json_reply(200, details()), tokens).await
    }

    /// As `new`, with what the device authorization endpoint answers.
    pub async fn with_device(device: Reply, tokens: impl IntoIterator<Item = Reply>) -> Self {
        let tokens = Mutex::new(tokens.into_iter().collect::<VecDeque<_>>());
        let server = Server::start(move |request| match request.target.rsplit('/').next() {
            Some("devicecode") => device.clone(),
            Some("token") => {
                let mut tokens = tokens.lock().unwrap();
                let next = tokens.pop_front().unwrap();
                if tokens.is_empty() {
                    tokens.push_back(next.clone());
                }
                next
            }
            _ => Reply::status(404, ""),
        });
        Self {
            server: server.await,
        }
    }

    /// An authority that answers as this server does.
    pub fn of(server: Server) -> Self {
        Self { server }
    }

    pub fn url(&self) -> &str {
        self.server.url()
    }

    /// What was posted to an endpoint.
    pub fn forms(&self, endpoint: &str) -> Vec<Form> {
        let target = format!("/organizations/oauth2/v2.0/{endpoint}");
        let received = self.server.received().into_iter();
        let received = received.filter(|request| request.target == target);
        received.map(|request| form(&request)).collect()
    }

    /// What was posted to the token endpoint, in short: the grant and what it is.
    pub fn grants(&self) -> Vec<String> {
        let forms = self.forms("token").into_iter();
        let grant = |form: Form| {
            let of = |name| value(&form, name);
            let grant = of("grant_type").unwrap();
            let what = ["refresh_token", "code", "device_code"];
            let what = what.into_iter().find_map(of).unwrap();
            format!("{} {what}", grant.rsplit(':').next().unwrap())
        };
        forms.map(grant).collect()
    }

    pub async fn arrived(&self) {
        self.server.arrived().await;
    }

    /// The cloud of which this is the authority.
    pub fn cloud(&self) -> Cloud {
        let authority = self.url().to_owned().leak();
        let scope = "https://service.invalid/.default";
        Cloud::new("Test", "https://service.invalid/beta", scope, authority)
    }

    /// A client of a service whose tokens come from here.
    pub fn builder(&self, service: &Server) -> ClientBuilder<Client> {
        let endpoint = format!("{}/beta", service.url());
        Client::builder(self.cloud(), "test/1.2.3").endpoint(endpoint)
    }
}

fn form(request: &Received) -> Form {
    assert_eq!(request.method, "POST");
    let kind = request.header("content-type");
    assert_eq!(kind, Some("application/x-www-form-urlencoded"));
    query(std::str::from_utf8(&request.body).unwrap())
}

/// The names and values of a query.
pub fn query(text: &str) -> Form {
    let url = odata_runtime::Url::parse(&format!("http://x/?{text}")).unwrap();
    url.query_pairs().into_owned().collect()
}

pub fn value(form: &Form, name: &str) -> Option<String> {
    let mut values = form.iter().filter(|(key, _)| key == name);
    let (_, value) = values.next()?;
    assert!(values.next().is_none(), "{name} is there twice");
    Some(value.clone())
}

pub fn pairs(pairs: &[(&str, &str)]) -> Form {
    let owned = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
    pairs.iter().map(owned).collect()
}

pub fn json_reply(status: u16, body: Value) -> Reply {
    let kind = "application/json; charset=utf-8";
    Reply::status(status, body.to_string()).header("content-type", kind)
}

/// What Entra ID answers to the request for a code.
pub fn details() -> Value {
    json!({
        "user_code": "FJC3D4F5Z",
        "device_code": DEVICE_CODE,
        "verification_uri": "https://microsoft.example/devicelogin",
        "expires_in": 900,
        "interval": 5,
        "message": "To sign in, open the page and enter the code FJC3D4F5Z.",
    })
}

/// Tokens for an hour.
pub fn tokens(access: &str, refresh: Option<&str>) -> Reply {
    let mut body = json!({"token_type": "Bearer", "expires_in": 3600, "access_token": access});
    if let Some(refresh) = refresh {
        body["refresh_token"] = refresh.into();
    }
    json_reply(200, body)
}

/// What the authority answers when it gives no token.
pub fn refusal(code: &str) -> Reply {
    let body = json!({
        "error": code,
        "error_description": "AADSTS70000: Not this time.\r\nTrace ID: 7\r\nTimestamp: now",
    });
    json_reply(400, body)
}

/// A service that gives an empty page to whoever asks.
pub async fn service() -> Server {
    Server::replies([Reply::page(&[], None)]).await
}

/// The tokens that came to a service.
pub fn bearers(service: &Server) -> Vec<String> {
    let received = service.received();
    let token = |request: &Received| request.token().unwrap().to_owned();
    received.iter().map(token).collect()
}

/// The prompts that people saw.
#[derive(Clone, Default)]
pub struct Prompts(Arc<Mutex<Vec<DevicePrompt>>>);

impl Prompts {
    pub fn seen(&self) -> Vec<DevicePrompt> {
        self.0.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// A credential that shows its prompts here.
    pub fn credential(&self) -> DeviceCode {
        let seen = Arc::clone(&self.0);
        DeviceCode::new(CLIENT_ID, "organizations", move |prompt| {
            seen.lock().unwrap().push(prompt.clone());
        })
    }
}

/// Why nobody was signed in.
pub fn reason(error: &Error) -> SignInError {
    let source = error.source().unwrap();
    source.downcast_ref::<SignInError>().unwrap().clone()
}
