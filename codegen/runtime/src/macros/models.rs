//! Models, enumerations and values: how they are read and written, and what they are called.

/// How a model is read and written, and the constants of its properties.
///
/// ```text
/// model! {
///     Book {
///         TITLE: title = "title" of String,
///         COVER: cover = "cover" as base64 of Vec<u8>,
///     }
///     navigation { AUTHOR: author = "author" of Person, }
///     extends [Item]
///     required ["title"]
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! model {
    (
        $model:ident {
            $($property:ident: $field:ident = $member:literal $(as $form:ident)? of $value:ty,)*
        }
        $(navigation {
            $($navigation:ident: $related:ident = $link:literal of $target:ty,)*
        })?
        $(extends [$($base:ty),* $(,)?])?
        $(required [$($required:literal),* $(,)?])?
    ) => {
        /// The names of the properties, for query options.
        impl $model {
            $(
                #[doc = concat!("`", $member, "`")]
                pub const $property: $crate::Property<Self, $value> = $crate::Property::new($member);
            )*
            $($(
                #[doc = concat!("`", $link, "`")]
                pub const $navigation: $crate::NavigationProperty<Self, $target> =
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

        impl $crate::Primitive for $enumeration {
            const TYPE_NAME: &'static str = $name;
        }

        impl $crate::query::CollectionItem for $enumeration {}

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
            (::std::string::String) read => (Self::from(read.as_str()));
            [$($variant = $value,)*]
        }
        $crate::allowed_values! { @default $enumeration $other $($default)? }
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
            (::core::primitive::$number) read => (Self::from(read));
            [$($variant = $value,)*]
        }
        $crate::allowed_values! { @default $enumeration $other $($default)? }
    };
    (
        @ $enumeration:ident ($taken:ty) ($given:ty)
        $name:ident => ($kept:expr) ($sent:expr) $other:ident;
        ($json:ty) $read:ident => ($from:expr);
        [$($variant:ident = $value:literal,)*]
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

        impl $crate::Literal for $enumeration {
            #[inline]
            fn to_literal(&self) -> $crate::LiteralValue {
                self.value().to_literal()
            }
        }

        impl $crate::Primitive for $enumeration {
            const TYPE_NAME: &'static str = <$json as $crate::Primitive>::TYPE_NAME;
        }

        impl $crate::query::CollectionItem for $enumeration {}

        impl $crate::json::JsonFormat for $enumeration {
            fn serialize<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::json::JsonFormat::serialize(&<$json>::from(self.value()), serializer)
            }

            fn deserialize<'de, D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let $read = <$json as $crate::json::JsonFormat>::deserialize(deserializer)?;
                ::core::result::Result::Ok($from)
            }

            fn deserialize_or_keep<'de, D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<
                ::core::result::Result<Self, $crate::__private::Value>,
                D::Error,
            > {
                let kept = <$json as $crate::json::JsonFormat>::deserialize_or_keep(deserializer)?;
                ::core::result::Result::Ok(kept.map(|$read| $from))
            }
        }

        $crate::__serde!($enumeration);
    };
    (@default $enumeration:ident $other:ident $default:ident) => {
        impl ::core::default::Default for $enumeration {
            /// The service's default when the parameter is not sent.
            #[inline]
            fn default() -> Self {
                Self::$default
            }
        }
    };
    (@default $enumeration:ident $other:ident) => {
        impl ::core::default::Default for $enumeration {
            /// None of the listed values.
            #[inline]
            fn default() -> Self {
                Self::$other(::core::default::Default::default())
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
