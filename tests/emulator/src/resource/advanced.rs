//! Queries of directory objects that Graph answers from an index of its own ("advanced queries"):
//! clients ask for them with `ConsistencyLevel: eventual` and, mostly, `$count=true`.

use axum::http::StatusCode;

use super::Exchange;
use crate::error::Refusal;
use crate::query::Options;

impl Exchange<'_> {
    /// Refuses a query of a collection that lacks what it has to say; `counts` tells whether the
    /// number of items is all that is asked for.
    pub(super) fn refuse_without_consistency(
        &self,
        ty: &str,
        options: &Options,
        counts: bool,
    ) -> Result<(), Refusal> {
        let service = &self.app.service;
        let mut types = service.behavior.advanced.iter();
        if !types.any(|wanted| service.is_or_derives_from(ty, wanted)) {
            return Ok(());
        }
        let is_counted = self.query.get("$count") == Some("true");
        let is_eventual = self
            .header("consistencylevel")
            .eq_ignore_ascii_case("eventual");
        let reason = options.advanced();
        if (counts || is_counted || options.searches() || reason.is_some()) && !is_eventual {
            let what = reason.unwrap_or(if options.searches() {
                "$search"
            } else {
                "$count"
            });
            return Err(unsupported(what, "the header 'ConsistencyLevel: eventual'"));
        }
        match reason {
            Some(what) if !counts && !is_counted => Err(unsupported(what, "$count=true")),
            _ => Ok(()),
        }
    }
}

fn unsupported(what: &str, needs: &str) -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "Request_UnsupportedQuery",
        format!("Unsupported query: {what} on directory objects needs {needs}."),
    )
}
