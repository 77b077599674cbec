#!/usr/bin/env bash
# Generates the client of all of Microsoft Graph v1.0, and checks it without a warning: its layout, all of
# its code, then that with the features of some entry points alone. Prints time and memory of each step. The
# second argument adds one:
#
#     doc         the client is documented
#     features    each entry point is checked alone
#     program     a program that makes a single call is built with all features, in debug and release
#
# The generator is built with the profile PROFILE, or `release`.
#
#     [PROFILE=dev] tests/all-of-graph.sh v1.0-Prod.csdl [doc | features | program]
set -euo pipefail
document=$(realpath "$1")
cd "$(dirname "$0")/.."
package=$PWD/target/graph-v1

# Runs a command; says how long it took, and how much memory its largest process had.
measured() {
    local name=$1
    shift
    python3 - "$name" "$@" <<'PYTHON'
import resource, subprocess, sys, time
name, command = sys.argv[1], sys.argv[2:]
started = time.monotonic()
status = subprocess.call(command)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{name}: {time.monotonic() - started:.1f} s elapsed, {used.ru_utime + used.ru_stime:.1f} s of "
      f"processor, {used.ru_maxrss / 1024:.0f} MiB in the largest process", flush=True)
sys.exit(status)
PYTHON
}

generator=$(cargo build --quiet --profile "${PROFILE:-release}" --locked --package csdl-codegen \
    --message-format json | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p')
mkdir -p "$package"
cat > "$package/Cargo.toml" <<TOML
[package]
name = "graph-v1"
version = "0.0.0"
edition = "2024"
publish = false

[workspace]

[lints.rust]
warnings = "deny"
missing_docs = "deny"

[dependencies]
chrono = { version = "0.4", default-features = false, features = ["clock", "serde", "std"] }
odata-runtime = { path = "$PWD/codegen/runtime", default-features = false }
serde = { version = "1", features = ["derive"] }
serde_json = "1"

[dev-dependencies]
odata-runtime = { path = "$PWD/codegen/runtime" }
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
TOML
cp Cargo.lock "$package/Cargo.lock"

measured "generate" "$generator" --config tests/fixtures/graph-v1/client.toml \
    --document "$document" --output "$package" --report | grep -v '^ *src/'
measured "layout" rustfmt --edition 2024 --check "$package/src/lib.rs"
# What everything depends on is not part of the figure.
cargo check --quiet --manifest-path "$package/Cargo.toml" --package odata-runtime
measured "check" cargo check --quiet --manifest-path "$package/Cargo.toml" --features full
features=(planner users)
case "${2:-}" in
    doc)
        export RUSTDOCFLAGS="-D warnings"
        measured "doc" cargo doc --quiet --no-deps --manifest-path "$package/Cargo.toml" --features full
        ;;
    features)
        mapfile -t features < <(sed -n '/^full = /,/^]/s/^    "\(.*\)",$/\1/p' "$package/Cargo.toml")
        ;;
    program)
        mkdir -p "$package/examples"
        printf '//! Has the dependencies of the other one.\nfn main() {}\n' > "$package/examples/nothing.rs"
        cat > "$package/examples/one_call.rs" <<'RUST'
//! A single call.

#[tokio::main]
async fn main() -> graph_v1::Result<()> {
    let me = graph_v1::Client::from_env()?.me().get().await?;
    println!("{:?}", me.display_name);
    Ok(())
}
RUST
        for profile in dev release; do
            build=(cargo build --quiet --manifest-path "$package/Cargo.toml" --profile "$profile")
            # What everything depends on is not part of the figure.
            "${build[@]}" --example nothing
            measured "$profile build of one call" "${build[@]}" --example one_call --features full
        done
        cd "$package/target"
        strip -o release/examples/one_call-stripped release/examples/one_call
        stat --format '%n: %s bytes' debug/examples/one_call release/examples/one_call-stripped
        ;;
esac
for feature in "${features[@]}"; do
    measured "check with $feature" cargo check --quiet --manifest-path "$package/Cargo.toml" --features "$feature"
done
