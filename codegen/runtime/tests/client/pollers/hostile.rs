//! Operations of services and monitors that break the rules.

use super::*;

/// A service whose operation is monitored elsewhere, and gets these answers.
fn monitored(answers: impl IntoIterator<Item = Answer>) -> Service {
    let begun = answer(202, &[("location", MONITOR)], "");
    Service::new([begun].into_iter().chain(answers))
}

#[tokio::test]
async fn a_monitor_that_says_its_url_is_redacted() {
    for body in [
        r#"{"status": "failed", "error": {"code": "x", "message": "at https://files.invalid/monitor/s3cret?tempauth=s3cret"}}"#,
        r#"{"status": "failed https://files.invalid/monitor/s3cret?tempauth=s3cret", "x": 1}"#,
    ] {
        let failed = answer(200, &[("asyncresult", "409")], body);
        for end in [failed, answer(200, &[], body)] {
            let service = monitored([end]);
            let mut poller = service.begin(Method::POST).await;
            let Err(failure) = poller.poll().await else {
                // A word that is not known is not the end.
                continue;
            };
            let body = String::from_utf8_lossy(failure.raw_body().unwrap()).into_owned();
            let shown = format!("{failure} {failure:#?} {body}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }
}
