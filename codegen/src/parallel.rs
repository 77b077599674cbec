//! Work that is done on all processors.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What `work` makes of each item, in their order.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let some = || {
        let mut made = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            match items.get(index) {
                Some(item) => made.push((index, work(item))),
                None => return made,
            }
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = workers.min(items.len()).max(1);
    let mut made = std::thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(some)).collect();
        let mut made = some();
        for other in others {
            match other.join() {
                Ok(others) => made.extend(others),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    });
    made.sort_unstable_by_key(|(index, _)| *index);
    made.into_iter().map(|(_, made)| made).collect()
}

/// Does two pieces of work at once; returns what each makes.
pub fn both<A: Send, B>(aside: impl FnOnce() -> A + Send, here: impl FnOnce() -> B) -> (A, B) {
    std::thread::scope(|scope| {
        let aside = scope.spawn(aside);
        let here = here();
        let aside = aside.join();
        let aside = aside.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (aside, here)
    })
}

#[cfg(test)]
mod tests {
    use super::in_parallel;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<_> = (0..1000).collect();
        let expected: Vec<_> = items.iter().map(|it| it * 2).collect();
        assert_eq!(in_parallel(&items, |it| it * 2), expected);
        assert!(in_parallel(&[], |it: &i32| *it).is_empty());
    }
}
