using System.Net;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Deadlines;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Peers;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Suspects;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>What a fake host answers.</summary>
/// <param name="host">Which one it is, from 0.</param>
internal delegate Task HostAnswer(
    int host, GenerateRequest request, IServerStreamWriter<GenerateChunk> stream, ServerCallContext context);

/// <summary>Hosts in this process behind real connections, each with the base of every expert, and a dispatcher that knows them.</summary>
internal sealed class FakeHosts : IAsyncDisposable
{
    /// <summary>A machine that is busy with other tests takes nobody for dead: a host that packs 64 MB answers no ping meanwhile.</summary>
    private static readonly TransportOptions Patient = new() { HostKeepAliveSeconds = 60, HostKeepAliveTimeoutSeconds = 60 };

    private readonly List<WebApplication> _apps;
    private readonly HostChannels _channels;
    private readonly int _count;

    private FakeHosts(List<WebApplication> apps, TransportOptions transport, params string[] addresses)
    {
        _apps = apps;
        _count = addresses.Length;
        _channels = new HostChannels(
            PeerTransport.ForClient(transport, new TlsOptions()), new DefaultDeadlines(transport, TimeProvider.System), new CallEnds(TimeProvider.System));
        Known.Update(new ClusterView { Hosts = [.. addresses.Select((address, i) => new HostReport { Name = $"host-{i}", Address = address, BaseRevisions = [BaseRevision] })] }, _ => false);
        Suspects = SuspectBooks.Empty(TimeProvider.System);
        Liveness = new HostLiveness(Known, Members, new HostProbe(_channels), Suspects, TimeProvider.System);
        Unusable = new UnusableExperts(Known, TimeProvider.System, NullLogger<UnusableExperts>.Instance);
        var suspicions = new HostSuspicions(TimeProvider.System);
        var refusals = new HostRefusals(TimeProvider.System);
        Dispatcher = new Dispatcher(
            Known,
            suspicions,
            Suspects,
            new NewTexts(TimeProvider.System),
            refusals,
            Unusable,
            Liveness,
            _channels,
            new HostChooser(Known, suspicions, refusals, Liveness, _channels, Selectors.Default()),
            new RouterOptions(),
            Metrics,
            TimeProvider.System,
            NullLogger<Dispatcher>.Instance);
    }

    /// <summary>Of the base that all of them run.</summary>
    public const string BaseRevision = "b0";

    /// <summary>Of the expert "law".</summary>
    public const string Revision = "e0";

    public HostLiveness Liveness { get; }

    public SuspectBook Suspects { get; }

    /// <summary>The hosts that are reported.</summary>
    public HostDirectory Known { get; } = new();

    public UnusableExperts Unusable { get; }

    /// <summary>The hosts that the membership has; none, until a test says so.</summary>
    public FakeMembers Members { get; } = new();

    /// <summary>Ends one of those in this process, and its connections.</summary>
    public async Task StopAsync(int host)
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _apps[host].StopAsync(now.Token);
    }

    public Dispatcher Dispatcher { get; }

    public RouterMetrics Metrics { get; } = new(Catalogues.Of());

    public static async Task<FakeHosts> StartAsync(int count, HostAnswer answer)
    {
        List<WebApplication> apps = [];
        for (int i = 0; i < count; i++)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
            builder.Services.AddSingleton(new Host(i, answer));
            builder.Services.AddGrpc();
            builder.Services.AddGrpcHealthChecks(health => health.Services.Map(NodeHealth.Readiness, _ => true)).AddCheck("alive", () => HealthCheckResult.Healthy());
            builder.Services.Configure<HealthCheckPublisherOptions>(publisher => publisher.Delay = TimeSpan.Zero);
            var app = builder.Build();
            app.MapGrpcService<Host>();
            app.MapGrpcHealthChecksService();
            await app.StartAsync();
            apps.Add(app);
        }

        var hosts = new FakeHosts(apps, Patient, [.. apps.Select(app => app.Urls.Single())]);
        await hosts.AnswerAsync();
        return hosts;
    }

    /// <summary>Hosts that somebody else runs; theirs are the names host-0, host-1 and so on.</summary>
    public static Task<FakeHosts> AtAsync(params string[] addresses) => AtAsync(Patient, addresses);

    /// <param name="transport">How the router keeps its connections to them.</param>
    /// <param name="addresses">Where they are.</param>
    public static async Task<FakeHosts> AtAsync(TransportOptions transport, params string[] addresses)
    {
        var hosts = new FakeHosts([], transport, addresses);
        await hosts.AnswerAsync();
        return hosts;
    }

    /// <summary>Where one of those in this process is.</summary>
    public string AddressOf(int host) => _apps[host].Urls.Single();

    /// <summary>Until the dispatcher knows that all of them answer.</summary>
    private async Task AnswerAsync()
    {
        while (!Enumerable.Range(0, _count).All(i => Liveness.IsAlive($"host-{i}")))
        {
            await Liveness.AskAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _channels.Dispose();
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }
    }

    internal sealed class FakeMembers : IHostMembers
    {
        public IEnumerable<string> Names { get; set; } = [];
    }

    private sealed class Host(int index, HostAnswer answer) : Experts.ExpertsBase
    {
        public override Task Generate(GenerateRequest request, IServerStreamWriter<GenerateChunk> responseStream, ServerCallContext context) =>
            answer(index, request, responseStream, context);
    }
}
