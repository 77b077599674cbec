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
