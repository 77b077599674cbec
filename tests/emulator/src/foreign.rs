//! What the emulator's other origin answers: nothing there wants a token.

use axum::http::StatusCode;

use crate::answer::Answer;
use crate::app::App;
use crate::downloads;
use crate::error::Refusal;
use crate::monitor;
use crate::record::ReceivedRequest;
use crate::uploads;

/// The answer to a request, before any fault.
pub(crate) fn answer(app: &App, request: &ReceivedRequest) -> Result<Answer, Refusal> {
    // An address that needs no token is for those who do not give theirs away.
    if request.has_authorization() {
        return Err(unauthenticated(
            "This URL takes no Authorization header: what lets a request in is in the URL.",
        ));
    }
    if downloads::is_download(request) {
        return app.downloads.answer(request);
    }
    if uploads::is_upload(request) {
        return uploads::answer(app, request);
    }
    if monitor::is_monitor(request) {
        return monitor::answer(app, request);
    }
    Err(not_found())
}

/// What becomes of a request that does not get through.
pub(crate) fn missed(app: &App, request: &ReceivedRequest) {
    if uploads::is_upload(request) {
        app.uploads.missed(request, app.clock.now());
    }
}

/// 401 for what the URL should say, or alone should say.
pub(crate) fn unauthenticated(message: &str) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, "unauthenticated", message)
}

/// 404 for a URL that leads nowhere (any more).
pub(crate) fn not_found() -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        "itemNotFound",
        "There is nothing at this URL (any more).",
    )
}
