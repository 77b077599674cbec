//! What services say of work that runs on.

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Kind;
use super::running::{End, Running, id_of};
use crate::answer::{Answer, Whole};
use crate::app::App;
use crate::resource::{self, PREFERENCE};

/// The texts of a status: not started, running, succeeded, failed.
type Words = [&'static str; 4];

const DRIVE_ITEM: Words = ["notStarted", "inProgress", "completed", "failed"];
const TEAMS: Words = ["notStarted", "inProgress", "succeeded", "failed"];
const OPERATION: Words = ["notStarted", "running", "succeeded", "failed"];
const OPERATION_LOCATION: Words = ["NotStarted", "Running", "Succeeded", "Failed"];
const AZURE: Words = ["Accepted", "InProgress", "Succeeded", "Failed"];

impl Running {
    /// The answer to the request that started it.
    pub(super) fn accepted(&self, app: &App) -> Whole {
        let header = match self.monitor.kind {
            Kind::OperationLocation => "operation-location",
            Kind::AzureAsyncOperation => "azure-asyncoperation",
            _ => "location",
        };
        let mut headers = vec![(header, self.location(app))];
        if self.monitor.kind == Kind::Teams && !self.target().is_empty() {
            headers.push(("content-location", format!("/{}", self.target())));
        }
        if resource::prefers(&self.accepted.request, PREFERENCE) {
            headers.push(("preference-applied", PREFERENCE.to_owned()));
        }
        headers.extend(self.retry_after());
        Whole {
            headers,
            ..Whole::empty(StatusCode::ACCEPTED)
        }
    }

    /// The answer to a poll.
    pub(super) fn status(&self, app: &App) -> Answer {
        if self.monitor.is_status_monitor() {
            return self.monitored(app);
        }
        let is_success = matches!(self.end, Some(End::Succeeded(_)));
        if is_success && self.monitor.redirects {
            return Answer::Whole(Whole {
                headers: vec![("location", self.result_location(app))],
                ..Whole::empty(StatusCode::SEE_OTHER)
            });
        }
        let status = match (&self.end, self.monitor.running_status, self.monitor.kind) {
            (Some(_), ..) => StatusCode::OK,
            (None, Some(status), _) => status,
            (None, None, Kind::DriveItem) => StatusCode::ACCEPTED,
            (None, None, _) => StatusCode::OK,
        };
        let mut whole = Whole::json(status, &self.body(app));
        if self.monitor.kind == Kind::DriveItem {
            whole.content_type = Some("application/json".to_owned());
        }
        whole.headers.extend(self.retry_after());
        Answer::Whole(whole)
    }

    /// What a status monitor answers: in the end, what the request would have been answered with.
    fn monitored(&self, app: &App) -> Answer {
        let answer = match &self.end {
            None | Some(End::Canceled) => {
                let status = self.monitor.running_status.unwrap_or(StatusCode::ACCEPTED);
                let mut headers = vec![("location", self.location(app))];
                headers.extend(self.retry_after());
                return Answer::Whole(Whole {
                    headers,
                    ..Whole::empty(status)
                });
            }
            Some(End::Succeeded(answer)) => answer.clone(),
            Some(End::Failed(refusal)) => Answer::Refused(refusal.clone()),
        };
        Answer::Late {
            answer: Box::new(answer),
            request: Box::new(self.accepted.request.clone()),
        }
    }

    fn retry_after(&self) -> Option<(&'static str, String)> {
        let runs = self.end.is_none();
        let value = self.monitor.retry_after.header().filter(|_| runs)?;
        Some(("retry-after", value))
    }

    fn word(&self, [not_started, running, succeeded, failed]: Words) -> &'static str {
        match &self.end {
            None if self.has_begun() => running,
            None => not_started,
            Some(End::Succeeded(_)) => succeeded,
            Some(End::Failed(_) | End::Canceled) => failed,
        }
    }

    fn error(&self) -> Value {
        match &self.end {
            Some(End::Failed(refusal)) => json!({
                "code": refusal.code,
                "message": refusal.message,
            }),
            _ => Value::Null,
        }
    }

    fn body(&self, app: &App) -> Value {
        let mut body = match self.monitor.kind {
            Kind::DriveItem => self.drive_item(),
            Kind::Teams => self.teams(),
            Kind::Operation => self.operation(app),
            Kind::AzureAsyncOperation => self.azure(),
            Kind::OperationLocation | Kind::StatusMonitor => self.operation_location(),
        };
        // Teams alone says so where there is none.
        if self.monitor.kind == Kind::Teams || !self.error().is_null() {
            body["error"] = self.error();
        }
        body
    }

    fn drive_item(&self) -> Value {
        let (percentage, status) = (self.percentage(), self.word(DRIVE_ITEM));
        match &self.end {
            Some(End::Succeeded(_)) => json!({
                "percentageComplete": percentage,
                "resourceId": self.result_id(),
                "status": status,
            }),
            _ => json!({
                "operation": format!("Item{}", capitalized(&self.accepted.subject.work)),
                "percentageComplete": percentage,
                "status": status,
            }),
        }
    }

    fn teams(&self) -> Value {
        let subject = &self.accepted.subject;
        let target = self.target();
        json!({
            "id": self.id,
            "operationType": subject.work,
            "createdDateTime": instant(self.created),
            "lastActionDateTime": instant(self.latest),
            "status": self.word(TEAMS),
            "attemptsCount": 1,
            "targetResourceId": id_of(target),
            "targetResourceLocation": format!("/{target}"),
        })
    }

    fn operation(&self, app: &App) -> Value {
        let mut body = json!({
            "id": self.id,
            "createdDateTime": instant(self.created),
            "lastActionDateTime": instant(self.latest),
            "status": self.word(OPERATION),
            "percentageComplete": self.percentage().floor() as i64,
        });
        if let Some(End::Succeeded(_)) = self.end {
            body["resourceId"] = self.result_id().into();
            body["resourceLocation"] = self.result_location(app).into();
        }
        body
    }

    fn operation_location(&self) -> Value {
        let mut body = json!({"id": self.id, "status": self.word(OPERATION_LOCATION)});
        if let Some(End::Succeeded(_)) = self.end {
            body["result"] = self.value();
        }
        body
    }

    fn azure(&self) -> Value {
        let mut body = json!({
            "id": format!("/{}", self.path()),
            "name": self.id,
            "status": self.word(AZURE),
            "startTime": instant(self.created),
            "percentComplete": self.percentage(),
        });
        if let Some(End::Succeeded(_)) = self.end {
            body["properties"] = self.value();
        }
        if self.end.is_some() {
            body["endTime"] = instant(self.latest).into();
        }
        body
    }
}

fn instant(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
