//! How much memory models may take while a response is decoded, on the heap and on the stack.
//!
//! serde passes nothing to the types that it reads but the deserializer, and a counting one would
//! be compiled for each of them. Decoding stays on its thread, so the rest of the budget is kept
//! there.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};

use super::extent::{MAX_NESTING, VALUE_AND_OBJECT};

thread_local! {
    /// How many bytes are left. Outside of [`within`] there is no limit.
    static LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
    static FITS: Cell<bool> = const { Cell::new(true) };
    /// How many bytes the models have that are being read, each within the previous one.
    static OPEN: Cell<usize> = const { Cell::new(0) };
}

/// How many bytes models may have that are read within each other. Without optimization, the stack
/// holds each some thirty times as it is passed on, otherwise a few times; a thread of Tokio has 2
/// MiB.
const MAX_OPEN: usize = if cfg!(debug_assertions) { 32 } else { 128 } * 1024;

/// Smaller models need not be counted: at the deepest nesting of JSON, they stay below the total.
const SMALL: usize = MAX_OPEN / MAX_NESTING;

/// Restores the previous budget, also when a type of the caller's panics.
struct Restore(u64);

impl Drop for Restore {
    fn drop(&mut self) {
        LEFT.set(self.0);
        FITS.set(true);
    }
}

/// Reads something while `room` bytes are left, and says whether they sufficed.
pub(crate) fn within<T>(room: u64, read: impl FnOnce() -> T) -> (T, bool) {
    let _restore = Restore(LEFT.replace(room));
    let read = read();
    (read, FITS.get())
}

/// What a `T` takes beyond what an object is counted for anyway: in a `Vec` that may have room for
/// two, or holds only it and has room for four, unless it is large.
const fn excess<T>() -> u64 {
    let size = size_of::<T>() as u64;
    let room = if size <= 1024 { 4 } else { 2 };
    (room * size).saturating_sub(VALUE_AND_OBJECT)
}

/// A model that is being read.
pub(crate) struct Open(usize);

impl Open {
    /// Takes the memory of a `T`.
    pub(crate) fn new<T, E: de::Error>() -> Result<Self, E> {
        take_bytes(excess::<T>())?;
        let size = if size_of::<T>() > SMALL {
            size_of::<T>()
        } else {
            0
        };
        let open = OPEN.get() + size;
        // A single one may be as large as it is.
        if open > MAX_OPEN && open > size {
            return Err(E::custom(
                "objects of this type are nested too deep to be read",
            ));
        }
        if size > 0 {
            OPEN.set(open);
        }
        Ok(Self(size))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if self.0 > 0 {
            OPEN.set(OPEN.get() - self.0);
        }
    }
}

fn take_bytes<E: de::Error>(bytes: u64) -> Result<(), E> {
    if bytes == 0 {
        return Ok(());
    }
    match LEFT.get().checked_sub(bytes) {
        Some(left) => {
            LEFT.set(left);
            Ok(())
        }
        None => {
            FITS.set(false);
            Err(E::custom("there is not enough memory for the response"))
        }
    }
}

/// The items of a collection, each counted: models count themselves, but items may be of any type.
pub(crate) struct Items<T>(pub(crate) Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ItemsVisitor(PhantomData))
    }
}

struct ItemsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ItemsVisitor<T> {
    type Value = Items<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Items<T>, A::Error> {
        let mut read = Vec::new();
        while let Some(Item(item)) = items.next_element()? {
            read.push(item);
        }
        Ok(Items(read))
    }
}

/// One item of a collection.
pub(crate) struct Item<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let before = LEFT.get();
        let item = T::deserialize(deserializer)?;
        let taken = before - LEFT.get();
        take_bytes(excess::<T>().saturating_sub(taken))?;
        Ok(Self(item))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Error;

    struct Large([u8; 10_000]);

    #[test]
    fn what_is_left_is_kept_until_the_end() {
        let each = 20_000 - VALUE_AND_OBJECT;
        let (taken, fits) = within(2 * each, || {
            let taken: Vec<_> = (0..3)
                .map(|_| Open::new::<Large, Error>().is_ok())
                .collect();
            let _ = Large([0; 10_000]).0;
            taken
        });
        assert_eq!((taken, fits), (vec![true, true, false], false));
        assert!(
            Open::new::<Large, Error>().is_ok(),
            "there is no limit outside"
        );
    }

    #[test]
    fn small_values_take_nothing() {
        let (result, fits) = within(0, Open::new::<[u8; 176], Error>);
        assert!(result.is_ok() && fits);
    }

    #[test]
    fn what_is_left_is_restored_after_a_panic() {
        let panics = || within(0, || panic!("a type of the caller's"));
        let result = std::panic::catch_unwind(panics);
        assert!(result.is_err());
        assert!(Open::new::<Large, Error>().is_ok());
    }
}
