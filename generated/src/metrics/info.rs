//! What is known of a metric beyond its function.

use crate::requests::service_activity::Metric;

/// The unit of the metrics that are shares.
const PERCENT: &str = "%";

/// The units of events. Each event happens in one bucket, so that the buckets add up.
///
/// Users, apps, networks and tunnels are not here: a bucket counts them anew, whether or not the one
/// before it did.
const EVENTS: &[&str] = &[
    "attempts", "joins", "launches", "messages", "requests", "sign-ins",
];

/// A group of metrics that belong together on a page and mostly need the same permission.
///
/// ```
/// use graph_service_activity::metrics::{Metric, MetricFamily};
///
/// let teams: Vec<_> = MetricFamily::Teams.metrics().collect();
/// assert!(teams.contains(&Metric::TeamsChatMessages));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum MetricFamily {
    /// Sign-ins to Microsoft Entra: multifactor authentication, Conditional Access, SAML.
    SignIns,
    /// Global Secure Access: internet apps, private apps, remote networks.
    NetworkAccess,
    /// Mail: Exchange Online and the apps that read it.
    Exchange,
    /// Teams: launches, chats, meetings, audio streams.
    Teams,
    /// Word, Excel, PowerPoint, OneNote and Visio in the browser.
    OfficeWeb,
    /// A family that this version of the crate does not know.
    Other,
}

impl MetricFamily {
    /// All of them, in the order in which a page shows them.
    pub const ALL: &'static [Self] = &[
        Self::SignIns,
        Self::NetworkAccess,
        Self::Exchange,
        Self::Teams,
        Self::OfficeWeb,
        Self::Other,
    ];

    /// A heading, such as `Teams`.
    pub fn title(self) -> &'static str {
        match self {
            Self::SignIns => "Sign-ins",
            Self::NetworkAccess => "Global Secure Access",
            Self::Exchange => "Exchange and Outlook",
            Self::Teams => "Teams",
            Self::OfficeWeb => "Office on the web",
            Self::Other => "Other",
        }
    }

    /// The metrics of the family, by name; `Other` may have none.
    pub fn metrics(self) -> impl Iterator<Item = Metric> {
        let all = Metric::ALL.iter().copied();
        all.filter(move |metric| metric.family() == self)
    }
}

impl Metric {
    /// The family that the metric belongs to, as its permission and its name tell.
    pub fn family(self) -> MetricFamily {
        let permissions = self.operation().permissions().iter();
        let mut scopes = permissions.flat_map(|permission| permission.scopes());
        match scopes.next().copied() {
            Some("ServiceActivity-Exchange.Read.All") => MetricFamily::Exchange,
            Some("ServiceActivity-Teams.Read.All") => MetricFamily::Teams,
            Some("ServiceActivity-Microsoft365Web.Read.All") => MetricFamily::OfficeWeb,
            Some("Reports.Read.All") if self.name().contains("NetworkAccess") => {
                MetricFamily::NetworkAccess
            }
            Some("Reports.Read.All") => MetricFamily::SignIns,
            _ => MetricFamily::Other,
        }
    }

    /// Whether the values of adjacent buckets add up: those of events do.
    ///
    /// Distinct users, apps, networks and tunnels do not, for every bucket counts them anew; neither do
    /// percentages. A metric of an unknown unit is not additive.
    pub fn is_additive(self) -> bool {
        EVENTS.contains(&self.unit())
    }

    /// Whether a value is a share, from 0 to 100.
    pub fn is_percentage(self) -> bool {
        self.unit() == PERCENT
    }

