//! Batches, in both formats.

use super::{book, builder, mark, new_id, works};
use press_client::models::{Books, Chapters};
use press_client::{BatchFormat, BatchSettings, Client, ErrorKind, StatusCode, object};
use server_tests::Feature;

const FORMATS: [BatchFormat; 2] = [BatchFormat::Json, BatchFormat::Multipart];

fn client(format: BatchFormat) -> Client {
    let settings = BatchSettings::new().format(format);
    builder().batch(settings).build().unwrap()
}

fn titled(id: i32, title: &str) -> Books {
    object!(Books {
        id: id,
        title: title
    })
}

#[tokio::test]
async fn batches_have_every_kind_of_request() {
    for format in FORMATS {
        let client = client(format);
        let (id, gone) = (book(&client).await, book(&client).await);
        let (new, title) = (new_id(), mark());
        let mut batch = client.batch();
        let created = batch.add(client.books().create(&titled(new, &title)));
        let updated = batch.add(client.books().by_id(id).update(&titled(id, &title)));
        let deleted = batch.add(client.books().by_id(gone).delete());
        let found = batch.add(client.books().list().filter(Books::TITLE.eq(&title)));
        let counted = batch.add(client.books().count().filter(Books::TITLE.eq(&title)));
        let missing = batch.add(client.books().by_id(-1).get());
        batch.depends_on(found, created);
        batch.depends_on(found, updated);
        batch.depends_on(counted, created);
        batch.depends_on(counted, updated);
        let answers = batch.send().await.unwrap();
        assert_eq!(answers.get(created).unwrap().status(), StatusCode::CREATED);
        answers.get(updated).unwrap();
        answers.get(deleted).unwrap();
        let page = answers.get(found).unwrap();
        let mut ids: Vec<_> = page.value.iter().map(|book| book.id.unwrap()).collect();
        ids.sort_unstable();
        assert_eq!(ids, [id, new], "{format:?}");
        assert_eq!(*answers.get(counted).unwrap(), 2);
        let error = answers.get(missing).unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
        let left = client.books().by_id(gone).get().await.unwrap_err();
        assert_eq!(left.status(), Some(StatusCode::NOT_FOUND));
    }
    works(Feature::Batch);
}

#[tokio::test]
async fn groups_succeed_or_fail_as_a_whole() {
    for format in FORMATS {
        let client = client(format);
        let (id, new) = (book(&client).await, new_id());
        let mut batch = client.batch();
        let group = batch.atomicity_group();
        let first = batch.add_to(group, client.books().create(&titled(new, "new")));
        // There is one with this key already.
        let second = batch.add_to(group, client.books().create(&titled(id, "taken")));
        let answers = batch.send().await.unwrap();
        assert!(answers.get(first).is_err() && answers.get(second).is_err());
        let undone = client.books().by_id(new).get().await.unwrap_err();
        assert_eq!(undone.status(), Some(StatusCode::NOT_FOUND), "{format:?}");
    }
    works(Feature::BatchGroup);
}

#[tokio::test]
async fn results_are_referred_to_by_later_requests() {
    for format in FORMATS {
        let client = client(format);
        let id = new_id();
        let mut batch = client.batch();
        let created = batch.add(client.books().create(&titled(id, "new")));
        let chapters = batch.result(created).chapters();
        let chapter = batch.add(chapters.create(&object!(Chapters { number: 7 })));
        let answers = batch.send().await.unwrap();
        answers.get(created).unwrap();
        answers.get(chapter).unwrap();
        let found = client.books().by_id(id).chapters().list().await.unwrap();
        let numbers: Vec<_> = found.value.iter().map(|it| it.number).collect();
        assert_eq!(numbers, [Some(7)], "{format:?}");
    }
    works(Feature::BatchReference);
}

#[tokio::test]
async fn what_depends_on_a_failure_is_not_done() {
    for format in FORMATS {
        let client = client(format);
        let new = new_id();
        let mut batch = client.batch();
        let missing = batch.add(client.books().by_id(-1).get());
        let created = batch.add(client.books().create(&titled(new, "never")));
        batch.depends_on(created, missing);
        let answers = batch.send().await.unwrap();
        let error = answers.get(created).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FailedDependency, "{error}");
        let left = client.books().by_id(new).get().await.unwrap_err();
        assert_eq!(left.status(), Some(StatusCode::NOT_FOUND), "{format:?}");
    }
    works(Feature::BatchDependency);
}

#[tokio::test]
async fn hundreds_of_requests_are_sent_in_batches() {
    for format in FORMATS {
        let client = client(format);
        let id = book(&client).await;
        let requests = {
            let client = client.clone();
            (0..250).map(move |at| {
                client
                    .books()
                    .by_id(if at % 2 == 0 { id } else { -1 })
                    .get()
            })
        };
        let mut answers = client.send_all(requests);
        let mut found = Vec::new();
        while let Some(answer) = answers.next().await {
            found.push(answer.is_ok());
        }
        assert_eq!(found.len(), 250);
        assert!(
            found
                .iter()
                .enumerate()
                .all(|(at, ok)| *ok == (at % 2 == 0))
        );
    }
    works(Feature::SendAll);
}
