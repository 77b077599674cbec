//! What all kinds of requests have in common.

/// The URL of a kind of request, the request for another transport, its settings, `await`, `Clone` and
/// `Debug`. The kind itself has what it is made of, first the request, and `send`, which gives this.
///
/// ```text
/// request_kind!(Get<T> { request } => T; in batches by BatchRequest::into_part);
/// request_kind!(Download { parts } => Bytes);
/// ```
///
/// What can be sent in a batch says how the first of its fields is.
macro_rules! request_kind {
    ($kind:ident<T> { $($field:ident),* } => $sent:ty $(; in batches by $into:expr)?) => {
        request_kind!(
            @ [<T>] [<T: $crate::model::ODataType>]
            $kind { $($field),* } => $sent $(; in batches by $into)?
        );
    };
    ($kind:ident<T, A> { $($field:ident),* } => $sent:ty $(; in batches by $into:expr)?) => {
        request_kind!(
            @ [<T, A>] [<T, A: $crate::response::FromResponse>]
            $kind { $($field),* } => $sent $(; in batches by $into)?
        );
    };
    ($kind:ident { $($field:ident),* } => $sent:ty $(; in batches by $into:expr)?) => {
        request_kind!(@ [] [] $kind { $($field),* } => $sent $(; in batches by $into)?);
    };
    (
        @ [$($generic:tt)*] $bounded:tt
        $kind:ident { $($field:ident),* } => $sent:ty; in batches by $into:expr
    ) => {
        request_kind!(@ [$($generic)*] $bounded $kind { $($field),* } => $sent);
        request_kind!(@ batches [$($generic)*] $bounded $kind { $($field),* } => $sent; $into);
    };
    (
        @ batches [$($generic:tt)*] [$($bounded:tt)*]
        $kind:ident { $request:ident $(, $other:ident)* } => $sent:ty; $into:expr
    ) => {
        impl $($bounded)* $crate::request::BatchRequest for $kind $($generic)* {
            type Answer = $sent;

            fn into_part(self) -> $crate::request::UnsentPart<$sent> {
                $into(self.$request)
            }
        }
    };
    (
        @ [$($generic:tt)*] [$($bounded:tt)*]
        $kind:ident { $request:ident $(, $other:ident)* } => $sent:ty
    ) => {
        impl $($generic)* $kind $($generic)* {
            /// The URL that the request goes to.
            pub fn url(&self) -> ::url::Url {
                self.$request.url()
            }

            /// What a caller must have been granted: any one of these, the least privileged scopes
            /// first. Empty if the metadata does not say.
            pub fn required_permissions(&self) -> &'static [$crate::error::Permission] {
                self.$request.required_permissions()
            }

            /// The request, for another transport. It has no `Authorization`, which is up to the
            /// caller.
            ///
            /// # Errors
            ///
            /// If a header or the body is invalid, or the body comes from a stream.
            pub fn to_http(&self) -> $crate::error::Result<::http::Request<::bytes::Bytes>> {
                self.$request.to_http()
            }
        }

        impl $($generic)* $crate::request::ConfigureRequest for $kind $($generic)* {
            fn options_mut(&mut self) -> &mut $crate::request::RequestOptions {
                self.$request.options_mut()
            }
        }

        impl $($bounded)* IntoFuture for $kind $($generic)*
        where
            Self: 'static,
        {
            type Output = $crate::error::Result<$crate::response::Response<$sent>>;
            type IntoFuture = $crate::boxed::BoxFuture<'static, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.send())
            }
        }

        impl $($generic)* Clone for $kind $($generic)* {
            fn clone(&self) -> Self {
                Self {
                    $request: self.$request.clone(),
                    $($other: ::core::clone::Clone::clone(&self.$other),)*
                }
            }
        }

        // What a request holds may be personal data: only where it goes is shown.
        impl $($generic)* ::std::fmt::Debug for $kind $($generic)* {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.$request.fmt(formatter)
            }
        }
    };
}

pub(super) use request_kind;
