//! What the command says of itself, and of arguments that it cannot use.

use super::run;

// With a keyring, there is one option more.
#[cfg(not(feature = "keyring"))]
#[test]
fn help_lists_commands_and_ways_to_sign_in() {
    insta::assert_snapshot!("help", run(&["--help"]).fine());
}

#[cfg(not(feature = "keyring"))]
#[test]
fn help_of_report() {
    insta::assert_snapshot!("help_of_report", run(&["report", "-h"]).fine());
}

#[test]
fn the_version_is_the_packages() {
    let expected = concat!("service-activity ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(run(&["--version"]).fine(), expected);
}

#[test]
fn a_wrong_metric_is_told_the_nearest() {
    let lines = run(&["get", "mfa-signin-failure", "--demo"]).failed(2);
    let expected = "error: invalid value 'mfa-signin-failure' for '<METRIC>': there is no such metric; \
                    did you mean mfa-sign-in-failures, mfa-sign-in-successes?";
    assert_eq!(lines[0], expected);
}

#[test]
fn a_wrong_length_of_time_is_told_what_is_right() {
    for (length, expected) in [
        (
            "24x",
            "expected minutes, hours or days, such as 90m, 24h or 7d",
        ),
        ("31d", "the service keeps no more than 30 days"),
        ("0h", "it must be a minute at least"),
    ] {
        let lines = run(&["get", "word-web-users", "--last", length, "--demo"]).failed(2);
        let expected = format!("error: invalid value '{length}' for '--last <TIME>': {expected}");
        assert_eq!(lines[0], expected);
    }
}

#[test]
fn a_wrong_interval_is_told_the_right_ones() {
    let lines = run(&["get", "word-web-users", "--interval", "20", "--demo"]).failed(2);
    let expected = [
        "error: invalid value '20' for '--interval <MINUTES>'",
        "  [possible values: 5, 10, 15, 30]",
    ];
    assert_eq!(lines[..2], expected);
}

#[test]
fn nothing_to_sign_in_with_is_told_the_ways() {
    let arguments = ["get", "word-web-users"];
    let lines = run(&arguments).failed(2);
    let expected = "error: there is nothing to sign in with: give the id of an app registration \
                    (--client-id), set GRAPH_ACCESS_TOKEN, or look at invented figures (--demo)";
    assert_eq!(lines, [expected]);
}

#[test]
fn no_command_is_the_help() {
    let run = run(&[]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(
        run.err
            .contains("Usage: service-activity [OPTIONS] <COMMAND>"),
        "{}",
        run.err
    );
}
