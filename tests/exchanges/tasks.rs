//! Documented tasks, written as users of the client write them.

use exchanges::models::{
    Attendee, AttendeeType, BodyType, DateTimeTimeZone, EmailAddress, Event, ItemBody, Location,
};
use exchanges::{Client, Result, object};
use serde_json::{Value, json};

/// Panics where a request is another than the documentation has.
pub fn check() -> Result<()> {
    // Nothing is sent, so that no TLS needs to be compiled.
    let client = Client::builder().anonymous().endpoint("http://127.0.0.1/v1.0").build()?;
    create_event(&client)?;
    address_by_path(&client)
}

fn create_event(client: &Client) -> Result<()> {
    let event = object!(Event {
        subject: "Let's go for lunch",
        body: ItemBody { content_type: BodyType::Html, content: "Does noon work for you?" },
        start: DateTimeTimeZone { date_time: "2017-04-15T12:00:00", time_zone: "Pacific Standard Time" },
        end: DateTimeTimeZone { date_time: "2017-04-15T14:00:00", time_zone: "Pacific Standard Time" },
        location: Location { display_name: "Harry's Bar" },
        attendees: [Attendee {
            email_address: EmailAddress { address: "samanthab@contoso.com", name: "Samantha Booth" },
            r#type: AttendeeType::Required,
        }],
    });
    let request = client.me().events().create(&event).to_http()?;
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri().path(), "/v1.0/me/events");
    let sent: Value = serde_json::from_slice(request.body()).expect("JSON");
    let documented = json!({
        "subject": "Let's go for lunch",
        "body": { "contentType": "html", "content": "Does noon work for you?" },
        "start": { "dateTime": "2017-04-15T12:00:00", "timeZone": "Pacific Standard Time" },
        "end": { "dateTime": "2017-04-15T14:00:00", "timeZone": "Pacific Standard Time" },
        "location": { "displayName": "Harry's Bar" },
        "attendees": [{
            "emailAddress": { "address": "samanthab@contoso.com", "name": "Samantha Booth" },
            "type": "required",
        }],
    });
    assert_eq!(sent, documented);
    Ok(())
}

fn address_by_path(client: &Client) -> Result<()> {
    let file = client.me().drive().root().at_path("reports/a #1.txt");
    let request = file.upload_content("text/plain", "hello").to_http()?;
    assert_eq!(request.method(), "PUT");
    let path = "/v1.0/me/drive/root:/reports/a%20%231.txt:/content";
    assert_eq!(request.uri().path(), path);

    let site = client.sites().by_id("contoso.sharepoint.com").at_path("/sites/hr");
    let path = "/v1.0/sites/contoso.sharepoint.com:/sites/hr";
    assert_eq!(site.get().url().path(), path);
    assert_eq!(site.lists().list().url().path(), format!("{path}:/lists"));
    Ok(())
}
