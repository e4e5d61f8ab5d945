using System.Net;
using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.ExpertHost.Tests.Ensembles;

/// <summary>A host behind a real connection that a test plays.</summary>
internal sealed class PlayedContributor : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PlayedContributor(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <param name="play">What it does with a call.</param>
    public static async Task<PlayedContributor> StartAsync(Func<IAsyncStreamReader<ContributeRequest>, IServerStreamWriter<Contribution>, ServerCallContext, Task> play)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(new Host(play));
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<Host>();
        await app.StartAsync();
        return new PlayedContributor(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private sealed class Host(Func<IAsyncStreamReader<ContributeRequest>, IServerStreamWriter<Contribution>, ServerCallContext, Task> play) : Experts.ExpertsBase
    {
        public override Task Contribute(IAsyncStreamReader<ContributeRequest> requestStream, IServerStreamWriter<Contribution> responseStream, ServerCallContext context) =>
            play(requestStream, responseStream, context);
    }
}
