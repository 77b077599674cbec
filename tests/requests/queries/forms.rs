//! What each operator and function says.

use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use library_client::models::{Access, Book, Copy, Genre, Item, Person};
use library_client::query::{
    Aggregate, Apply, Filter, Levels, Search, it, literal, max_date_time, min_date_time, now,
    template,
};
use library_client::{Client, Decimal, Flags, Property};

fn client() -> Client {
    Client::builder()
        .endpoint("http://127.0.0.1:9/api")
        .bearer_token("token")
        .build()
        .unwrap()
}

fn check<const N: usize>(cases: [(Filter<Book>, &str); N]) {
    for (filter, expected) in cases {
        assert_eq!(filter.to_string(), expected);
    }
}

#[test]
fn comparisons() {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    let time = Utc.with_ymd_and_hms(2024, 2, 29, 12, 0, 0).unwrap();
    let decimal: Decimal = "12.50".parse().unwrap();
    check([
        (Book::TITLE.eq("O'Neil"), "title eq 'O''Neil'"),
        (Book::TITLE.ne(String::new()), "title ne ''"),
        (Book::PAGES.gt(3), "pages gt 3"),
        (Book::PAGES.ge(-3), "pages ge -3"),
        (
            Book::PRINTED.lt(9_007_199_254_740_993),
            "printed lt 9007199254740993",
        ),
        (Book::RATING.le(2.5), "rating le 2.5"),
        (Book::RATING.le(2), "rating le 2"),
        (Book::PRICE.eq(&decimal), "price eq 12.50"),
        (Book::PRICE.eq(12), "price eq 12"),
        (Book::PUBLISHED.eq(day), "published eq 2024-02-29"),
        (Book::STORY_HOUR.eq(noon), "storyHour eq 12:00:00"),
        (Book::ADDED.eq(time), "added eq 2024-02-29T12:00:00Z"),
        (
            Book::READING_TIME.eq(TimeDelta::hours(1)),
            "readingTime eq duration'PT1H'",
        ),
        (
            Book::FINGERPRINT.eq(vec![251, 255]),
            "fingerprint eq binary'-_8='",
        ),
        (
            Book::GENRE.eq(Genre::Novel),
            "genre eq library.genre'novel'",
        ),
        (
            Book::ACCESS.has(Access::Read),
            "access has library.access'read'",
        ),
        (
            Book::ACCESS.eq(Flags::from_iter([Access::Read, Access::Borrow])),
            "access eq library.access'read,borrow'",
        ),
        (Book::TITLE.is_null(), "title eq null"),
        (Book::TITLE.is_not_null(), "title ne null"),
        (Book::AUTHOR.is_null(), "author eq null"),
        (Book::TITLE.is_in(["a", "b'"]), "title in ('a','b''')"),
        (Book::PAGES.is_in([0; 0]), "false"),
        (Book::TITLE.eq(Book::ISBN), "title eq isbn"),
        (
            Book::PAGES.promote::<f64>().lt(Book::RATING),
            "pages lt rating",
        ),
        (literal("x".to_owned()).eq(Book::TITLE), "'x' eq title"),
    ]);
}

#[test]
fn operators_are_in_parentheses_within_others() {
    let (a, b, c) = (
        || Book::PAGES.eq(1),
        || Book::PAGES.eq(2),
        || Book::PAGES.eq(3),
    );
    check([
        (
            a().and(b()).and(c()),
            "pages eq 1 and pages eq 2 and pages eq 3",
        ),
        (
            a().and(b().and(c())),
            "pages eq 1 and pages eq 2 and pages eq 3",
        ),
        (
            a().and(b()).or(c()),
            "(pages eq 1 and pages eq 2) or pages eq 3",
        ),
        (
            a().and(b().or(c())),
            "pages eq 1 and (pages eq 2 or pages eq 3)",
        ),
        (!a(), "not (pages eq 1)"),
        (!!Book::TITLE.contains("x"), "not (not contains(title,'x'))"),
        ((!a()).and(b()), "not (pages eq 1) and pages eq 2"),
        (a().eq(b()), "(pages eq 1) eq (pages eq 2)"),
        ((Book::PAGES + 1).gt(2), "(pages add 1) gt 2"),
        (((Book::PAGES + 1) * 2).gt(2), "((pages add 1) mul 2) gt 2"),
        (
            (Book::PAGES - (Book::PAGES - 1)).gt(2),
            "(pages sub (pages sub 1)) gt 2",
        ),
        ((-Book::PAGES).gt(2), "(-pages) gt 2"),
        (
            (-(Book::PAGES / 2 % 3)).gt(2),
            "(-((pages div 2) mod 3)) gt 2",
        ),
        (Book::PAGES.div_by(2).gt(2), "(pages divby 2) gt 2"),
        (
            template("startswith(title,{}) or pages eq 1", &[&"a'"]).and(a()),
            "(startswith(title,'a''') or pages eq 1) and pages eq 1",
        ),
    ]);
}

