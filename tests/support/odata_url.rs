//! Whether a URL is one that the standard allows.

#[cfg(test)]
mod oasis;

use pest::Parser;
use pest::iterators::Pair;
use std::collections::BTreeSet;

#[derive(pest_derive::Parser)]
#[grammar = "tests/support/odata_url.pest"]
struct Grammar;

/// Holds a request target, below the service root, to the grammar of OData 4.01.
///
/// # Panics
///
/// If it is not matched; the message shows from where on.
pub fn assert_odata_url(target: &str) {
    if let Err(problem) = check(target) {
        panic!("the grammar of OData does not match {target}\n{problem}");
    }
}

/// Holds a request target to the grammar and to what the standard says of it in words.
fn check(target: &str) -> Result<(), String> {
    let relative = target.strip_prefix('/').unwrap_or(target);
    // The grammar has it; servers read it as a space.
    if relative.contains('+') {
        return Err("a plus sign must be percent-encoded".to_owned());
    }
    let pairs = Grammar::parse(Rule::odataRelativeUri, relative).map_err(|e| e.to_string())?;
    pairs.into_iter().try_for_each(refuse_duplicates)
}

/// Each system query option and each alias may be given once in a query, and once in the
/// parentheses of an item.
fn refuse_duplicates(pair: Pair<'_, Rule>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for inner in pair.into_inner() {
        if let Some(name) = option_name(&inner)
            && !seen.insert(name.clone())
        {
            return Err(format!("the query option {name} is given more than once"));
        }
        refuse_duplicates(inner)?;
    }
    Ok(())
}

/// The name of an option that may be given once only.
fn option_name(pair: &Pair<'_, Rule>) -> Option<String> {
    let is_option = match pair.as_rule() {
        Rule::queryOption => {
            let inner = pair.clone().into_inner().next()?;
            inner.as_rule() != Rule::customQueryOption
        }
        Rule::expandOption | Rule::expandRefOption | Rule::expandCountOption => true,
        Rule::selectOption => true,
        _ => false,
    };
    let (name, _) = pair.as_str().split_once('=')?;
    is_option.then(|| name.trim_start_matches('$').to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_standard_allows_is_matched() {
        let urls = [
            "/reports/serviceActivity/getX(from=2023-01-01T00:00:00Z,minutes=10)",
            "/items('O''Neil%2F%27%27')/ns.book/copies(3)/$count?$filter=a%20eq%20'b'%20and%20c%20gt%201",
            "/people(country='NO',number=-1)/$ref?$id=https://x.example/a('b')",
            "/f(a=null,b=true,c=1e-7,d=INF,e=duration'P1DT2H',g=ns.e'x,y',h=binary'_-8=',i=@i)?@i=%5B1%5D",
            "/f(a=3fa85f64-5717-4562-b3fc-2c963f66afa6,b=12:30:00.5,c=2024-02-29)",
            "/a?$orderby=x%20desc,y/z&$expand=b($top=1;$select=c),d&$count=true&$search=%22x%20y%22",
            "/a?$filter=startsWith(name,'x')%20or%20not%20(b%20ne%20null)&custom=1",
            "/a?$filter=b%20in%20('x','y')%20and%20c/$count%20eq%200&$select=*",
            "/a?$filter=b/any(x:x/c%20eq%201%20and%20x/d/all(y:y%20gt%20x/e))",
            "/a?$filter=b%20add%202%20mul%20-c%20lt%20@limit&@limit=5",
            "/a?$expand=b($filter=c%20eq%20'd';$expand=e($levels=max)),f/$ref,*",
            "/a/1/b?$filter=c%20has%20ns.color'red,blue'",
        ];
        for url in urls {
            assert_odata_url(url);
        }
    }

    #[test]
    fn what_the_standard_forbids_is_not_matched() {
        let urls = [
            "/f(a='it's')",
            "/f/(a=1)",
            "//f(a=1)",
            "/f(a='1/2')",
            "/f(a=2023-01-01T00:00:00+01:00)",
            "/f(a=2023-13-45)",
            "/f(a=24:00:00)",
            "/f(a=binary'a')",
            "/f(a=[1])",
            "/f(a=@b)?@b={\"c\":1}",
            "/f(a=inf)",
            "/a?$top=-1",
            "/a?$filter=a eq 1",
            "/a?$filter=what(b)",
            "/a?$filter=startswith(b)",
            "/a?$filter=startswith('b')",
            "/a?$filter=b%20eq%20'c&d'",
            "/a?$filter=b%20eq",
            "/a?$filter=b%20in%20(c,d)",
            "/a?$nonsense=1",
            "/a?$top=1&$top=2",
            "/a?$top=1&top=2",
            "/a?@b=1&@b=2",
            "/a?$expand=b($top=1;$top=2)",
            "/a/$count/b",
            "/f(a=1,)",
            "/f(a=1",
        ];
        for url in urls {
            assert!(check(url).is_err(), "{url}");
        }
    }
}
