//! An entity that is edited as a draft.

use super::{client, works};
use press_client::models::{OrderItems, Orders};
use press_client::{Client, Guid, StatusCode, object};
use server_tests::Feature;

async fn draft(client: &Client) -> Guid {
    let new = object!(Orders {
        customer: "Ada",
        items: [OrderItems { quantity: 1 }]
    });
    let created = client
        .orders()
        .create(&new)
        .await
        .unwrap()
        .into_inner()
        .unwrap();
    assert_eq!(created.is_active_entity, Some(false));
    created.id.unwrap()
}

#[tokio::test]
async fn a_draft_is_activated() {
    let client = client();
    let id = draft(&client).await;
    let draft = client.orders().by_id_and_is_active_entity(id, false);
    let active = client.orders().by_id_and_is_active_entity(id, true);
    assert_eq!(
        active.get().await.unwrap_err().status(),
        Some(StatusCode::NOT_FOUND)
    );
    draft
        .update(&object!(Orders { customer: "Grace" }))
        .await
        .unwrap();
    draft
        .items()
        .create(&object!(OrderItems { quantity: 2 }))
        .await
        .unwrap();
    draft
        .draft_prepare()
        .side_effects_qualifier("")
        .await
        .unwrap();
    let activated = draft.draft_activate().await.unwrap().into_inner().unwrap();
    assert_eq!(activated.is_active_entity, Some(true));
    let found = active.get().expand([Orders::ITEMS]).await.unwrap();
    assert_eq!(found.customer.as_deref(), Some("Grace"));
    let mut quantities: Vec<_> = found.items.iter().flatten().map(|it| it.quantity).collect();
    quantities.sort();
    assert_eq!(quantities, [Some(1), Some(2)]);
    assert_eq!(
        draft.get().await.unwrap_err().status(),
        Some(StatusCode::NOT_FOUND)
    );
    works(Feature::DraftActivated);
}

#[tokio::test]
async fn a_draft_is_discarded() {
    let client = client();
    let id = draft(&client).await;
    let draft = client.orders().by_id_and_is_active_entity(id, false);
    let active = client.orders().by_id_and_is_active_entity(id, true);
    draft.draft_activate().await.unwrap();
    let edited = active.draft_edit().preserve_changes(true).await.unwrap();
    assert_eq!(edited.value().unwrap().has_active_entity, Some(true));
    let again = active
        .draft_edit()
        .preserve_changes(true)
        .await
        .unwrap_err();
    assert_eq!(again.code(), Some("DRAFT_ALREADY_EXISTS"));
    draft
        .update(&object!(Orders { customer: "Nobody" }))
        .await
        .unwrap();
    let sibling = active.sibling_entity().get().await.unwrap();
    assert_eq!(sibling.customer.as_deref(), Some("Nobody"));
    let by = active.draft_administrative_data().get().await.unwrap();
    assert_eq!(by.draft_is_created_by_me, Some(true));
    draft.delete().await.unwrap();
    assert_eq!(active.get().await.unwrap().customer.as_deref(), Some("Ada"));
    assert_eq!(
        active
            .sibling_entity()
            .get_optional()
            .await
            .unwrap()
            .value(),
        None
    );
    works(Feature::DraftDiscarded);
}
