//! Crashes at every point where one matters: a program that follows a delta query is killed a thousand times,
//! and its copy is right in the end.

mod copy;
mod crashes;
mod service;
