//! Random requests of every kind from the typed client to the emulator, answered as a naive
//! evaluation in memory has it.
//!
//! `LIBRARY_MODEL_CASES` sets how many requests; 1,000 by default.

mod condition;
mod library;
mod play;
mod random;
mod step;

use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// The most requests that are sent to one emulator.
const STEPS: usize = 40;

#[test]
fn random_requests_are_answered_as_evaluated() {
    let wanted = std::env::var("LIBRARY_MODEL_CASES");
    let wanted: u32 = wanted.map_or(1000, |cases| cases.parse().expect("a number of cases"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let sent = Cell::new(0);
    let outcomes = RefCell::new(BTreeMap::<String, (usize, usize)>::new());
    let config = Config {
        cases: wanted.div_ceil(u32::try_from(STEPS / 2).unwrap()),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    // The same requests each time, as a few kinds rarely meet what they are for.
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, random);
    let result = runner.run(&random::case(STEPS), |(library, steps)| {
        sent.set(sent.get() + steps.len());
        let played = play::all(&library, &steps);
        let played = runtime.block_on(played);
        let mut outcomes = outcomes.borrow_mut();
        for (kind, is_error) in played? {
            let (good, refused) = outcomes.entry(kind).or_default();
            *(if is_error { refused } else { good }) += 1;
        }
        Ok(())
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, (library, steps))) => {
            panic!("{reason}\nafter {steps:#?}\nin {library:#?}")
        }
        Err(error) => panic!("{error}"),
    }
    // Each kind of request did what it is for, and met what it cannot do.
    let outcomes = outcomes.into_inner();
    eprintln!("{} requests: {outcomes:?}", sent.get());
    assert_eq!(outcomes.len(), step::KINDS, "{outcomes:?}");
    assert!(outcomes.values().all(|(good, _)| *good > 0), "{outcomes:?}");
}
