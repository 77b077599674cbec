//! This machine, as the one place that http may go to without being asked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

/// The name that RFC 6761, section 6.3, reserves for loopback. It is loopback only where it is
/// resolved as such: see [`is_loopback_name`].
const LOCALHOST: &str = "localhost";

/// What `localhost` resolves to; the URL has the port.
const LOOPBACK: [SocketAddr; 2] = [
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];

/// Whether nobody on the way can read what goes to this URL: https, or http to this machine.
pub(crate) fn is_secure(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => is_loopback(url),
        _ => false,
    }
}

/// Whether a URL leads to this machine: by its address, or by the one name that is
/// [pinned] to it.
///
/// Names below `localhost` are not: they may go to a name server, whatever RFC 6761 asks for.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(_)) => is_loopback_name(url),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => {
            let mapped = address.to_ipv4_mapped();
            address.is_loopback() || mapped.is_some_and(|address| address.is_loopback())
        }
        None => false,
    }
}

/// Whether a URL's host is the name `localhost`, which must not be looked up anywhere.
pub(crate) fn is_loopback_name(url: &Url) -> bool {
    url.host() == Some(Host::Domain(LOCALHOST))
}

/// Keeps what goes to this URL on this machine, if that is where it leads.
pub(crate) fn pinned(mut builder: reqwest::ClientBuilder, url: &Url) -> reqwest::ClientBuilder {
    if is_loopback(url) {
        // A proxy would get what is meant for this machine, with the token.
        builder = builder.no_proxy();
    }
    if is_loopback_name(url) {
        builder = builder.resolve_to_addrs(LOCALHOST, &LOOPBACK);
    }
    builder
}