#[test]
fn negative_numbers_are_not_negated_twice() {
    let negated: Filter<Book> = (-literal(-5)).eq(5);
    assert_eq!(negated.to_string(), "(-(-5)) eq 5");
}

#[test]
fn functions() {
    let short = || Book::TITLE.length().lt(5);
    check([
        (Book::TITLE.contains("a"), "contains(title,'a')"),
        (Book::TITLE.starts_with("a"), "startswith(title,'a')"),
        (Book::TITLE.ends_with(Book::ISBN), "endswith(title,isbn)"),
        (
            Book::TITLE.matches_pattern("^a"),
            "matchesPattern(title,'^a')",
        ),
        (short(), "length(title) lt 5"),
        (Book::TITLE.index_of("a").eq(-1), "indexof(title,'a') eq -1"),
        (
            Book::TITLE.substring(1).eq("a"),
            "substring(title,1) eq 'a'",
        ),
        (
            Book::TITLE.substring_of_length(1, 2).eq("a"),
            "substring(title,1,2) eq 'a'",
        ),
        (
            Book::TITLE.to_lower().trim().eq("a"),
            "trim(tolower(title)) eq 'a'",
        ),
        (
            Book::TITLE.to_upper().concat("b").eq("a"),
            "concat(toupper(title),'b') eq 'a'",
        ),
        (Book::RATING.round().eq(1), "round(rating) eq 1"),
        (
            Book::PRICE.floor().eq(Book::PRICE.ceiling()),
            "floor(price) eq ceiling(price)",
        ),
        (Book::ADDED.year().eq(2024), "year(added) eq 2024"),
        (Book::ADDED.month().eq(2), "month(added) eq 2"),
        (Book::PUBLISHED.day().eq(29), "day(published) eq 29"),
        (Book::STORY_HOUR.hour().eq(12), "hour(storyHour) eq 12"),
        (
            Book::ADDED.minute().eq(Book::ADDED.second()),
            "minute(added) eq second(added)",
        ),
        (
            Book::ADDED.date().eq(Book::PUBLISHED),
            "date(added) eq published",
        ),
        (
            Book::ADDED.time().lt(Book::STORY_HOUR),
            "time(added) lt storyHour",
        ),
        (
            Book::ADDED.fractional_seconds().lt(1),
            "fractionalseconds(added) lt 1",
        ),
        (
            Book::ADDED.total_offset_minutes().eq(60),
            "totaloffsetminutes(added) eq 60",
        ),
        (
            Book::READING_TIME.total_seconds().gt(60),
            "totalseconds(readingTime) gt 60",
        ),
        (
            Book::ADDED.lt(now() - TimeDelta::days(1)),
            "added lt (now() sub duration'P1D')",
        ),
        (
            (Book::PUBLISHED + Book::READING_TIME).le(Book::PUBLISHED),
            "(published add readingTime) le published",
        ),
        (
            Book::ADDED.since(min_date_time()).eq(TimeDelta::zero()),
            "(added sub mindatetime()) eq duration'PT0S'",
        ),
        (Book::ADDED.lt(max_date_time()), "added lt maxdatetime()"),
        (
            Book::PAGES.convert::<String>().eq("1"),
            "cast(pages,Edm.String) eq '1'",
        ),
        (
            Book::KEYWORDS.has_subset(["a", "b"]),
            r#"hassubset(keywords,["a","b"])"#,
        ),
        (
            Book::KEYWORDS.has_subsequence(Book::KEYWORDS),
            "hassubsequence(keywords,keywords)",
        ),
    ]);
}

