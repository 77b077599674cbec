//! Functions and actions, bound and not, with every kind of parameter and result.

use super::ID;
use super::fake::{Answer, exchange, exchanges};
use chrono::{NaiveDate, TimeDelta};
use futures_util::TryStreamExt as _;
use library_client::models::{Access, Book, Genre, Person, Place};
use library_client::{Flags, Guid, object};
use serde_json::json;

fn id() -> Guid {
    ID.parse().unwrap()
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()
}

#[tokio::test]
async fn a_function_with_an_optional_parameter() {
    for (limit, line) in [(None, "related()"), (Some(3), "related(limit=3)")] {
        let page = json!({"value": [{"title": "One"}]});
        let (asked, answer) = exchange(Answer::json(&page), async |client| {
            let mut related = client.items().by_id(id()).related();
            if let Some(limit) = limit {
                related = related.limit(limit);
            }
            related.await
        })
        .await;
        assert_eq!(asked.line, format!("GET /api/items({ID})/{line}"));
        assert_eq!(answer.unwrap().value[0].title.as_deref(), Some("One"));
    }
}

#[tokio::test]
async fn overloads_are_told_apart_by_their_parameters() {
    let empty = Answer::json(&json!({"value": []}));
    let (asked, _) = exchange(empty.clone(), async |client| {
        client.items().search("what's #1?").await.unwrap()
    })
    .await;
    assert_eq!(
        asked.line,
        "GET /api/items/search(text='what''s%20%231%3F')"
    );

    let (asked, _) = exchange(empty.clone(), async |client| {
        let access = Flags::from_iter([Access::Read, Access::Copy]);
        let search = client
            .items()
            .search_with_genre_and_access(Genre::Science, access);
        search.await.unwrap()
    })
    .await;
    assert_eq!(
        asked.line,
        "GET /api/items/search(genre=library.genre'science',access=library.access'read%2Ccopy')"
    );

    let (asked, _) = exchange(empty, async |client| {
        let queries = vec!["a".to_owned(), "b".to_owned()];
        client.items().search_with_queries(queries).await.unwrap()
    })
    .await;
    assert_eq!(asked.line, "POST /api/items/search");
    assert_eq!(asked.json(), json!({"queries": ["a", "b"]}));
}

#[tokio::test]
async fn complex_values_and_collections_go_by_an_alias() {
    let names = json!({"value": ["one", "two"]});
    let (asked, answer) = exchange(Answer::json(&names), async |client| {
        let place = object!(Place {
            city: "Oslo & Moss"
        });
        client.items().nearby(place, vec![id()]).await
    })
    .await;
    assert_eq!(
        asked.line,
        format!(
            "GET /api/items/nearby(place=@place,ids=@ids)?@place=%7B%22city%22:%22Oslo%20%26%20Moss\
             %22%7D&@ids=%5B%22{ID}%22%5D"
        )
    );
    assert_eq!(answer.unwrap().value, ["one", "two"]);
}

#[tokio::test]
async fn results_are_values_objects_bytes_or_nothing() {
    let (asked, answer) = exchange(Answer::json(&json!({"value": "3"})), async |client| {
        client.items().by_id(id()).available(day()).await
    })
    .await;
    assert_eq!(
        asked.line,
        format!("GET /api/items({ID})/available(on=2024-02-29)")
    );
    assert_eq!(**answer.unwrap(), 3_i64);

    let (asked, answer) = exchange(Answer::nothing(), async |client| {
        client
            .items()
            .by_id(id())
            .cast::<Book>()
            .main_review()
            .await
    })
    .await;
    assert_eq!(
        asked.line,
        format!("GET /api/items({ID})/library.book/mainReview()")
    );
    assert!(answer.unwrap().is_none());

    let (asked, answer) = exchange(Answer::text("csv"), async |client| {
        let export = client.items().by_id(id()).export();
        export
            .stream()
            .try_fold(Vec::new(), async |mut all, bytes| {
                all.extend_from_slice(&bytes);
                Ok(all)
            })
            .await
    })
    .await;
    assert_eq!(asked.line, format!("GET /api/items({ID})/export()"));
    assert_eq!(asked.header("accept"), Some("*/*"));
    assert_eq!(answer.unwrap(), b"csv");
}

