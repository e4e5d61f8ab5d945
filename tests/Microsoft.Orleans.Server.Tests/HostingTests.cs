using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Orleans.Server.Tests.Support;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

public sealed class HostingTests
{
    [Fact]
    public async Task UseOrleans_OnAWebApplicationsHost_ServesGrains()
    {
        var port = FreePort.Take(1)[0];
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<Journal>();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Host.UseOrleans(silo => TestSilo.Configure(silo, port, port, TestSilo.PatientProbes));
        await using var app = builder.Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await app.Services.GetRequiredService<IClusterClient>().GetGrain<IProbeGrain>("web").Increment());
        Assert.Equal(port, app.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.Endpoint.Port);
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task StartupTask_WhenTheSiloIsActive_MayCallGrains()
    {
        await using var cluster = await TestCluster.StartAsync(1, (_, silo) => silo.AddStartupTask(
            async (services, _) => await services.GetRequiredService<IGrainFactory>().GetGrain<IProbeGrain>("early").Increment()));
        Assert.Equal(2, await cluster.Factory(0).GetGrain<IProbeGrain>("early").Increment());
    }

    [Fact]
    public async Task Start_WithoutClustering_Fails()
    {
        var exception = await StartFailsAsync(_ => { });
        Assert.Contains("lustering", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_CollectionAgeBelowQuantum_Fails()
    {
        var exception = await StartFailsAsync(silo =>
        {
            var port = FreePort.Take(1)[0];
            TestSilo.Configure(silo, port, port, TestSilo.PatientProbes);
            silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = options.CollectionQuantum / 2);
        });
        Assert.Contains(nameof(GrainCollectionOptions.CollectionAge), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SiloAddress_Parsable_RoundTrips()
    {
        var address = SiloAddress.New(IPAddress.Loopback, 11111, 77);
        Assert.Equal("127.0.0.1:11111@77", address.ToParsableString());
        Assert.Equal("S127.0.0.1:11111:77", address.ToString());
        Assert.Equal(address, SiloAddress.FromParsableString(address.ToParsableString()));
        Assert.True(address.IsPredecessorOf(SiloAddress.New(IPAddress.Loopback, 11111, 78)));
        Assert.False(address.IsPredecessorOf(SiloAddress.New(IPAddress.Loopback, 11112, 78)));
    }

    private static async Task<Exception> StartFailsAsync(Action<ISiloBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<Journal>();
        builder.UseOrleans(configure);
        return await Assert.ThrowsAsync<OrleansConfigurationException>(async () =>
        {
            using var host = builder.Build();
            await host.StartAsync(TestContext.Current.CancellationToken);
        });
    }
}
