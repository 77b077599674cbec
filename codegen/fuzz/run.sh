#!/usr/bin/env bash
# Builds and runs the fuzz targets, each for some seconds:
#
#     codegen/fuzz/run.sh [SECONDS] [TARGET]...      30 seconds, all targets
#
#     parse       any bytes as CSDL in XML: a model or diagnostics
#     parse_json  the same in JSON
#     generate    made-up models: emitted code is Rust, says nothing of its own, and has no order of its input
#     report      two documents compared: one verdict, and nothing of theirs that draws, links or commands
#     literal     values in URLs: the emulator reads back what was written
#     models      any JSON as models: what is read is written and read again, and nothing is lost
#     answer      any answer as models: bounded on the stack and in memory, and shown on one short line
#     errors      any answer of a service: bounded, told, and without the token
#
# Nothing needs to be installed but Rust: the instrumentation of the stable compiler is used, without a
# sanitizer. What a target finds is written to artifacts/TARGET; make it a regression test. What it
# learns is kept in corpus/TARGET (neither folder is checked in) and begins with seeds/TARGET, where there
# are some.
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:-30}
shift || true
if [ $# -gt 0 ]; then
    targets=("$@")
else
    mapfile -t targets < <(basename -s .rs fuzz_targets/*.rs)
fi

# libFuzzer needs to see which branches are taken; these flags are those of cargo-fuzz.
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
 -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1"
RUSTFLAGS=$(tr -d '\n' <<<"$RUSTFLAGS")
# With a target named, build scripts and procedural macros are not instrumented.
host=$(rustc -vV | sed -n 's/^host: //p')
cargo build --release --target "$host"

status=0
for target in "${targets[@]}"; do
    # Most targets make something of long inputs only, so that inputs need not grow to that length.
    mkdir -p "corpus/$target" "artifacts/$target"
    dictionary=()
    [ -f "dictionaries/$target.txt" ] && dictionary=(-dict="dictionaries/$target.txt")
    seeds=()
    [ -d "seeds/$target" ] && seeds=("seeds/$target")
    echo "== $target for $seconds seconds"
    "target/$host/release/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -len_control=0 \
        -artifact_prefix="artifacts/$target/" "${dictionary[@]}" \
        "corpus/$target" "${seeds[@]}" || status=1
done
exit $status