#[tokio::test]
async fn an_action_sends_its_parameters_in_its_body() {
    let loan = json!({"until": "2024-02-29", "fee": 1.50, "desk": 4});
    let (asked, answer) = exchange(Answer::json(&loan), async |client| {
        let from = object!(Place { city: "Oslo" });
        let book = client.items().by_id(id()).cast::<Book>();
        book.borrow(day()).from(from).if_match("W/\"3\"").await
    })
    .await;
    assert_eq!(
        asked.line,
        format!("POST /api/items({ID})/library.book/borrow")
    );
    assert_eq!(
        asked.json(),
        json!({"until": "2024-02-29", "from": {"city": "Oslo"}})
    );
    assert_eq!(asked.header("if-match"), Some("W/\"3\""));
    let loan = answer.unwrap();
    assert_eq!(loan.until, Some(day()));
    assert_eq!(loan.additional_properties["desk"], 4);
}

#[tokio::test]
async fn an_action_without_parameters_sends_an_empty_object() {
    for answer in [Answer::nothing(), Answer::json(&json!({"unexpected": 1}))] {
        let (asked, answer) = exchange(answer, async |client| {
            client.items().by_id(id()).cast::<Book>().r#return().await
        })
        .await;
        assert_eq!(
            asked.line,
            format!("POST /api/items({ID})/library.book/return")
        );
        assert_eq!(asked.json(), json!({}));
        answer.unwrap();
    }
    let (asked, answer) = exchange(Answer::text("jpeg"), async |client| {
        client.items().by_id(id()).photograph().await
    })
    .await;
    assert_eq!(asked.line, format!("POST /api/items({ID})/photograph"));
    assert_eq!(&answer.unwrap()[..], b"jpeg");
}

#[tokio::test]
async fn imports_are_called_by_their_own_names() {
    let (asked, answer) = exchange(Answer::json(&json!({"value": "PT8H"})), async |client| {
        client.opening_hours(day()).await
    })
    .await;
    assert_eq!(asked.line, "GET /api/openingHours(day=2024-02-29)");
    assert_eq!(
        answer.unwrap().into_inner().into_inner(),
        Some(TimeDelta::hours(8))
    );

    let (asked, answer) = exchange(Answer::nothing(), async |client| {
        client.close_all(vec![day()]).await
    })
    .await;
    assert_eq!(asked.line, "POST /api/closeAll");
    assert_eq!(asked.json(), json!({"days": ["2024-02-29"]}));
    assert_eq!(**answer.unwrap(), None);

    // No value may be wrapped, too.
    let (_, answer) = exchange(Answer::json(&json!({"value": null})), async |client| {
        client.close_all(vec![day()]).await
    })
    .await;
    assert_eq!(**answer.unwrap(), None);
}

#[tokio::test]
async fn functions_of_entities_take_query_options() {
    let page = json!({"value": [{"number": 1, "email": "ada@x.example"}]});
    let (asked, answer) = exchanges(Answer::json(&page), async |client| {
        let changed = client.people().delta().into_list();
        changed
            .select([Person::EMAIL])
            .filter(Person::EMAIL.ne("Eve"))
            .top(5)
            .await
    })
    .await;
    assert_eq!(
        asked[0].line,
        "GET /api/people/delta()?$select=email&$filter=email%20ne%20%27Eve%27&$top=5"
    );
    assert_eq!(
        answer.unwrap().value[0].email.as_deref(),
        Some("ada@x.example")
    );
}

#[tokio::test]
async fn pages_of_a_delta_end_in_the_next_rounds_link() {
    let page = json!({
        "value": [{"number": 1}],
        "@odata.deltaLink": "https://library.example/api/people/delta()?$deltatoken=x",
    });
    let (asked, answer) = exchanges(Answer::json(&page), async |client| {
        client.people().delta().await
    })
    .await;
    assert_eq!(asked[0].line, "GET /api/people/delta()");
    let page = answer.unwrap();
    assert!(page.delta_link.as_ref().unwrap().ends_with("$deltatoken=x"));
    assert!(page.next_link.is_none());
}
