//! Spans and events that follow OpenTelemetry's HTTP client conventions.
//!
//! One span for the request, with a child span of kind `client` for each attempt. No span contains
//! a URL's query or a token.
//!
//! See <https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span>.

#[cfg(feature = "tracing")]
pub(crate) use enabled::{attempt, credential, request, retry};

#[cfg(not(feature = "tracing"))]
pub(crate) use disabled::{attempt, credential, request, retry};

#[cfg(feature = "tracing")]
mod enabled {
    use std::time::Duration;

    use http::{Method, StatusCode};
    use tracing::{Instrument as _, Span, field};
    use url::Url;

    use crate::auth::CredentialSource;
    use crate::error::Error;

    pub(crate) struct RequestSpan(Span);
    pub(crate) struct AttemptSpan(Span);

    pub(crate) fn request(
        operation: Option<&'static str>,
        method: &Method,
        url: &Url,
    ) -> RequestSpan {
        RequestSpan(tracing::info_span!(
            "odata.request",
            otel.kind = "internal",
            otel.status_code = field::Empty,
            odata.operation = operation,
            http.request.method = method.as_str(),
            server.address = url.host_str(),
            http.response.status_code = field::Empty,
            odata.attempts = field::Empty,
            error.r#type = field::Empty,
        ))
    }

    pub(crate) fn attempt(method: &Method, url: &Url, resend_count: u32) -> AttemptSpan {
        AttemptSpan(tracing::info_span!(
            "http.request",
            otel.name = method.as_str(),
            otel.kind = "client",
            otel.status_code = field::Empty,
            http.request.method = method.as_str(),
            // The convention wants it absent on the first attempt.
            http.request.resend_count = (resend_count > 0).then_some(resend_count),
            http.response.status_code = field::Empty,
            server.address = url.host_str(),
            server.port = url.port_or_known_default(),
            url.scheme = url.scheme(),
            error.r#type = field::Empty,
        ))
    }

    impl RequestSpan {
        pub(crate) fn run<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
            future.instrument(self.0.clone())
        }

        pub(crate) fn ended(&self, result: &Result<StatusCode, &Error>, attempts: u32) {
            self.0.record("odata.attempts", attempts);
            record(&self.0, result);
        }
    }

    impl AttemptSpan {
        pub(crate) fn run<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
            future.instrument(self.0.clone())
        }

        pub(crate) fn ended(&self, result: &Result<StatusCode, &Error>) {
            record(&self.0, result);
        }
    }

    fn record(span: &Span, result: &Result<StatusCode, &Error>) {
        let status = match result {
            Ok(status) => Some(*status),
            Err(error) => error.status(),
        };
        if let Some(status) = status {
            span.record("http.response.status_code", status.as_u16());
        }
        if let Err(error) = result {
            span.record("otel.status_code", "ERROR");
            match status {
                Some(status) => span.record("error.type", status.as_str()),
                None => span.record("error.type", field::debug(error.kind())),
            };
        }
    }

    pub(crate) fn retry(error: &Error, wait: Duration) {
        tracing::debug!(
            kind = ?error.kind(),
            status = error.status().map(|status| status.as_u16()),
            wait_ms = wait.as_millis() as u64,
            "waiting to send again"
        );
    }

    pub(crate) fn credential(source: &CredentialSource) {
        tracing::info!(credential = %source, "client built");
    }
}

#[cfg(not(feature = "tracing"))]
mod disabled {
    use std::time::Duration;

    use http::{Method, StatusCode};
    use url::Url;

    use crate::auth::CredentialSource;
    use crate::error::Error;

    pub(crate) struct RequestSpan;
    pub(crate) struct AttemptSpan;

    pub(crate) fn request(_: Option<&'static str>, _: &Method, _: &Url) -> RequestSpan {
        RequestSpan
    }

    pub(crate) fn attempt(_: &Method, _: &Url, _: u32) -> AttemptSpan {
        AttemptSpan
    }

    impl RequestSpan {
        pub(crate) fn run<F: Future>(&self, future: F) -> F {
            future
        }

        pub(crate) fn ended(&self, _: &Result<StatusCode, &Error>, _: u32) {}
    }

    impl AttemptSpan {
        pub(crate) fn run<F: Future>(&self, future: F) -> F {
            future
        }

        pub(crate) fn ended(&self, _: &Result<StatusCode, &Error>) {}
    }

    pub(crate) fn retry(_: &Error, _: Duration) {}

    pub(crate) fn credential(_: &CredentialSource) {}
}
