using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>The health service over the application's health checks.</summary>
internal sealed class HealthService(
    HealthServiceImpl published,
    IOptions<GrpcHealthChecksOptions> options,
    HealthCheckService checks,
    IHostApplicationLifetime lifetime) : Health.V1.Health.HealthBase
{
    private readonly GrpcHealthChecksOptions _options = options.Value;

    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (_options.UseHealthChecksCache)
            return await published.Check(request, context);
        ServingStatus status = await CheckNowAsync(request.Service, context.CancellationToken)
            ?? throw new RpcException(new Status(StatusCode.NotFound, ""));
        return new HealthCheckResponse { Status = status };
    }

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        IServerStreamWriter<HealthCheckResponse> responses =
            _options.UseHealthChecksCache ? responseStream : new FreshFirstWriter(this, request.Service, responseStream, context);
        if (_options.SuppressCompletionOnShutdown)
        {
            await published.Watch(request, responses, context);
            return;
        }
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        await published.Watch(request, responses, new EarlierEndContext(context, ending.Token));
        if (!context.CancellationToken.IsCancellationRequested)
            await responseStream.WriteAsync(new HealthCheckResponse { Status = ServingStatus.NotServing });
    }

    private async Task<ServingStatus?> CheckNowAsync(string service, CancellationToken cancellationToken)
    {
        if (_options.Services.Find(service) is not { } mapping)
            return null;
        HealthReport report = await checks.CheckHealthAsync(
            registration => MappedHealth.Includes(mapping, registration.Name, registration.Tags), cancellationToken);
        return MappedHealth.Status(report.Entries.Values);
    }

    /// <summary>Runs the checks for a watcher's first answer, since nothing may have been published yet.</summary>
    private sealed class FreshFirstWriter(
        HealthService health, string service, IServerStreamWriter<HealthCheckResponse> inner, ServerCallContext context)
        : IServerStreamWriter<HealthCheckResponse>
    {
        private bool _started;

        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public async Task WriteAsync(HealthCheckResponse message)
        {
            if (!_started)
            {
                _started = true;
                ServingStatus? status = await health.CheckNowAsync(service, context.CancellationToken);
                message = new HealthCheckResponse { Status = status ?? ServingStatus.ServiceUnknown };
            }
            await inner.WriteAsync(message);
        }
    }
}
