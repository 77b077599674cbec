//! Models in one expression.

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
/// A name in quotes is that of a JSON member which the model has no field for, or of one that is to be null;
/// its value is written as JSON, and sent as it stands:
///
/// ```
/// # use odata_runtime::{AdditionalProperties, ODataType, object};
/// # #[derive(Debug, Default, PartialEq)]
/// # struct Group { name: Option<String>, additional_properties: AdditionalProperties }
/// let group = object!(Group {
///     name: "Team",
///     "description": null,
///     "owners@odata.bind": ["https://service.example/users/1"],
/// });
/// assert!(group.additional_properties["description"].is_null());
/// ```
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
    ($object:ident $name:literal: null $(, $($rest:tt)*)?) => {
        $crate::__member!($object $name null);
        $crate::__fields!($object $($($rest)*)?);
    };
    ($object:ident $name:literal: { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $crate::__member!($object $name { $($inner)* });
        $crate::__fields!($object $($($rest)*)?);
    };
    ($object:ident $name:literal: [$($items:tt)*] $(, $($rest:tt)*)?) => {
        $crate::__member!($object $name [$($items)*]);
        $crate::__fields!($object $($($rest)*)?);
    };
    ($object:ident $name:literal: $value:expr $(, $($rest:tt)*)?) => {
        $crate::__member!($object $name $value);
        $crate::__fields!($object $($($rest)*)?);
    };
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

/// A JSON member of an [`object!`](crate::object!) that is no field.
#[doc(hidden)]
#[macro_export]
macro_rules! __member {
    ($object:ident $name:literal $($json:tt)+) => {
        $object.additional_properties.insert(
            ::std::string::String::from($name),
            $crate::__private::json!($($json)+),
        );
    };
}
