//! Generated clients at running servers. Each test has data of its own, so that all can run at once.

mod cap;
mod odata_v4_server;
mod without_tls;
