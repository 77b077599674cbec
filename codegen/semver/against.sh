#!/usr/bin/env bash
# Compares what `cargo codegen diff --against` tells of a program with what the compiler says of it: for each
# edit of a service's metadata, the program is compiled with the new client. Nothing may be missed; false
# alarms are counted.
#
# Outcome with Rust 1.95.0: of 221 edits, 111 break the program and are all told, 96 rightly are not, and 14
# are told although the program compiles. It takes some 12 minutes on two busy cores.
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo test --locked --package csdl-codegen --test changes against -- --ignored --nocapture
