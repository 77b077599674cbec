//! What all generated types have in common, so that generated files contain only what differs.
//!
//! Each macro takes a table: one line per property, member or method. Only generated code calls
//! them, and their form may change with any version of the generator. [`object!`](crate::object!)
//! alone is for everyone.

/// How a model is read and written, and the constants of its properties.
///
/// ```text
/// model! {
///     Book {
///         TITLE: title = "title",
///         COVER: cover = "cover" as base64,
///     }
///     navigation { AUTHOR: author = "author", }
///     extends [Item]
///     required ["title"]
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! model {
    (
        $model:ident {
            $($property:ident: $field:ident = $member:literal $(as $form:ident)?,)*
        }
        $(navigation {
            $($navigation:ident: $related:ident = $link:literal,)*
        })?
        $(extends [$($base:ty),* $(,)?])?
        $(required [$($required:literal),* $(,)?])?
    ) => {
        /// The names of the properties, for query options.
        impl $model {
            $(
                #[doc = concat!("`", $member, "`")]
                pub const $property: $crate::Property<Self> = $crate::Property::new($member);
            )*
            $($(
                #[doc = concat!("`", $link, "`")]
                pub const $navigation: $crate::NavigationProperty<Self> =
                    $crate::NavigationProperty::new($link);
            )*)?
        }

        impl $crate::JsonObject for $model {
            $(const REQUIRED: &'static [&'static str] = &[$($required),*];)?

            fn read_member<'de, A: $crate::__private::MapAccess<'de>>(
                &mut self,
                name: &::core::primitive::str,
                value: $crate::__private::MemberValue<'_, A>,
            ) -> ::core::result::Result<$crate::__private::Member, A::Error> {
                let _ = &value;
                match name {
                    $($member => value.read($member, &mut self.$field),)*
                    $($($link => value.read($link, &mut self.$related),)*)?
                    _ => ::core::result::Result::Ok($crate::__private::Member::Unknown),
                }
            }

            fn write_members<M: $crate::__private::SerializeMap>(
                &self,
                members: &mut $crate::__private::Members<'_, M>,
            ) {
                $($crate::__write!(members $member self.$field $($form)?);)*
                $($(members.write_related($link, &self.$related);)*)?
                let _ = members;
            }

            #[inline]
            fn additional_properties(&self) -> &$crate::AdditionalProperties {
                &self.additional_properties
            }

            #[inline]
            fn additional_properties_mut(&mut self) -> &mut $crate::AdditionalProperties {
                &mut self.additional_properties
            }
        }

        $($(impl $crate::DerivedFrom<$base> for $model {})*)?

        $crate::__serde!($model);
    };
}

/// Writes a member of [`model!`](crate::model) in the form that the table declares.
#[doc(hidden)]
#[macro_export]
macro_rules! __write {
    ($members:ident $member:literal $self:ident.$field:ident) => {
        $members.write($member, &$self.$field)
    };
    ($members:ident $member:literal $self:ident.$field:ident base64) => {
        $members.write_base64($member, &$self.$field)
    };
}

/// The texts of an enumeration's members; `_` is the variant for unknown members.
///
/// ```text
/// enumeration! {
///     Genre = "library.genre" {
///         Novel = "novel",
///         _ = Other,
///     }
///     literals Quoted
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! enumeration {
    (
        $enumeration:ident = $name:literal {
            $($variant:ident = $member:literal,)*
            _ = $other:ident,
        }
        $(literals $literals:ident)?
    ) => {
        impl $enumeration {
            /// The member as the service writes it.
            #[inline]
            pub fn as_str(&self) -> &::core::primitive::str {
                match self {
                    $(Self::$variant => $member,)*
                    Self::$other(member) => member,
                }
            }
        }

        impl ::core::convert::From<&::core::primitive::str> for $enumeration {
            #[inline]
            fn from(member: &::core::primitive::str) -> Self {
                match member {
                    $($member => Self::$variant,)*
                    other => Self::$other(other.into()),
                }
            }
        }

        impl ::core::default::Default for $enumeration {
            /// Not a member: services refuse it, so that none is sent by accident.
            #[inline]
            fn default() -> Self {
                Self::$other(::std::string::String::new())
            }
        }

        impl $crate::EnumMember for $enumeration {
            const TYPE_NAME: &'static str = $name;
            $(const LITERALS: $crate::EnumLiterals = $crate::EnumLiterals::$literals;)?

            #[inline]
            fn as_str(&self) -> &::core::primitive::str {
                Self::as_str(self)
            }
        }

        impl $crate::Literal for $enumeration {
            #[inline]
            fn to_literal(&self) -> $crate::LiteralValue {
                $crate::__private::member_literal(self)
            }
        }

        impl $crate::json::JsonFormat for $enumeration {
            fn serialize<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }

            fn deserialize<'de, D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::deserialize_member(deserializer)
            }

            fn deserialize_or_keep<'de, D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<
                ::core::result::Result<Self, $crate::__private::Value>,
                D::Error,
            > {
                $crate::__private::deserialize_member_or_keep(deserializer)
            }
        }

        $crate::__serde!($enumeration);
    };
}

