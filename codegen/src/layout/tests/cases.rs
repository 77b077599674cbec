//! Texts as rustfmt leaves them, each with the rule that it is about.

/// Items.
pub(super) const ITEMS: &[(&str, &str)] = &[
    (
        "attributes, and documentation with what a literal escapes",
        r##"/// Says "no" to `\n` and # of a heading.
///
///  * "indented"
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use = "a \"request\""]
pub enum Name {
    /// `member`
    #[default]
    Member,
    /// Another one.
    Other(String),
}
"##,
    ),
    (
        "an attribute that is too wide",
        r#"#[deprecated(
    note = "The legacy interface is deprecated and will stop returning data in the year 2031. Use the other."
)]
#[cfg(feature = "a-name-of-a-feature-that-is-long-enough-for-a-line-of-its-own-but-not-too-long")]
fn one() {}

#[cfg(feature = "a-name-of-a-feature-that-is-long-enough-for-a-line-of-its-own-but-not-to-long")]
fn other() {}

#[cfg(
    feature = "a-name-of-a-feature-that-is-long-enough-for-a-line-of-its-own-but-not-to-long"
)]
pub use inner::Name;
"#,
    ),
    (
        "attributes of what the items are in",
        "#![cfg_attr(docsrs, feature(doc_cfg))]\n#![allow(deprecated)]\n",
    ),
    (
        "names that fit on one line",
        "use crate::models::{Answer, AnswerKeyword, AnswerState, AnswerVariant, Identity, Search, SetOf12};\n",
    ),
    (
        "names for which a column is missing",
        "use crate::models::{
    Answer, AnswerKeyword, AnswerState, AnswerVariant, Identity, Search, SetOf123,
};
",
    ),
    (
        "names on the only line that they need, with its comma in the last column",
        "use crate::models::{
    AppCredentialRestrictionType, AppManagementPolicyActorExemptions, AppManagementRestrictionState,
};
",
    ),
    (
        "names on several lines, on the last of which the comma has no place",
        "use crate::models::{
    BaseEndUserNotification, EndUserNotificationPreference, EndUserNotificationSetting,
    EndUserNotificationSettingType, PositiveReinforcementNotification,
    TrainingReminderNotification,
};
",
    ),
    (
        "types of fields",
        "pub struct Fields {
    pub short: Option<Vec<String>>,
    pub r#type: &'static [&'static str],
    pub crate_path: ::odata_runtime::Client,
    pub a_name_that_is_so_long_that_its_type_has_no_place_behind_it:
        Option<Vec<SomeOtherTypeWithAName>>,
    pub husband: Option<
        Box<
            crate::models::microsoft::o_data::e2e::test_common::common::server::end_to_end::Husband,
        >,
    >,
}
",
    ),
    (
        "a name that leaves no room for the brace",
        "pub struct UserExperienceAnalyticsAppHealthAppPerformanceByAppVersionDetailsCollectionRequestBuilders
{
    resource: ResourcePath,
}

impl From<UserExperienceAnalyticsAppHealthAppPerformanceByAppVersion>
    for UserExperienceAnalyticsAppHealthAppPerformanceByAppVersionDetailsCollectionRequestBuilders
{
    fn from(it: UserExperienceAnalyticsAppHealthAppPerformanceByAppVersion) -> Self {}
}
",
    ),
    (
        "members stand apart, but for constants of one line",
        r#"impl ODataType for Name {
    const NAME: &'static str = "graph.name";
    const SHORT: &'static [&'static str] = &["a", "b"];
    const DERIVED: &'static [&'static str] = &[
        "graph.aNameThatIsRatherLong",
        "graph.anotherOneThatIsNotShort",
        "graph.last",
    ];

    const READ_ONLY: &'static str =
        "graph.a.name.that.has.room.for.itself.on.a.line.of.its.own.and.nowhere.else.at.all";

    fn one() {}

    fn other() {}
}
"#,
    ),
    (
        "signatures: on a line, with a line for each argument, and with bounds",
        "impl Name {
    pub async fn respond<C: Request>(&self, call: C) -> Result<Answer<C::Item>> {
        self.inner.respond(call).await
    }

    pub fn by_an_identifier_that_has_a_name(&self, identifier: impl Key) -> NameRequestBuilder1234 {
        identifier
    }

    pub fn by_an_identifier_that_has_a_name(
        &self,
        identifier: impl Key,
    ) -> NameRequestBuilder12345 {
        identifier
    }

    pub fn cast<D: DerivedFrom<crate::models::of::a::Person> + ::odata_runtime::CollectionRes>(
        &self,
    ) -> D::RequestBuilder {
        self
    }

    pub fn cast<
        D: crate::models::long::path::of::something::DerivedFrom<crate::models::other::Persons> + Kind,
    >(
        &self,
    ) -> D::RequestBuilder {
        self
    }

    pub fn cast<
        D: crate::models::long::path::of::something::DerivedFrom<crate::models::other::Person>
            + crate::models::CollectionResource,
    >(
        &self,
    ) -> D::RequestBuilder {
        self
    }

    pub fn cast<
        D: DerivedFrom<
                crate::models::microsoft::o_data::e2e::test_common::common::server::end::Person1,
            > + CollectionResource,
    >(
        &self,
    ) -> D::RequestBuilder {
        self
    }

    pub fn all<I>(&self, requests: I) -> All<<I::Item as Request>::Answer>
    where
        I: IntoIterator<Item: Request + 'static>,
        I::IntoIter: Send + 'static,
    {
        requests
    }
}
",
    ),
    (
        "an argument whose type is broken",
        "fn argument(
    mut self,
    a_name: impl Into<
        Option<crate::models::microsoft::o_data::service::sample::trippin::models::PersonOrGroups>,
    >,
) {
    a_name
}
",
    ),
];

