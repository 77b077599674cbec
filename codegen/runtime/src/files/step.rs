//! The points where a process can be ended.

use std::process;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The variable with the number of the point where the process ends itself.
pub(crate) const LAST: &str = "ODATA_RUNTIME_TEST_LAST_STEP";

static REACHED: AtomicU64 = AtomicU64::new(0);
static END: LazyLock<Option<u64>> = LazyLock::new(|| std::env::var(LAST).ok()?.parse().ok());

/// One more point is reached. If it is the last one, nothing runs any more: no destructor, no buffer is
/// written.
pub(crate) fn reached() {
    if let Some(end) = *END
        && REACHED.fetch_add(1, Ordering::SeqCst) + 1 == end
    {
        process::abort();
    }
}

/// How many points were reached.
pub(crate) fn count() -> u64 {
    REACHED.load(Ordering::SeqCst)
}
