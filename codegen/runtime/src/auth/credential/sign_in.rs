//! People sign in, at Microsoft Entra ID or whatever has its endpoints (OAuth 2.0, RFC 6749).

mod authority;
mod authorization_code;
mod device_code;
mod error;
mod grant;
#[cfg(feature = "keyring")]
mod keyring;
mod redirect;
mod session;
mod store;
mod transport;

pub use authorization_code::AuthorizationCode;
pub use device_code::{DeviceCode, DevicePrompt};
pub use error::{SignInError, SignInErrorKind};
#[cfg(feature = "keyring")]
pub use keyring::Keyring;
pub use store::{RefreshToken, TokenStore};

/// The settings that all ways to sign in have, and what makes them credentials.
macro_rules! sign_in_credential {
    ($credential:ident, $source:expr) => {
        impl $credential {
            /// Keeps the refresh token in this store, so that people need not sign in again when the
            /// program starts again. Without one, it is kept in memory.
            #[must_use]
            pub fn store(mut self, store: impl super::TokenStore + 'static) -> Self {
                self.session.set_store(store);
                self
            }

            /// Asks the authority with this HTTP client, for example one with a proxy or a custom
            /// certificate.
            ///
            /// Give it `redirect(reqwest::redirect::Policy::none())`: what is sent to the authority
            /// are secrets, which a client that follows redirects sends on.
            #[must_use]
            pub fn http_client(mut self, client: reqwest::Client) -> Self {
                self.session.set_http(client);
                self
            }

            /// How long the authority may take for one answer; 30 s by default.
            #[must_use]
            pub fn authority_timeout(mut self, timeout: std::time::Duration) -> Self {
                self.session.set_timeout(timeout);
                self
            }
        }

        impl crate::auth::credential::Credential for $credential {
            fn token(
                &self,
                request: crate::auth::credential::TokenRequest,
            ) -> crate::boxed::BoxFuture<
                '_,
                Result<crate::auth::credential::AccessToken, crate::boxed::BoxError>,
            > {
                Box::pin(async move { Ok(self.session.token(request).await?) })
            }

            fn source(&self) -> crate::auth::credential::CredentialSource {
                $source
            }
        }

        impl std::fmt::Debug for $credential {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut shown = formatter.debug_struct(stringify!($credential));
                self.session.fields(&mut shown);
                shown.finish_non_exhaustive()
            }
        }
    };
}
use sign_in_credential;