/// The values of an enumeration of allowed values; `_` is the variant for others.
///
/// ```text
/// allowed_values! {
///     Interval = i32 {
///         FiveMinutes = 5,
///         _ = Other,
///     }
///     default FiveMinutes
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! allowed_values {
    (
        $enumeration:ident = str {
            $($variant:ident = $value:literal,)*
            _ = $other:ident,
        }
        $(default $default:ident)?
    ) => {
        $crate::allowed_values! {
            @ $enumeration (&::core::primitive::str) (&::core::primitive::str)
            other => (other.into()) (other) $other;
            [$($variant = $value,)*] $(default $default)?
        }
    };
    (
        $enumeration:ident = $number:ident {
            $($variant:ident = $value:literal,)*
            _ = $other:ident,
        }
        $(default $default:ident)?
    ) => {
        $crate::allowed_values! {
            @ $enumeration (::core::primitive::$number) (::core::primitive::$number)
            other => (other) (*other) $other;
            [$($variant = $value,)*] $(default $default)?
        }
    };
    (
        @ $enumeration:ident ($taken:ty) ($given:ty)
        $name:ident => ($kept:expr) ($sent:expr) $other:ident;
        [$($variant:ident = $value:literal,)*] $(default $default:ident)?
    ) => {
        impl $enumeration {
            /// The value that is sent.
            #[inline]
            pub fn value(&self) -> $given {
                match self {
                    $(Self::$variant => $value,)*
                    Self::$other($name) => $sent,
                }
            }
        }

        impl ::core::convert::From<$taken> for $enumeration {
            #[inline]
            fn from(value: $taken) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    $name => Self::$other($kept),
                }
            }
        }

        $(impl ::core::default::Default for $enumeration {
            /// The service's default when the parameter is not sent.
            #[inline]
            fn default() -> Self {
                Self::$default
            }
        })?

        impl $crate::Literal for $enumeration {
            #[inline]
            fn to_literal(&self) -> $crate::LiteralValue {
                self.value().to_literal()
            }
        }
    };
}

/// How a model is passed to an operation: as JSON.
#[doc(hidden)]
#[macro_export]
macro_rules! argument {
    ($model:ident) => {
        impl $crate::Literal for $model {
            #[inline]
            fn to_literal(&self) -> $crate::LiteralValue {
                $crate::LiteralValue::from_serialize(self)
            }
        }
    };
}

/// `Serialize` and `Deserialize` by the OData JSON form.
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($name:ident) => {
        impl $crate::__private::Serialize for $name {
            fn serialize<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::json::serialize(self, serializer)
            }
        }

        impl<'de> $crate::__private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::json::deserialize(deserializer)
            }
        }
    };
}

/// What every request builder has; with a model, it becomes the builder of that model.
///
/// ```text
/// request_builder!(BookRequestBuilder: SingleResource for Book);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! request_builder {
    ($builder:ident $(: $resource:ident for $model:ty)?) => {
        impl $builder {
            /// The path of the requests, for what this type has no method for.
            #[inline]
            pub fn resource(&self) -> &$crate::ResourcePath {
                &self.resource
            }
        }

        impl ::core::convert::From<$crate::ResourcePath> for $builder {
            #[inline]
            fn from(resource: $crate::ResourcePath) -> Self {
                Self { resource }
            }
        }

        $(impl $crate::$resource for $model {
            type RequestBuilder = $builder;
        })?
    };
}

/// Methods of a request builder for the requests that OData defines.
///
/// ```text
/// requests!(Book: get, update, delete);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! requests {
    ($model:ident: $($method:ident),* $(,)?) => {
        $($crate::__request!($method $model);)*
    };
}

