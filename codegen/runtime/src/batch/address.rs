//! URLs of requests in batches, and of the entities that they answer.

use http::header::LOCATION;
use http::{HeaderName, Method};
use serde::Deserialize;
use url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::http::{BatchUrls, Client, RawResponse};
use crate::value::json::parse::without_mark;

const ENTITY_ID: HeaderName = HeaderName::from_static("odata-entityid");

/// The URL as the service takes it in a batch.
pub(super) fn written(client: &Client, url: &Url, urls: BatchUrls) -> Result<String> {
    let below = below_root(client, url);
    match urls {
        BatchUrls::Relative => Ok(below?.to_owned()),
        BatchUrls::LeadingSlash => Ok(format!("/{}", below?)),
        BatchUrls::Absolute => Ok(without_fragment(url).to_owned()),
    }
}

/// The URL that begins with a reference to a result: never with a slash before it, which would make it
/// relative to the host.
pub(super) fn with_reference(client: &Client, url: &Url) -> Result<String> {
    below_root(client, url).map(str::to_owned)
}

/// The path and the query below the service root, without the slash before them.
fn below_root<'a>(client: &Client, url: &'a Url) -> Result<&'a str> {
    let below = without_fragment(url).strip_prefix(client.root_text());
    below
        .and_then(|below| below.strip_prefix('/'))
        .ok_or_else(|| {
            let message = format!(
                "{}{} is not below the service root {}, and batches of this service take nothing else",
                url.origin().ascii_serialization(),
                url.path(),
                client.root_text(),
            );
            Error::new(ErrorKind::InvalidRequest, message)
        })
}

fn without_fragment(url: &Url) -> &str {
    let text = url.as_str();
    text.split_once('#').map_or(text, |(text, _)| text)
}

/// The URL that begins with a reference, `name`, with the entity in place of it.
pub(super) fn resolved(client: &Client, url: &Url, name: &str, entity: &Url) -> Url {
    let root = client.root_path();
    let path = url.path();
    let rest = path
        .strip_prefix(root)
        .and_then(|path| path.strip_prefix('/')?.strip_prefix(name))
        .unwrap_or_default();
    let mut whole = entity.clone();
    whole.set_path(&format!("{}{rest}", entity.path().trim_end_matches('/')));
    whole.set_query(url.query());
    whole.set_fragment(None);
    whole
}

/// The URL of the entity that a request answered: what it created, or what it was about.
pub(super) fn of_entity(client: &Client, answer: &RawResponse) -> Option<Url> {
    let url = &answer.head.context.url;
    if answer.head.context.method != Method::POST {
        let mut own = url.clone();
        own.set_query(None);
        return Some(own);
    }
    let header = |name: HeaderName| answer.head.headers.get(name)?.to_str().ok();
    let at_root = |id: &str| client.endpoint_with_slash().join(id).ok();
    // `Location` may be that of a monitor, and is then followed by no `OData-EntityId`.
    let id = header(ENTITY_ID).and_then(at_root);
    let id = id.or_else(|| url.join(header(LOCATION)?).ok());
    id.or_else(|| at_root(&id_in(&answer.body)?))
}

/// The id in an entity.
fn id_in(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Entity {
        #[serde(rename = "@odata.id", alias = "@id")]
        id: String,
    }
    let entity: Entity = serde_json::from_slice(without_mark(body)).ok()?;
    Some(entity.id)
}
