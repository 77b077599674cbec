//! What differs between JSON that was read and JSON that was written.

use super::program::{Case, Sent};
use serde_json::Value;

impl Case {
    /// What went wrong with it; nothing if it came back as it is.
    pub fn problems(&self, came_back: &Result<Value, String>) -> Vec<String> {
        let came_back = match came_back {
            Ok(value) => value,
            Err(error) => return vec![error.clone()],
        };
        let mut sent = match self.sent {
            Sent::Page => self.json["value"].clone(),
            Sent::Value | Sent::Body | Sent::Changes => self.json.clone(),
        };
        if let (Sent::Changes, Some(members)) = (self.sent, sent.as_object_mut()) {
            // It describes a response; a request never has it, though an example does.
            members.remove("@odata.context");
        }
        let mut found = Vec::new();
        differences("", &sent, came_back, &mut found);
        found
    }
}

pub fn differences(place: &str, sent: &Value, back: &Value, found: &mut Vec<String>) {
    match (sent, back) {
        (Value::Object(sent), Value::Object(back)) => {
            for (name, value) in sent {
                let place = format!("{place}/{name}");
                match back.get(name) {
                    Some(back) => differences(&place, value, back, found),
                    None => found.push(format!("{place} is lost: {value}")),
                }
            }
            let added = back.iter().filter(|(name, _)| !sent.contains_key(*name));
            found.extend(added.map(|(name, value)| format!("{place}/{name} is added: {value}")));
        }
        (Value::Array(sent), Value::Array(back)) if sent.len() == back.len() => {
            for (index, (sent, back)) in sent.iter().zip(back).enumerate() {
                differences(&format!("{place}[{index}]"), sent, back, found);
            }
        }
        _ if is_same(sent, back) => {}
        _ => found.push(format!("{place} is changed: {sent} to {back}")),
    }
}

/// Whether two scalar values say the same: the same text, another spelling of one time, or one number.
fn is_same(sent: &Value, back: &Value) -> bool {
    match (sent, back) {
        (Value::String(sent), Value::String(back)) => {
            sent.eq_ignore_ascii_case(back) || canonical(sent) == canonical(back)
        }
        (Value::Number(sent), Value::Number(back)) => sent.as_f64() == back.as_f64(),
        _ => sent == back,
    }
}

/// A date and time, a time of day or a duration in one spelling.
fn canonical(text: &str) -> Option<String> {
    use odata_runtime::json::JsonFormat;
    fn read<T: JsonFormat>(text: &str) -> Option<String> {
        let value = T::deserialize(Value::from(text)).ok()?;
        let written = value.serialize(serde_json::value::Serializer).ok()?;
        Some(written.as_str()?.to_owned())
    }
    read::<chrono::DateTime<chrono::Utc>>(text)
        .or_else(|| read::<chrono::NaiveTime>(text))
        .or_else(|| read::<chrono::TimeDelta>(text))
}
