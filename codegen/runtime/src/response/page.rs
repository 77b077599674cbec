//! One page of a collection.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::error::shown::Link;
use crate::model::Name;
use crate::value::json::Formatted;
use crate::value::memory::Items;

/// One page of a collection, as the service sent it.
///
/// A page may be empty and still have a [`next_link`](Self::next_link). Control information is read
/// in both of its spellings, `@odata.nextLink` (OData 4.0) and `@nextLink` (4.01), and written in the
/// former.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items.
    pub value: Vec<T>,
    /// The link to the next page; absent on the last one. It is opaque, and may be relative:
    /// [`resolve_link`](crate::Response::resolve_link) says where it leads.
    #[serde(rename = "@odata.nextLink", skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
    /// Where to request changes since this result, on the last page of a delta query.
    #[serde(rename = "@odata.deltaLink", skip_serializing_if = "Option::is_none")]
    pub delta_link: Option<String>,
    /// How many items the whole collection has, if requested.
    #[serde(rename = "@odata.count", skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// The context URL that describes the payload.
    #[serde(rename = "@odata.context", skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Members that this type does not know.
    #[serde(flatten)]
    pub additional_properties: serde_json::Map<String, serde_json::Value>,
}

impl<T> Page<T> {
    /// A last page with these items.
    pub fn new(value: Vec<T>) -> Self {
        Self {
            value,
            next_link: None,
            delta_link: None,
            count: None,
            context: None,
            additional_properties: serde_json::Map::new(),
        }
    }
}

// Not derived: with a flattened map, serde keeps all members in a form of its own before it makes
// them what they are, which doubles the memory of a response.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PageVisitor(PhantomData))
    }
}

struct PageVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PageVisitor<T> {
    type Value = Page<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a page: an object with a member `value`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page<T>, A::Error> {
        let (mut value, mut page) = (None, Page::new(Vec::new()));
        while let Some(Name(name)) = map.next_key()? {
            match &*name {
                "value" if value.is_some() => return Err(de::Error::duplicate_field("value")),
                "value" => value = Some(map.next_value::<Items<T>>()?.0),
                "@odata.nextLink" | "@nextLink" => page.next_link = map.next_value()?,
                "@odata.deltaLink" | "@deltaLink" => page.delta_link = map.next_value()?,
                "@odata.count" | "@count" => page.count = map.next_value::<Formatted<_>>()?.0,
                "@odata.context" | "@context" => page.context = map.next_value()?,
                _ => {
                    let value = map.next_value()?;
                    page.additional_properties.insert(name.into_owned(), value);
                }
            }
        }
        page.value = value.ok_or_else(|| de::Error::missing_field("value"))?;
        Ok(page)
    }
}

// Links have what was asked for in their query, and a hostile service may put anything into them.
impl<T: fmt::Debug> fmt::Debug for Page<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Page")
            .field("value", &self.value)
            .field("next_link", &Link::of(&self.next_link))
            .field("delta_link", &Link::of(&self.delta_link))
            .field("count", &self.count)
            .field("context", &Link::of(&self.context))
            .field("additional_properties", &self.additional_properties)
            .finish()
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.value.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Page<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.value.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_spellings_are_read() {
        for prefix in ["@odata.", "@"] {
            let page: Page<i32> = serde_json::from_value(json!({
                format!("{prefix}context"): "c",
                format!("{prefix}count"): "9007199254740993",
                format!("{prefix}nextLink"): "n",
                format!("{prefix}deltaLink"): "d",
                "value": [1, 2],
                "tip": {"x": 1},
            }))
            .unwrap();
            assert_eq!(page.value, [1, 2]);
            assert_eq!(page.context.as_deref(), Some("c"));
            assert_eq!(page.count, Some(9_007_199_254_740_993));
            assert_eq!(page.next_link.as_deref(), Some("n"));
            assert_eq!(page.delta_link.as_deref(), Some("d"));
            assert_eq!(page.additional_properties["tip"], json!({"x": 1}));
        }
    }

    #[test]
    fn nulls_and_absence_are_the_same() {
        let page: Page<i32> =
            serde_json::from_str(r#"{"@odata.nextLink":null,"@odata.count":null,"value":[]}"#)
                .unwrap();
        assert_eq!(page, Page::new(Vec::new()));
        assert_eq!(serde_json::to_string(&page).unwrap(), r#"{"value":[]}"#);
    }

    #[test]
    fn a_page_without_value_is_refused() {
        let error = serde_json::from_str::<Page<i32>>("{}").unwrap_err();
        assert!(error.to_string().contains("missing field `value`"));
    }
}