#[test]
fn paths_and_collections() {
    check([
        (
            Book::AUTHOR.then(Person::EMAIL).eq("a"),
            "author/email eq 'a'",
        ),
        (
            Book::AUTHOR
                .then(Person::WORKS)
                .any(|work| work.then(Book::PAGES).gt(1)),
            "author/works/any(x:x/pages gt 1)",
        ),
        (
            Book::KEYWORDS.any(|keyword| keyword.eq("sea")),
            "keywords/any(x:x eq 'sea')",
        ),
        (
            Book::COPIES.all(|copy| copy.then(Copy::NUMBER).gt(Book::PAGES)),
            "copies/all(x:x/number gt pages)",
        ),
        (
            Book::COPIES.any(|one| {
                Book::COPIES.any(|other| other.then(Copy::NUMBER).gt(one.then(Copy::NUMBER)))
            }),
            "copies/any(x:copies/any(y:y/number gt x/number))",
        ),
        // One after the other, they may share a name.
        (
            Book::KEYWORDS
                .any(|keyword| keyword.eq("a"))
                .and(Book::KEYWORDS.any(|keyword| keyword.eq("b"))),
            "keywords/any(x:x eq 'a') and keywords/any(x:x eq 'b')",
        ),
        (Book::COPIES.has_items(), "copies/any()"),
        (Book::COPIES.count().ge(2), "copies/$count ge 2"),
        (
            Book::COPIES.count_where(Copy::NUMBER.gt(1)).eq(2),
            "copies/$count($filter=number gt 1) eq 2",
        ),
        (
            Book::KEYWORDS.any(|keyword| keyword.is_item_of(["a", "b"])),
            r#"keywords/any(x:x in ["a","b"])"#,
        ),
        (it().then(Book::PAGES).eq(1), "pages eq 1"),
    ]);
    let derived: [(Filter<Item>, &str); 3] = [
        (it().is_of::<Book>(), "isof(library.book)"),
        (
            Book::TITLE.cast_from::<Item>().eq("a"),
            "library.book/title eq 'a'",
        ),
        (
            it::<Item>().cast::<Book>().then(Book::PAGES).eq(1),
            "library.book/pages eq 1",
        ),
    ];
    for (filter, expected) in derived {
        assert_eq!(filter.to_string(), expected);
    }
}

#[test]
fn lambdas_that_are_too_deep_are_refused() {
    fn nested(depth: u8) -> Filter<Book> {
        Book::COPIES.any(|copy| match depth {
            0 => copy.then(Copy::NUMBER).eq(1),
            _ => nested(depth - 1),
        })
    }
    assert!(nested(7).to_string().contains("t:t/number eq 1"));
    let list = client().items().cast::<Book>().list().filter(nested(8));
    let error = list.to_http().unwrap_err();
    assert!(error.to_string().contains("nested more deeply"), "{error}");
    // What panics within a lambda does not count for the next.
    let panicked =
        std::panic::catch_unwind(|| Book::COPIES.any(|_| -> bool { panic!("on purpose") }));
    assert!(panicked.is_err());
    assert_eq!(nested(0).to_string(), "copies/any(x:x/number eq 1)");
}

fn query(url: &library_client::Url) -> String {
    let pairs = url
        .query_pairs()
        .map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("&")
}

