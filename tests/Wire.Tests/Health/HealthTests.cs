using Grpc.AspNetCore.HealthChecks;
using Grpc.AspNetCore.Tests.Support;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.AspNetCore.Tests.Health;

public sealed class HealthTests
{
    private HealthCheckResult _model = HealthCheckResult.Healthy();

    private Task<EchoServer> StartAsync(Action<GrpcHealthChecksOptions>? configure = null) => EchoServer.StartAsync(
        services: services => services
            .AddGrpcHealthChecks(options =>
            {
                options.Services.Map("liveness", context => context.Tags.Contains("live"));
                options.Services.Map("readiness", context => context.Name == "model");
                configure?.Invoke(options);
            })
            .AddCheck("process", () => HealthCheckResult.Healthy(), ["live"])
            .AddCheck("model", () => _model),
        map: app => app.MapGrpcHealthChecksService());

    [Fact]
    public async Task Check_MappedServices_FollowTheirChecks()
    {
        await using EchoServer server = await StartAsync();
        var client = new Grpc.Health.V1.Health.HealthClient(server.Channel());
        Assert.Equal(ServingStatus.Serving, await CheckAsync(client, ""));
        _model = HealthCheckResult.Degraded();
        Assert.Equal(ServingStatus.Serving, await CheckAsync(client, "readiness"));
        _model = HealthCheckResult.Unhealthy();
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(client, "readiness"));
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(client, ""));
        Assert.Equal(ServingStatus.Serving, await CheckAsync(client, "liveness"));
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        await using EchoServer server = await StartAsync();
        RpcException e = await Assert.ThrowsAsync<RpcException>(
            () => CheckAsync(new Grpc.Health.V1.Health.HealthClient(server.Channel()), "nothing"));
        Assert.Equal(StatusCode.NotFound, e.StatusCode);
    }

    [Fact]
    public async Task Watch_ServiceThatChanges_StreamsEachChange()
    {
        await using EchoServer server = await StartAsync();
        var client = new Grpc.Health.V1.Health.HealthClient(server.Channel());
        using AsyncServerStreamingCall<HealthCheckResponse> watch = client.Watch(new HealthCheckRequest { Service = "readiness" });
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
        var published = server.Services.GetRequiredService<HealthServiceImpl>();
        published.SetStatus("readiness", ServingStatus.NotServing);
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        published.SetStatus("other", ServingStatus.Serving);
        published.ClearStatus("readiness");
        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch));
    }

    [Fact]
    public async Task Watch_UnknownService_SaysSoAndGoesOn()
    {
        await using EchoServer server = await StartAsync();
        var client = new Grpc.Health.V1.Health.HealthClient(server.Channel());
        using AsyncServerStreamingCall<HealthCheckResponse> watch = client.Watch(new HealthCheckRequest { Service = "later" });
        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch));
        server.Services.GetRequiredService<HealthServiceImpl>().SetStatus("later", ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
    }

    [Fact]
    public async Task Watch_ApplicationStops_EndsWithNotServing()
    {
        await using EchoServer server = await StartAsync();
        var client = new Grpc.Health.V1.Health.HealthClient(server.Channel());
        using AsyncServerStreamingCall<HealthCheckResponse> watch = client.Watch(new HealthCheckRequest());
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        Assert.False(await watch.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Check_FromTheCache_AnswersWhatWasPublished()
    {
        await using EchoServer server = await StartAsync(options => options.UseHealthChecksCache = true);
        server.Services.GetRequiredService<HealthServiceImpl>().SetStatus("readiness", ServingStatus.NotServing);
        Assert.Equal(
            ServingStatus.NotServing, await CheckAsync(new Grpc.Health.V1.Health.HealthClient(server.Channel()), "readiness"));
    }

    [Fact]
    public async Task Publisher_Report_SetsTheMappedServices()
    {
        await using EchoServer server = await StartAsync();
        HealthReport report = await server.Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(TestContext.Current.CancellationToken);
        await server.Services.GetServices<IHealthCheckPublisher>().Single().PublishAsync(report, default);
        HealthCheckResponse live = await server.Services.GetRequiredService<HealthServiceImpl>()
            .Check(new HealthCheckRequest { Service = "liveness" }, null!);
        Assert.Equal(ServingStatus.Serving, live.Status);
    }

    private static async Task<ServingStatus> CheckAsync(Grpc.Health.V1.Health.HealthClient client, string service) =>
        (await client.CheckAsync(new HealthCheckRequest { Service = service })).Status;

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext());
        return watch.ResponseStream.Current.Status;
    }
}
