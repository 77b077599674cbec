//! How a service takes batches.

/// How a service takes batches: facts of the service, which generated clients have from their
/// configuration.
///
/// The default is that of OData 4.01: JSON, any number of requests in a post, URLs relative to the service
/// root, references to earlier results.
///
/// ```
/// use odata_runtime::{BatchFormat, BatchSettings, BatchUrls};
///
/// /// As Microsoft Graph documents its batches.
/// const GRAPH: BatchSettings = BatchSettings::new()
///     .limit(20)
///     .urls(BatchUrls::LeadingSlash)
///     .without_references();
///
/// /// For a service of OData 4.0.
/// const OLDER: BatchSettings = BatchSettings::new().format(BatchFormat::Multipart);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchSettings {
    pub(crate) format: BatchFormat,
    pub(crate) limit: Option<usize>,
    pub(crate) urls: BatchUrls,
    pub(crate) has_references: bool,
}

/// The format of batches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BatchFormat {
    /// `application/json` (OData JSON Format 4.01, section "Batch Requests and Responses").
    #[default]
    Json,
    /// `multipart/mixed` (OData Protocol 4.0, section "Batch Requests"), which services of OData 4.0 take.
    /// It knows no dependencies, so a request that depends on another is posted after it.
    Multipart,
}

/// How URLs are written in batches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BatchUrls {
    /// Relative to the service root: `me/messages`.
    #[default]
    Relative,
    /// Relative to the service root, with a slash before them: `/me/messages`.
    LeadingSlash,
    /// Whole: `https://service.example/v1.0/me/messages`.
    Absolute,
}

impl Default for BatchSettings {
    fn default() -> Self {
        Self::new()
    }
}

impl BatchSettings {
    /// The settings of a service that does what OData 4.01 says.
    pub const fn new() -> Self {
        Self {
            format: BatchFormat::Json,
            limit: None,
            urls: BatchUrls::Relative,
            has_references: true,
        }
    }

    /// The format of batches.
    #[must_use]
    pub const fn format(mut self, format: BatchFormat) -> Self {
        self.format = format;
        self
    }

    /// How many requests the service takes in one post; a larger batch is sent in several posts. Zero counts
    /// as one.
    #[must_use]
    pub const fn limit(mut self, requests: usize) -> Self {
        self.limit = Some(if requests == 0 { 1 } else { requests });
        self
    }

    /// How URLs are written.
    #[must_use]
    pub const fn urls(mut self, urls: BatchUrls) -> Self {
        self.urls = urls;
        self
    }

    /// Says that the service knows no references to earlier results (`$1/messages`). A request with one is
    /// then posted after the request that it refers to, with the URL of its result.
    #[must_use]
    pub const fn without_references(mut self) -> Self {
        self.has_references = false;
        self
    }
}