/// One of [`requests!`](crate::requests).
#[doc(hidden)]
#[macro_export]
macro_rules! __request {
    (get $model:ident) => {
        #[doc = concat!("Gets the `", stringify!($model), "`.")]
        #[inline]
        pub fn get(&self) -> $crate::Get<$model> {
            self.resource.read()
        }
    };
    (list $model:ident) => {
        #[doc = concat!("Lists the collection, page by page: items are `", stringify!($model), "`.")]
        #[inline]
        pub fn list(&self) -> $crate::List<$model> {
            self.resource.list()
        }
    };
    (create $model:ident) => {
        #[doc = concat!("Adds a `", stringify!($model), "` to the collection.")]
        #[inline]
        pub fn create(&self, new: &$model) -> $crate::Create<$model> {
            self.resource.create(new)
        }
    };
    (update $model:ident) => {
        #[doc = concat!("Changes what is set in `changes` of the `", stringify!($model), "`, and nothing else.")]
        #[inline]
        pub fn update(&self, changes: &$model) -> $crate::Update<$model> {
            self.resource.update(changes)
        }
    };
    (replace $model:ident) => {
        #[doc = concat!("Replaces the `", stringify!($model), "` as a whole.")]
        #[inline]
        pub fn update(&self, replacement: &$model) -> $crate::Update<$model> {
            self.resource.replace(replacement)
        }
    };
    (delete $model:ident) => {
        #[doc = concat!("Deletes the `", stringify!($model), "`.")]
        #[inline]
        pub fn delete(&self) -> $crate::Delete {
            self.resource.remove()
        }
    };
    (count $model:ident) => {
        /// Counts the items of the collection.
        #[inline]
        pub fn count(&self) -> $crate::Count {
            self.resource.count()
        }
    };
}

