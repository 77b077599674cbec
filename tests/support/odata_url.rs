//! Whether a URL is one that the standard allows.

use pest::Parser;

#[derive(pest_derive::Parser)]
#[grammar = "tests/support/odata_url.pest"]
struct Grammar;

/// Holds a request target, below the service root, to the grammar of OData 4.01.
///
/// # Panics
///
/// If it is not matched; the message shows from where on.
pub fn assert_odata_url(target: &str) {
    if let Err(error) = Grammar::parse(Rule::odataRelativeUri, target) {
        panic!("the grammar of OData does not match {target}\n{error}");
    }
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
        ];
        for url in urls {
            assert_odata_url(url);
        }
    }

    #[test]
    fn what_the_standard_forbids_is_not_matched() {
        let urls = [
            "/f(a=1,%20b=2)",
            "/f(a='it's')",
            "/f/(a=1)",
            "//f(a=1)",
            "/f(a='1/2')",
            "/f(a=2023-01-01T00:00:00+01:00)",
            "/f(a=[1])",
            "/f(a=@b)?@b={\"c\":1}",
            "/f(a=inf)",
            "/a?$top=-1",
            "/a?$filter=a eq 1",
            "/f(a=1,)",
            "/f(a=1",
        ];
        for url in urls {
            let matched = Grammar::parse(Rule::odataRelativeUri, url);
            assert!(matched.is_err(), "{url}");
        }
    }
}
