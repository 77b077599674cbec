//! A program that uses the client of the library. Behind each use stands what it is one of.

use chrono::NaiveDate;
use library_client::models::{Access, Address, Book, Genre, Place};
use library_client::{Client, Flags, Guid, object};

async fn entry_points(client: &Client, day: NaiveDate) -> Result<(), library_client::Error> {
    let _ = client.items(); // items
    let _ = client.people(); // people
    let _ = client.scans(); // scans
    let _ = client.branches(); // branches
    let _ = client.desk(); // desk
    client.opening_hours(day).await?; // openingHours
    client.close_all(vec![day]).await?; // closeAll
    Ok(())
}

async fn books(client: &Client, id: Guid, day: NaiveDate) -> Result<(), library_client::Error> {
    let item = client.items().by_id(id);
    let book = item.cast::<Book>();
    let read = book.get().await?;
    println!("{:?}", read.title); // title
    let doubled: Option<i32> = read.pages.map(|pages| pages * 2); // pages
    println!("{doubled:?} {:?}", read.rating); // rating
    let stars = read.reviews.iter().flatten().map(|review| review.stars); // stars
    println!("{}", stars.count());
    let _ = client.items().cast::<Book>().list().order_by([Book::PUBLISHED.desc()]); // published
    let _ = Genre::Science; // science
    let _ = Flags::from_iter([Access::Copy]); // copy
    let _ = book.author(); // author
    let _ = book.copies().by_number(1); // copies
    let _ = book.author_ref(); // references
    let _ = book.download_cover(); // cover
    let _ = item.related(); // related
    let _ = client.items().by_id(id).related().limit(3); // limit
    let count: i64 = *item.available(day).await?.into_inner(); // available
    println!("{count}");
    let _ = book.main_review(); // mainReview
    let _ = item.export(); // export
    let _ = client.items().search("text"); // search
    let place = object!(Place { city: "Oslo" }); // city
    let _ = client.items().nearby(place, vec![id]); // nearby
    let _ = book.borrow(day).note("soon"); // note
    let _ = book.r#return(); // return
    let _ = item.photograph(); // photograph
    Ok(())
}

async fn others(client: &Client) -> Result<(), library_client::Error> {
    let _ = client.people().by_email("a@b.example"); // email
    let person = client.people().by_country_and_number("NO", 1); // number
    let _ = person.home().cast::<Address>(); // address
    let _ = person.card().get(); // card
    let _ = person.favourite(None); // favourite
    let _ = client.people().delta(); // delta
    let _ = client.desk().archive(); // archive
    let _ = client.scans().by_id(1).download(); // stream
    Ok(())
}

fn main() {
    let _ = (entry_points, books, others);
}
