use axum::http::HeaderValue;
use proptest::prelude::*;

use super::*;

fn paging(query: &str, prefer: &[&'static str]) -> Result<Paging, Refusal> {
    let mut headers = HeaderMap::new();
    for value in prefer {
        headers.append("prefer", HeaderValue::from_static(value));
    }
    let limits = Limits {
        largest: 100,
        top: Top::Limit,
    };
    Paging::of(&ParsedQuery::parse(query).unwrap(), &headers, limits)
}

#[test]
fn top_as_a_page_size_leads_on() {
    let limits = Limits {
        largest: 100,
        top: Top::PageSize,
    };
    for (query, expected, leads_on) in [
        ("$top=2", vec![0, 1], true),
        ("$top=2&$skip=3", vec![3, 4], false),
        ("$top=5", vec![0, 1, 2, 3, 4], false),
        ("$top=0", vec![], false),
    ] {
        let query = ParsedQuery::parse(query).unwrap();
        let paging = Paging::of(&query, &HeaderMap::new(), limits).unwrap();
        let page = page(&paging, 5);
        assert_eq!(numbers(&page), expected, "{query:?}");
        assert_eq!(page.next.is_some(), leads_on, "{query:?}");
    }
}

fn numbers(page: &Page) -> Vec<u64> {
    page.items
        .iter()
        .map(|item| item["n"].as_u64().unwrap())
        .collect()
}

fn page(paging: &Paging, total: u64) -> Page {
    paging.page("context".to_owned(), total, |index| {
        Some(Map::from_iter([("n".to_owned(), index.into())]))
    })
}

/// The query of a page's next link.
fn next_query(page: Page, query: &str) -> Option<String> {
    let body = page.body("http://host/f(a=1)", Some(query));
    let link = body.get("@odata.nextLink")?.as_str()?;
    Some(link.strip_prefix("http://host/f(a=1)?").unwrap().to_owned())
}

#[test]
fn links_lead_through_all_items_once() {
    let mut query = "@p=1&$count=true".to_owned();
    let mut seen = Vec::new();
    for expected in [3, 3, 3, 1] {
        let page = page(&paging(&query, &["odata.maxpagesize=3"]).unwrap(), 10);
        assert_eq!(page.items.len(), expected);
        assert_eq!(page.count, Some(10));
        seen.extend(numbers(&page));
        match next_query(page, &query) {
            Some(next) => query = next,
            None => break,
        }
        assert!(query.starts_with("@p=1&$count=true&$skiptoken="), "{query}");
    }
    assert_eq!(seen, (0..10).collect::<Vec<_>>());
}

#[test]
fn the_token_carries_the_page_size() {
    let first = page(&paging("", &["odata.maxpagesize=4"]).unwrap(), 10);
    let query = next_query(first, "").unwrap();
    let second = page(&paging(&query, &[]).unwrap(), 10);
    assert_eq!(numbers(&second), [4, 5, 6, 7]);
}

#[test]
fn the_page_size_is_the_callers_up_to_the_largest() {
    for (prefer, size, applied) in [
        (&["odata.maxpagesize=7"][..], 7, true),
        (&["maxpagesize=7"], 7, true),
        (&["return=minimal, odata.maxpagesize=7"], 7, true),
        (&["return=minimal", "Odata.MaxPageSize = \"7\""], 7, true),
        (&["odata.maxpagesize=1000"], 100, false),
        (&["odata.maxpagesize=0"], 100, false),
        (&["odata.maxpagesize=-1"], 100, false),
        (&["odata.maxpagesize"], 100, false),
        (&["other=7"], 100, false),
        (&[], 100, false),
    ] {
        let paging = paging("", prefer).unwrap();
        assert_eq!(paging.position.size, size, "{prefer:?}");
        assert_eq!(page(&paging, 1).preference_applied, applied, "{prefer:?}");
    }
}

#[test]
fn skip_and_top_cut_the_collection() {
    for (query, expected) in [
        ("$top=2", vec![0, 1]),
        ("$skip=3", vec![3, 4]),
        ("$skip=1&$top=2", vec![1, 2]),
        ("$top=0", vec![]),
        ("$skip=9", vec![]),
        ("$skip=18446744073709551615", vec![]),
    ] {
        let page = page(&paging(query, &[]).unwrap(), 5);
        assert_eq!(numbers(&page), expected, "{query}");
        assert_eq!(page.next, None, "{query}");
    }
}

#[test]
fn options_that_make_no_sense_are_refused() {
    for (query, status, expected) in [
        ("$top=-1", 400, "The value '-1' of the query option '$top'"),
        ("$skip=x", 400, "$skip"),
        ("$count=1", 400, "$count"),
        ("$skiptoken=x", 400, "$skiptoken"),
        ("$skiptoken=MC4wLm4", 400, "$skiptoken"),
        ("$filter=value gt 1", 501, "'$filter'"),
        ("$nonsense", 400, "'$nonsense'"),
    ] {
        let refusal = paging(query, &[]).expect_err(query);
        assert_eq!(refusal.status.as_u16(), status, "{query}");
        assert!(refusal.message.contains(expected), "{}", refusal.message);
    }
    assert!(paging("custom=1&@alias=2", &[]).is_ok());
}

#[test]
fn a_looped_page_links_to_itself_for_ever() {
    let token = SkipToken {
        offset: 2,
        size: 2,
        looped: true,
        round: None,
    };
    let query = format!("$skiptoken={}", token.encode());
    let page = page(&paging(&query, &[]).unwrap(), 10);
    assert_eq!(numbers(&page), [2, 3]);
    assert_eq!(next_query(page, &query), Some(query));
}

proptest! {
    #[test]
    fn no_token_makes_the_decoder_panic(text in "\\PC*") {
        let _ = SkipToken::decode(&text);
        let _ = SkipToken::decode(&BASE64_URL_SAFE_NO_PAD.encode(&text));
    }

    #[test]
    fn tokens_round_trip(
        offset: u64,
        size in 1..u64::MAX,
        looped: bool,
        (compares, from, to) in any::<(bool, u64, u64)>(),
    ) {
        let round = Some(Round { from, to }).filter(|_| compares);
        let token = SkipToken { offset, size, looped, round };
        prop_assert_eq!(SkipToken::decode(&token.encode()), Some(token));
    }

    #[test]
    fn no_position_makes_a_page_panic(offset: u64, skip: u64, top: u64, total in 0..50_u64) {
        let token = SkipToken { offset, size: 10, looped: false, round: None };
        let query = format!("$skiptoken={}&$skip={skip}&$top={top}", token.encode());
        prop_assert!(page(&paging(&query, &[]).unwrap(), total).items.len() <= 10);
    }
}
