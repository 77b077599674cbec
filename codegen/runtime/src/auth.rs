//! Who asks: credentials, the tokens that they give, and the clouds that tokens are for.

pub mod credential;

mod cache;
mod challenge;
mod cloud;
mod environment;

pub use cloud::Cloud;
pub use credential::{AccessToken, Credential, CredentialSource, TokenRequest};

pub(crate) use cache::TokenCache;
pub(crate) use challenge::claims as claims_of;
pub(crate) use credential::{StaticToken, UNSENDABLE};
pub(crate) use environment::from_environment;
