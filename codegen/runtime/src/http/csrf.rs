//! Tokens against cross-site request forgery, as SAP's gateways want them.

use http::header::{ACCEPT, COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use tokio::sync::Mutex;

use super::attempt::Attempt;
use super::layer::{AttemptResponse, Layer, Next};
use crate::boxed::BoxFuture;
use crate::error::Result;

const TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");
const FETCH: HeaderValue = HeaderValue::from_static("fetch");
const REQUIRED: &[u8] = b"required";

/// Sends a CSRF token with each request that writes.
///
/// The token is fetched from the service root (`x-csrf-token: fetch`) before the first write, and sent
/// with the cookies of the session that it belongs to. A write that is refused with
/// `403` and `x-csrf-token: required`, since the session has ended, is sent once more with a new token,
/// unless its body comes from a stream. A service that gives no token is sent none.
///
/// Token and cookies are secrets, as the credential is.
#[derive(Default)]
pub(super) struct CsrfTokens {
    /// `None` before a token was fetched. Locked while one is, so that it is fetched once for all who
    /// wait.
    known: Mutex<Option<Known>>,
}

/// The session, unless the service gives none.
type Known = Option<Session>;

/// A token and the cookies that it belongs to.
#[derive(Clone, PartialEq)]
struct Session {
    token: HeaderValue,
    cookies: Option<HeaderValue>,
}

impl Layer for CsrfTokens {
    fn send<'a>(
        &'a self,
        attempt: Attempt,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<AttemptResponse>> {
        Box::pin(async move {
            if is_read(attempt.method()) || attempt.headers().contains_key(TOKEN) {
                return next.send(attempt).await;
            }
            let session = self.session(None, &attempt, next).await?;
            let again = attempt.can_be_repeated().then(|| attempt.clone());
            let response = next.send(with_session(attempt, session.as_ref())).await?;
            if !wants_token(&response) {
                return Ok(response);
            }
            match again {
                Some(attempt) => {
                    let session = self.session(Some(&session), &attempt, next).await?;
                    match session {
                        Some(_) => next.send(with_session(attempt, session.as_ref())).await,
                        None => Ok(response),
                    }
                }
                None => {
                    self.forget(session).await;
                    Ok(response)
                }
            }
        })
    }
}

impl CsrfTokens {
    /// A session other than the refused one; `None` if the service gives no token.
    async fn session(
        &self,
        refused: Option<&Known>,
        attempt: &Attempt,
        next: Next<'_>,
    ) -> Result<Known> {
        let mut known = self.known.lock().await;
        if known.is_none() || known.as_ref() == refused {
            *known = Some(fetched(attempt, next).await?);
        }
        Ok(known.clone().flatten())
    }

    async fn forget(&self, refused: Known) {
        let mut known = self.known.lock().await;
        known.take_if(|known| *known == refused);
    }
}

/// Reads the service document, for its headers.
async fn fetched(attempt: &Attempt, next: Next<'_>) -> Result<Known> {
    let mut root = next.service_root().clone();
    root.set_path(&format!("{}/", root.path().trim_end_matches('/')));
    let mut fetch = attempt.read_of(root);
    fetch.headers_mut().insert(TOKEN, FETCH);
    fetch
        .headers_mut()
        .insert(ACCEPT, HeaderValue::from_static("application/json"));
    let response = next.send(fetch).await?;
    let headers = response.headers();
    let token = headers.get(TOKEN).filter(|token| !is_required(token));
    Ok(token.map(|token| Session {
        token: secret(token.clone()),
        cookies: cookies(headers).map(secret),
    }))
}

/// The cookies that a response sets, as a request sends them.
fn cookies(headers: &HeaderMap) -> Option<HeaderValue> {
    let set = headers.get_all(SET_COOKIE).iter();
    let set = set.filter_map(|cookie| cookie.to_str().ok());
    let pairs = set.filter_map(|cookie| cookie.split(';').next());
    let pairs: Vec<_> = pairs.map(str::trim).filter(|it| !it.is_empty()).collect();
    let joined = HeaderValue::try_from(pairs.join("; ")).ok()?;
    (!pairs.is_empty()).then_some(joined)
}

fn with_session(mut attempt: Attempt, session: Option<&Session>) -> Attempt {
    let Some(session) = session else {
        return attempt;
    };
    let headers = attempt.headers_mut();
    headers.insert(TOKEN, session.token.clone());
    if let Some(cookies) = &session.cookies {
        let own = headers.get(COOKIE).map(HeaderValue::as_bytes);
        let all = own.map(|own| [own, b"; ", cookies.as_bytes()].concat());
        let all = all.and_then(|all| HeaderValue::from_bytes(&all).ok());
        headers.insert(COOKIE, all.map_or_else(|| cookies.clone(), secret));
    }
    attempt
}

fn secret(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn wants_token(response: &AttemptResponse) -> bool {
    let token = response.headers().get(TOKEN);
    response.status() == StatusCode::FORBIDDEN && token.is_some_and(is_required)
}

fn is_required(token: &HeaderValue) -> bool {
    token.as_bytes().eq_ignore_ascii_case(REQUIRED)
}
