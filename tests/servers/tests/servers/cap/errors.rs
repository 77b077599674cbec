//! Errors and what they say.

use super::{client, new_id, works};
use press_client::{ErrorKind, StatusCode};
use server_tests::Feature;

#[tokio::test]
async fn details_are_read_with_what_is_in_them() {
    let error = client().refuse().count(3).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNPROCESSABLE_ENTITY));
    let said = error.service_error().unwrap();
    assert_eq!(said.code, "MULTIPLE_ERRORS");
    assert_eq!(said.additional_properties["@Common.numericSeverity"], 4);
    assert_eq!(said.details.len(), 3);
    let second = &said.details[1];
    assert_eq!((&*second.code, &*second.message), ("REFUSED_2", "reason 2"));
    assert_eq!(second.target.as_deref(), Some("field2"));
    assert_eq!(second.additional_properties["@Common.numericSeverity"], 4);
    // One error is no list.
    let error = client().refuse().count(1).await.unwrap_err();
    let said = error.service_error().unwrap();
    assert_eq!((error.code(), said.details.len()), (Some("REFUSED_1"), 0));
    assert_eq!(said.target.as_deref(), Some("field1"));
    works(Feature::ErrorDetails);
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let client = client();
    let missing = client.books().by_id(-new_id());
    let error = missing.get().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(error.kind(), ErrorKind::Service);
    assert_eq!(error.service_error().unwrap().message, "Not Found");
    works(Feature::NotFound);
}
