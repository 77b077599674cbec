//! Small programs, as users of the client write them: each does one thing in somebody's tenant.

use exchanges::models::{ConditionalAccessPolicy, ConditionalAccessPolicyState, Event, Group, Message};
use exchanges::{Client, Result, object};

/// Runs the program that is named behind the service's root, and prints the error that ends it.
fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [endpoint, name] = arguments.as_slice() else {
        panic!("expected an endpoint and a program");
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let client = Client::builder().bearer_token("token").endpoint(endpoint).build();
    let client = client.expect("a client");
    let ended = runtime.expect("a runtime").block_on(program(&client, name));
    if let Err(error) = ended {
        println!("{error}");
    }
}

async fn program(client: &Client, name: &str) -> Result<()> {
    match name {
        "mail" => mail(client).await,
        "drafts" => drafts(client).await,
        "groups" => groups(client).await,
        "teams" => teams(client).await,
        "files" => files(client).await,
        "sign-ins" => sign_ins(client).await,
        "conditional access" => conditional_access(client).await,
        "people" => people(client).await,
        "calendar" => calendar(client).await,
        _ => panic!("no program is called {name}"),
    }
}

async fn mail(client: &Client) -> Result<()> {
    client.me().messages().list().await?;
    let folders = client.me().mail_folders().list().await?;
    for folder in &folders.value {
        let id = folder.id.as_deref().unwrap_or_default();
        client.me().mail_folders().by_id(id).messages().list().await?;
    }
    client.me().messages().by_id("1").get().await?;
    Ok(())
}

async fn drafts(client: &Client) -> Result<()> {
    let draft = object!(Message { subject: "Lunch" });
    client.me().messages().create(&draft).await?;
    client.me().messages().by_id("1").update(&object!(Message { subject: "Dinner" })).await?;
    client.me().messages().list().await?;
    Ok(())
}

async fn groups(client: &Client) -> Result<()> {
    client.groups().list().await?;
    client.groups().by_id("g").members().list().await?;
    client.groups().create(&object!(Group { display_name: "Cooks" })).await?;
    Ok(())
}

async fn teams(client: &Client) -> Result<()> {
    client.teams().by_id("t").channels().list().await?;
    client.teams().by_id("t").get().await?;
    Ok(())
}

async fn files(client: &Client) -> Result<()> {
    client.me().drive().get().await?;
    client.drives().by_id("d").items().by_id("i").children().list().await?;
    client.sites().by_id("s").get().await?;
    Ok(())
}

async fn sign_ins(client: &Client) -> Result<()> {
    client.audit_logs().sign_ins().list().await?;
    client.audit_logs().directory_audits().list().await?;
    Ok(())
}

async fn conditional_access(client: &Client) -> Result<()> {
    let policies = client.identity().conditional_access().policies();
    policies.list().await?;
    client.identity().conditional_access().named_locations().list().await?;
    let policy = object!(ConditionalAccessPolicy { state: ConditionalAccessPolicyState::Disabled });
    policies.create(&policy).await?;
    Ok(())
}

async fn people(client: &Client) -> Result<()> {
    client.me().get().await?;
    client.users().list().await?;
    client.users().by_id("u").update(&object!(exchanges::models::User { department: "Kitchen" })).await?;
    client.devices().list().await?;
    Ok(())
}

async fn calendar(client: &Client) -> Result<()> {
    client.me().events().list().await?;
    client.me().events().create(&object!(Event { subject: "Lunch" })).await?;
    client.me().contacts().list().await?;
    Ok(())
}
