//! Request builders and calls: the methods that all of a kind have.

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

        #[doc = concat!("Gets the `", stringify!($model), "`, if there is one: `None` where the service answers 204.")]
        #[inline]
        pub fn get_optional(&self) -> $crate::Get<$model, ::core::option::Option<$model>> {
            self.resource.read_optional()
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
        pub fn count(&self) -> $crate::Count<$model> {
            self.resource.count()
        }
    };
}

/// Methods of a request builder that lead to what is below its resource.
///
/// ```text
/// navigation! {
///     author: PersonRequestBuilder = "author",
///     notes: NoteCollectionRequestBuilder = "notes" without "`$filter`",
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! navigation {
    ($($(#[$meta:meta])* $name:ident: $builder:ty = $segment:literal $(without $options:literal)?,)*) => {
        $(
            $(#[$meta])*
            #[doc = concat!("\nRequests to `", $segment, "`.")]
            $(#[doc = concat!("\nNot supported here: ", $options, ".")])?
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
            /// One is named by its URL, which its builder's `resource().url()` tells.
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
/// call!(action Return -> nothing);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! call {
    (action $call:ident -> $($answer:tt)*) => {
        impl $call {
            /// Makes the service refuse the request with 412 unless the entity that the action is
            /// bound to still has this ETag; `*` means any that exists (`If-Match`).
            #[inline]
            pub fn if_match(mut self, etag: impl ::core::convert::AsRef<str>) -> Self {
                self.request = self.request.if_match(etag);
                self
            }
        }

        $crate::call!($call -> $($answer)*);
    };
    ($call:ident -> nothing) => {
        $crate::__call!($call (); |request| request.send_ignoring_body(); $crate::Request::into_part_ignoring_body;
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

        $crate::__call!($call $crate::Bytes;
            |request| ::core::future::IntoFuture::into_future(request.into_download());
            $crate::Request::into_part_of_bytes;
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

        $crate::__call!($call $crate::Page<$item>;
            |request| ::core::future::IntoFuture::into_future(request); $crate::BatchRequest::into_part;
            " Sends the request: one page, which may not be the last. [`stream`](Self::stream) reads all."
            " If the service cannot be reached or refuses, or if its answer cannot be read.");
    };
    ($call:ident -> $sent:ty) => {
        $crate::__call!($call $sent;
            |request| ::core::future::IntoFuture::into_future(request); $crate::BatchRequest::into_part;
            " Sends the request."
            " If the service cannot be reached or refuses, or if its answer cannot be read.");
    };
}

/// One of [`call!`](crate::call): the methods that lead to `send`, and its documentation.
///
/// `send` returns a future of the runtime. As an `async fn`, it would have a future of its own for each call; those of
/// 1,181 calls took a sixth of the time of `cargo check`.
#[doc(hidden)]
#[macro_export]
macro_rules! __call {
    ($call:ident $sent:ty; |$request:ident| $future:expr; $into:path; $summary:literal $errors:literal) => {
        impl $call {
            /// What a caller must have been granted, whatever the path: any one of these. Empty if
            /// it depends on the path, or the metadata does not say.
            pub const PERMISSIONS: &'static [$crate::Permission] = Self::OPERATION.permissions();

            /// The URL that would be requested.
            #[inline]
            pub fn url(&self) -> $crate::Url {
                self.request.url()
            }

            /// What a caller must have been granted: any one of these, the least privileged scopes
            /// first. Empty if the metadata does not say.
            #[inline]
            pub fn required_permissions(&self) -> &'static [$crate::Permission] {
                self.request.required_permissions()
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
            pub fn send(
                self,
            ) -> $crate::BoxFuture<'static, $crate::Result<$crate::Response<$sent>>> {
                let $request = self.request;
                $future
            }
        }

        impl $crate::BatchRequest for $call {
            type Answer = $sent;

            #[inline]
            fn into_part(self) -> $crate::__private::UnsentPart<$sent> {
                $into(self.request)
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
                self.send()
            }
        }
    };
}