/// Statements.
pub(super) const STATEMENTS: &[(&str, &str)] = &[
    (
        "short calls, paths, macros and closures",
        r#"let mut all = Self::ALL.iter().copied();
all.find(|function| function.name() == name)?;
println!("{} bytes", content.len());
*formatter
"#,
    ),
    (
        "a chain of sixty columns, and one of sixty-one",
        r#"self.resource.segment("a123456789b123456789c1234567").into();
self.resource
    .segment("a123456789b123456789c12345678")
    .into();
"#,
    ),
    (
        "a chain behind something: `self` stands alone",
        r#"self.request = self.request.parameter("a123456789b123456789", it);
self.request = self
    .request
    .parameter("a123456789b123456789", it.into_inner());
"#,
    ),
    (
        "only one link: all of the line",
        r#"resource.a123456789b123456789c123456789d123456789e123456789f123456789g123456789h12345678("abc");
resource
    .a123456789b123456789c123456789d123456789e123456789f123456789g123456789h12345678("abc9");
resource.a123456789b123456789c123456789d123456789e123456789f123456789g123456789h12345678(
    "a text that has no place but on a line of its own, where it takes all columns but its comma",
);
"#,
    ),
    (
        "a last call of five lines or more stays on the line of the others",
        r#"self.inner.refusing_below(&[RefusalsBelow {
    path: "works",
    refused: &[Refusal::Insert, Refusal::Filter],
    permitted: &[],
}])
"#,
    ),
    (
        "a chain that begins with a call of several lines goes on below its bracket",
        r#"Permission::new(
    "Application",
    &[
        "DeviceManagementConfiguration.Read.All",
        "DeviceManagementConfiguration.ReadWrite.All",
    ],
)
.with_least(1)
"#,
    ),
    (
        "arguments of sixty columns, of sixty-one, and one alone",
        r#"GetMetrics::new(&self.resource, a123456789b123456789c123456789d123, it);
GetMetrics::new(
    &self.resource,
    a123456789b123456789c123456789d1234567890,
    item,
);
concat!(a123456789b123456789c123456789d123456789e123456789f123456789g123456789h123456789i12345);
"#,
    ),
    (
        "an item that goes on over several lines, and one that does not",
        r#"self.resource.compound_key(&[
    ("a123456789b123456789", &a123456789),
    ("a123456789b123456789c", &another123),
]);
Something(
    self.a123456789b123456789c123456789d123456789e123
        .bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb(ccccccccccccccccc),
);
Ok(self
    .a123456789b123456789c123456789
    .b123456789b123456789c12345
    .c123456789b123456789c123456789d(bbbbbbbbbbbbbbbbb));
"#,
    ),
    (
        "fields of eighteen columns, and of nineteen",
        r#"Self { a123456: b12345678 };
Self {
    a123456: b123456789,
};
Self { inner }
"#,
    ),
    (
        "the value of a field, on the line of its name",
        r#"Self {
    request: resource
        .function(&Self::OPERATION)
        .parameter("a123456789b123456789", value),
}
"#,
    ),
    (
        "items of ten columns share lines, wider ones do not",
        r#"&[
    "a1234567", "b1234567", "c1234567", "d1234567", "e1234567", "f1234567", "g1234567",
    "h1234567", "i1234567", "j1234567",
];
&[
    "a1234567",
    "b1234567",
    "c1234567",
    "d1234567",
    "e1234567",
    "f12345678",
]
"#,
    ),
    (
        "a value below its name",
        r#"let a_name_of_a_variable: Operation =
    Operation::function("a.qualified.name.of.an.operation", "name", &["one"], &[]);
let another_name_of_a_variable = Operation::function(
    "a.qualified.name.of.an.operation",
    "name",
    &["one"],
    &["two"],
);
"#,
    ),
    (
        "letters of two columns",
        r#"self.resource.segment("漢字漢字漢字漢字漢字漢字1234").into();
self.resource
    .segment("漢字漢字漢字漢字漢字漢字12345")
    .into();
"#,
    ),
    (
        "a loop",
        r#"while let Some(item) = items.next().await {
    let item = item?;
    println!("{item:?}");
}
Ok(())
"#,
    ),
    (
        "a text that fits nowhere stands out, and what is around it is laid out all the same",
        r#"self.resource
    .segment(
        "a text that is as wide as a line is and has no place in any of them, wherever it is put",
    )
    .into();
let name = "a text that is as wide as a line is and has no place in any of them, wherever it is put at all";
"#,
    ),
];
