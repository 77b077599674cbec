#!/usr/bin/env bash
# Compares what `cargo codegen diff --against` tells of a program with what the compiler says of it: for each
# edit of a service's metadata, the program is compiled with the new client. Nothing may be missed; false
# alarms are counted.
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo test --locked --package csdl-codegen --test changes against -- --ignored --nocapture