#[test]
fn expansions_have_options_at_every_depth() {
    let list = client().people().list().expand((
        Person::WORKS
            .select((Book::TITLE, Book::PAGES))
            .filter(Book::TITLE.ne("a;b)"))
            .order_by((Book::PAGES.desc(), Book::TITLE))
            .top(5)
            .skip(1)
            .count()
            .search(Search::phrase("sea"))
            .expand((Book::COPIES.order_by(Copy::NUMBER), Book::AUTHOR.levels(2))),
        Person::CARD.levels(1),
    ));
    assert_eq!(
        query(&list.url()),
        "$expand=works($select=title,pages;$filter=title ne 'a;b)';$orderby=pages desc,title;$top=5;\
         $skip=1;$count=true;$search=\"sea\";\
         $expand=copies($orderby=number),author($levels=2)),card($levels=1)"
    );
    let get = client()
        .items()
        .by_id(library_client::Guid::nil())
        .cast::<Book>()
        .get();
    let get = get.expand(Book::AUTHOR.then(Person::WORKS).levels(Levels::Max));
    assert_eq!(query(&get.url()), "$expand=author/works($levels=max)");
}

#[test]
fn orders_and_selections_take_one_or_several() {
    let list = || client().items().cast::<Book>().list();
    let ordered = list()
        .order_by(Book::TITLE.length().desc())
        .order_by([Book::TITLE, Book::ISBN]);
    assert_eq!(
        query(&ordered.url()),
        "$orderby=length(title) desc,title,isbn"
    );
    let selected = list()
        .select(Book::TITLE)
        .select((Book::PAGES, Book::AUTHOR));
    assert_eq!(query(&selected.url()), "$select=title,pages,author");
    let none: Vec<Property<Book, String>> = Vec::new();
    assert_eq!(list().select(none).url().query(), None);
}

#[test]
fn searches_are_quoted() {
    for (search, expected) in [
        (Search::phrase("blue bicycle"), r#""blue bicycle""#),
        (Search::phrase(r#"a" OR \b"#), r#""a\" OR \\b""#),
        (Search::of(Person::EMAIL, "ada"), r#""email:ada""#),
        (
            Search::phrase("a").and(!Search::phrase("b")),
            r#""a" AND NOT "b""#,
        ),
        (
            Search::phrase("a").and(Search::phrase("b").or("c")),
            r#""a" AND ("b" OR (c))"#,
        ),
        (
            (!Search::phrase("a")).or(Search::phrase("b")),
            r#"NOT "a" OR "b""#,
        ),
        (
            !(Search::phrase("a").or(Search::phrase("b"))),
            r#"NOT ("a" OR "b")"#,
        ),
    ] {
        assert_eq!(search.to_string(), expected);
    }
}

#[test]
fn computed_and_aggregated_values_have_names() {
    let twice = (Book::PAGES * 2).alias("twice");
    let by = twice.property();
    let list = client().items().cast::<Book>().list();
    let list = list
        .order_by(by.desc())
        .compute((twice, Book::TITLE.length().alias("size")));
    assert_eq!(
        query(&list.url()),
        "$orderby=twice desc&$compute=pages mul 2 as twice,length(title) as size"
    );
    let apply = Apply::new().filter(Book::PAGES.gt(1)).group_by_with(
        (Book::GENRE, Book::AUTHOR.then(Person::EMAIL)),
        (
            Book::PAGES.sum().alias("pages"),
            Book::PRICE.average().alias("price"),
            Book::ISBN.count_distinct().alias("isbns"),
            Aggregate::count().alias("books"),
        ),
    );
    assert_eq!(
        apply.to_string(),
        "filter(pages gt 1)/groupby((genre,author/email),aggregate(pages with sum as pages,\
         price with average as price,isbn with countdistinct as isbns,$count as books))"
    );
    for name in ["", "1a", "a b", "a,b", &"a".repeat(129)] {
        let list = client().items().cast::<Book>().list();
        let error = list.compute(Book::PAGES.alias(name)).to_http().unwrap_err();
        assert!(error.to_string().contains("cannot name a value"), "{error}");
    }
}

#[test]
fn what_is_in_expressions_is_not_in_debug_output() {
    let filter = Book::TITLE.eq("secret");
    let expand = Person::WORKS.filter(Book::TITLE.eq("secret"));
    let order = Book::TITLE.concat("secret").desc();
    let search = Search::phrase("secret");
    let shown = format!("{filter:?} {expand:?} {order:?} {search:?}");
    assert!(!shown.contains("secret"), "{shown}");
}