    /// A short heading for people, such as `MFA sign-ins not finished`. The unit is not in it.
    pub fn title(self) -> &'static str {
        match self {
            Self::CompliantDeviceSignInSuccesses => "Sign-ins from compliant devices",
            Self::ConditionalAccessBlockedSignIns => "Sign-ins blocked by Conditional Access",
            Self::DesktopMailReaders => "Desktop mail apps",
            Self::EmailsDelivered => "Mail delivered in time",
            Self::ExcelWebUsers => "Excel for the web",
            Self::ExchangeConnectivity => "Connections to Exchange that succeed",
            Self::InternetAppAttemptsBlocked => "Access to internet apps blocked",
            Self::InternetAppUsersAllowed => "Users of allowed internet apps",
            Self::InternetAppsAllowed => "Internet apps allowed",
            Self::InternetAppsBlocked => "Internet apps blocked",
            Self::IosOrAndroidMailReaders => "Mail apps on iOS and Android",
            Self::ManagedDeviceSignInSuccesses => "Sign-ins from managed devices",
            Self::MfaSignInFailures => "MFA sign-ins not finished",
            Self::MfaSignInSuccesses => "MFA sign-ins completed",
            Self::ModernAuthenticationMailUsers => "Mail by modern authentication",
            Self::OneNoteWebUsers => "OneNote for the web",
            Self::OutlookMacReaders => "Outlook for Mac",
            Self::OutlookMobileReaders => "Outlook mobile",
            Self::OutlookWebReaders => "Outlook on the web, mail read",
            Self::OutlookWebUsers => "Outlook on the web, started",
            Self::PowerPointWebUsers => "PowerPoint for the web",
            Self::PrivateAppAttemptsAllowed => "Access to private apps allowed",
            Self::PrivateAppAttemptsBlocked => "Access to private apps failed",
            Self::PrivateAppsAllowed => "Private apps reached",
            Self::PrivateAppsBlocked => "Private apps out of reach",
            Self::RemoteNetworkTunnelsConnected => "Tunnels connected",
            Self::RemoteNetworksBgpConnected => "Remote networks with BGP up",
            Self::RemoteNetworksBgpDisconnected => "Remote networks cut off, BGP",
            Self::RemoteNetworksAlive => "Remote networks connected",
            Self::RemoteNetworksTunnelDisconnected => "Remote networks cut off, tunnel",
            Self::SamlSignInSuccesses => "SAML sign-ins",
            Self::TeamsAudioStreamsOverUdp => "Audio streams over UDP",
            Self::TeamsAudioStreamsWithQoe => "Audio streams with telemetry",
            Self::TeamsChatMessages => "Chat messages delivered",
            Self::TeamsLaunches => "App launches without error",
            Self::TeamsMeetingsJoined => "Meeting joins without error",
            Self::VisioWebUsers => "Visio for the web",
            Self::WordWebUsers => "Word for the web",
            // A function that the metadata gained is emitted before anybody has given it a heading.
            #[allow(unreachable_patterns)]
            _ => self.name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_metric_has_a_heading_of_its_own() {
        let titles: BTreeSet<_> = Metric::ALL.iter().map(|metric| metric.title()).collect();
        assert_eq!(titles.len(), Metric::ALL.len());
        for metric in Metric::ALL {
            assert_ne!(metric.title(), metric.name(), "give it a title");
        }
    }

    #[test]
    fn every_metric_has_a_family_and_a_known_unit() {
        let known = ["%", "apps", "networks", "tunnels", "users"];
        for metric in Metric::ALL {
            assert_ne!(metric.family(), MetricFamily::Other, "{metric}");
            let is_known = known.contains(&metric.unit()) || EVENTS.contains(&metric.unit());
            assert!(is_known, "{metric} counts {:?}", metric.unit());
        }
        let families = MetricFamily::ALL.iter();
        let of_families: usize = families.map(|family| family.metrics().count()).sum();
        assert_eq!(of_families, Metric::ALL.len());
    }

    #[test]
    fn what_adds_up_is_what_the_documentation_says() {
        let additive: Vec<_> = Metric::ALL.iter().filter(|m| m.is_additive()).collect();
        let expected = [
            Metric::CompliantDeviceSignInSuccesses,
            Metric::ConditionalAccessBlockedSignIns,
            Metric::EmailsDelivered,
            Metric::InternetAppAttemptsBlocked,
            Metric::ManagedDeviceSignInSuccesses,
            Metric::MfaSignInFailures,
            Metric::MfaSignInSuccesses,
            Metric::PrivateAppAttemptsAllowed,
            Metric::PrivateAppAttemptsBlocked,
            Metric::SamlSignInSuccesses,
            Metric::TeamsChatMessages,
            Metric::TeamsLaunches,
            Metric::TeamsMeetingsJoined,
        ];
        assert_eq!(additive, expected.iter().collect::<Vec<_>>());
    }

    #[test]
    fn percentages_are_the_metrics_of_that_result_type() {
        let mut percentages = Metric::ALL.iter().filter(|metric| metric.is_percentage());
        assert_eq!(percentages.next(), Some(&Metric::ExchangeConnectivity));
        assert_eq!(percentages.next(), Some(&Metric::TeamsAudioStreamsOverUdp));
        let last = Some(&Metric::TeamsAudioStreamsWithQoe);
        assert_eq!((percentages.next(), percentages.next()), (last, None));
    }
}
