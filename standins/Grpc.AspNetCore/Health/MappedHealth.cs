using Microsoft.Extensions.Diagnostics.HealthChecks;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>From the results of health checks to a serving status.</summary>
internal static class MappedHealth
{
    public static bool Includes(ServiceMapping mapping, string name, IEnumerable<string> tags) =>
        mapping.HealthCheckPredicate?.Invoke(new HealthCheckMapContext(name, tags)) ?? true;

    /// <summary>A degraded check still serves; without any check nothing is known.</summary>
    public static ServingStatus Status(IEnumerable<HealthReportEntry> entries)
    {
        var status = ServingStatus.Unknown;
        foreach (HealthReportEntry entry in entries)
        {
            if (entry.Status == HealthStatus.Unhealthy)
                return ServingStatus.NotServing;
            status = ServingStatus.Serving;
        }
        return status;
    }
}