/// Methods of a request builder that lead to what is below its resource.
///
/// ```text
/// navigation! {
///     author: PersonRequestBuilder = "author",
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! navigation {
    ($($(#[$meta:meta])* $name:ident: $builder:ty = $segment:literal,)*) => {
        $(
            $(#[$meta])*
            #[doc = concat!("\nRequests to `", $segment, "`.")]
            #[inline]
            pub fn $name(&self) -> $builder {
                self.resource.segment($segment).into()
            }
        )*
    };
}

/// Methods of a request builder for references, the links between resources.
///
/// ```text
/// references! {
///     author_ref: SingleReference = "author",
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! references {
    ($($name:ident: $kind:ident = $segment:literal,)*) => {
        $(
            #[doc = concat!("References to `", $segment, "`: which resources are there, without their values.")]
            #[inline]
            pub fn $name(&self) -> $crate::$kind {
                self.resource.segment($segment).into()
            }
        )*
    };
}

/// What every call of a function or action has, by its result.
///
/// ```text
/// call!(Borrow -> Loan);
/// call!(Search -> pages of Item);
/// call!(Related -> entities of Item);
/// call!(Export -> bytes);
/// call!(Return -> nothing);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! call {
    ($call:ident -> nothing) => {
        $crate::__call!($call (); [send_ignoring_body]
            " Sends the request."
            " If the service cannot be reached or refuses.");
    };
    ($call:ident -> bytes) => {
        impl $call {
            /// The bytes as they arrive, however many.
            #[inline]
            pub fn stream(self) -> $crate::ByteStream {
                self.request.into_download().stream()
            }
        }

        $crate::__call!($call $crate::Bytes; [into_download send]
            " Sends the request and reads all bytes of the answer."
            " If the service cannot be reached or refuses, or if its answer is too large to be held.");
    };
    ($call:ident -> entities of $item:ty) => {
        impl $call {
            /// The same request with `select`, `filter` and the other query options of a collection.
            #[inline]
            pub fn into_list(self) -> $crate::List<$item> {
                $crate::List::from(self.request)
            }
        }

        $crate::call!($call -> pages of $item);
    };
    ($call:ident -> pages of $item:ty) => {
        impl $call {
            /// The pages of the response, each requested when it is needed.
            #[inline]
            pub fn pages(self) -> $crate::Pages<$item> {
                self.request.pages()
            }

            /// The items of all pages.
            #[inline]
            pub fn stream(self) -> $crate::Items<$item> {
                self.request.stream()
            }
        }

        $crate::__call!($call $crate::Page<$item>; [send]
            " Sends the request: one page, which may not be the last. [`stream`](Self::stream) reads all."
            " If the service cannot be reached or refuses, or if its answer cannot be read.");
    };
    ($call:ident -> $sent:ty) => {
        $crate::__call!($call $sent; [send]
            " Sends the request."
            " If the service cannot be reached or refuses, or if its answer cannot be read.");
    };
}

/// One of [`call!`](crate::call): the methods that lead to `send`, and its documentation.
#[doc(hidden)]
#[macro_export]
macro_rules! __call {
    ($call:ident $sent:ty; [$($send:ident)*] $summary:literal $errors:literal) => {
        impl $call {
            /// What a caller must have been granted: any one of these. Empty if the metadata does
            /// not say.
            pub const PERMISSIONS: &'static [$crate::Permission] = Self::OPERATION.permissions();

            /// The URL that would be requested.
            #[inline]
            pub fn url(&self) -> $crate::Url {
                self.request.url()
            }

            /// The request, for another transport. It has no `Authorization`, which is up to the
            /// caller.
            ///
            /// # Errors
            ///
            /// If a header or the body is invalid.
            #[inline]
            pub fn to_http(&self) -> $crate::Result<$crate::__private::HttpRequest<$crate::Bytes>> {
                self.request.to_http()
            }

            #[doc = $summary]
            ///
            /// # Errors
            ///
            #[doc = $errors]
            #[inline]
            pub async fn send(self) -> $crate::Result<$crate::Response<$sent>> {
                self.request$(.$send())*.await
            }
        }

        impl $crate::ConfigureRequest for $call {
            #[inline]
            fn options_mut(&mut self) -> &mut $crate::RequestOptions {
                self.request.options_mut()
            }
        }

        impl ::core::future::IntoFuture for $call {
            type Output = $crate::Result<$crate::Response<$sent>>;
            type IntoFuture = $crate::BoxFuture<'static, Self::Output>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                ::std::boxed::Box::pin(self.send())
            }
        }
    };
}

/// Creates a model in one expression: the named fields are set, the others empty.
///
/// ```
/// # use chrono::{DateTime, Utc};
/// # use odata_runtime::{AdditionalProperties, ODataType, object};
/// # #[derive(Debug, Default, PartialEq)]
/// # struct Event {
/// #     subject: Option<String>,
/// #     start: Option<Moment>,
/// #     attendees: Option<Vec<Person>>,
/// #     location: Option<String>,
/// #     additional_properties: AdditionalProperties,
/// # }
/// # #[derive(Debug, Default, PartialEq)]
/// # struct Moment { time_zone: Option<String>, additional_properties: AdditionalProperties }
/// # #[derive(Debug, Default, PartialEq)]
/// # struct Person { name: Option<String>, additional_properties: AdditionalProperties }
/// let room: Option<&str> = None;
/// let event = object!(Event {
///     subject: "Lunch",
///     start: Moment { time_zone: "UTC" },
///     attendees: [Person { name: "Ada" }, Person { name: "Grace" }],
///     location?: room,
/// });
/// assert_eq!(event.start.unwrap().time_zone.as_deref(), Some("UTC"));
/// assert_eq!(event.attendees.unwrap().len(), 2);
/// ```
///
/// Values are converted with [`Into`], so a string literal becomes a `String`; so are the items of
/// a list in square brackets. A nested model is written without the macro's name. With `?` after
/// its name, a field takes an [`Option`] and stays empty if that is `None`.
///
/// A model is an entity or complex type of the metadata. Fields that are not `Option`s, because the
/// client's configuration trusts that they are always there, cannot be named.
#[macro_export]
macro_rules! object {
    ($($model:ident)::+ { $($fields:tt)* }) => {{
        #[allow(unused_mut)]
        let mut object = <$($model)::+ as ::core::default::Default>::default();
        $crate::__fields!(object $($fields)*);
        object
    }};
}

/// The fields of an [`object!`](crate::object!), one after the other.
#[doc(hidden)]
#[macro_export]
macro_rules! __fields {
    ($object:ident) => {};
    ($object:ident $field:ident: $($model:ident)::+ { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $object.$field = ::core::option::Option::Some(
            ::core::convert::Into::into($crate::object!($($model)::+ { $($inner)* }))
        );
        $crate::__fields!($object $($($rest)*)?);
    };
    ($object:ident $field:ident: [$($items:tt)*] $(, $($rest:tt)*)?) => {
        $object.$field = ::core::option::Option::Some({
            #[allow(unused_mut)]
            let mut items = ::std::vec::Vec::new();
            $crate::__items!(items $($items)*);
            items
        });
        $crate::__fields!($object $($($rest)*)?);
    };
    ($object:ident $field:ident: $value:expr $(, $($rest:tt)*)?) => {
        $object.$field = ::core::option::Option::Some(::core::convert::Into::into($value));
        $crate::__fields!($object $($($rest)*)?);
    };
    ($object:ident $field:ident?: $value:expr $(, $($rest:tt)*)?) => {
        $object.$field = ::core::option::Option::map($value, ::core::convert::Into::into);
        $crate::__fields!($object $($($rest)*)?);
    };
}

/// The items of a list in an [`object!`](crate::object!), one after the other.
#[doc(hidden)]
#[macro_export]
macro_rules! __items {
    ($items:ident) => {};
    ($items:ident $($model:ident)::+ { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $items.push(::core::convert::Into::into($crate::object!($($model)::+ { $($inner)* })));
        $crate::__items!($items $($($rest)*)?);
    };
    ($items:ident $value:expr $(, $($rest:tt)*)?) => {
        $items.push(::core::convert::Into::into($value));
        $crate::__items!($items $($($rest)*)?);
    };
}
