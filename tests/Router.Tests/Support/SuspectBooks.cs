using ExpertCluster.Router.Options;
using ExpertCluster.Router.Suspects;
using ExpertCluster.Router.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Support;

internal static class SuspectBooks
{
    public static SuspectBook Empty(TimeProvider time) =>
        new(new RouterOptions(), new RouterMetrics(Catalogues.Of()), time, NullLogger<SuspectBook>.Instance);
}
