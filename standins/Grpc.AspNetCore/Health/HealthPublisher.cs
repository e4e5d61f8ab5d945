using Grpc.HealthCheck;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>Hands the application's periodic health reports to those who watch.</summary>
internal sealed class HealthPublisher(HealthServiceImpl health, IOptions<GrpcHealthChecksOptions> options) : IHealthCheckPublisher
{
    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        foreach (ServiceMapping mapping in options.Value.Services)
        {
            health.SetStatus(mapping.Name, MappedHealth.Status(report.Entries
                .Where(entry => MappedHealth.Includes(mapping, entry.Key, entry.Value.Tags))
                .Select(entry => entry.Value)));
        }
        return Task.CompletedTask;
    }
}
