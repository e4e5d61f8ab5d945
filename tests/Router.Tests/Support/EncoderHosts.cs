using System.Net;
using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Deadlines;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Peers;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Admission;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Encoders;
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

namespace ExpertCluster.Router.Tests.Support;

/// <summary>What a fake host makes of texts.</summary>
/// <param name="host">Which one it is, from 0.</param>
internal delegate Task<EncodeResponse> EncoderAnswer(int host, EncodeRequest request, ServerCallContext context);

/// <summary>Hosts in this process behind real connections that read texts, and a pipeline that knows them. The catalogue has "sentences" and "pairs", and the expert "law".</summary>
internal sealed class EncoderHosts : IAsyncDisposable
{
    private readonly List<WebApplication> _apps;
    private readonly HostChannels _channels;
    private readonly AdmissionGate _admission;

    private EncoderHosts(List<WebApplication> apps, RouterOptions options, IReadOnlyList<PreparedEncoder>? encoders, Func<int, HostReport, HostReport>? change)
    {
        _apps = apps;
        _admission = new AdmissionGate(options);
        var transport = new TransportOptions();
        _channels = new HostChannels(PeerTransport.ForClient(transport, new TlsOptions()), new DefaultDeadlines(transport, TimeProvider.System), new CallEnds(TimeProvider.System));
        var directory = new HostDirectory();
        directory.Update(
            new ClusterView { Hosts = [.. apps.Select((app, i) => new HostReport { Name = $"host-{i}", Address = app.Urls.Single() }).Select((report, i) => change?.Invoke(i, report) ?? report)] },
            _ => false);
        Suspects = SuspectBooks.Empty(TimeProvider.System);
        Liveness = new HostLiveness(directory, new FakeHosts.FakeMembers(), new HostProbe(_channels), Suspects, TimeProvider.System);
        var plain = Catalogues.SnapshotOf(1, ("law", "demo"));
        Catalogue = new CatalogueHolder(new CatalogueSnapshot(1, new PreparedCatalogue { Bases = plain.Bases, Experts = plain.Experts, Encoders = encoders ?? [Sentences, Pairs] }));
        var metrics = new RouterMetrics(Catalogue);
        var hosts = new HostEncoders(directory, Liveness, new HostSuspicions(TimeProvider.System), Suspects, _channels, options, metrics, TimeProvider.System);
        Encoders = hosts;
        Pipeline = new EncodingPipeline(Catalogue, hosts, _admission, metrics, transport, TimeProvider.System);
        Models = new ModelEndpoints(Catalogue, new UnusableExperts(directory, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<UnusableExperts>.Instance), directory, Remotes.Of(Catalogue), TimeProvider.System);
    }

    public static PreparedEncoder Sentences { get; } = new("sentences", Catalogues.Folder("encoders", "sentences"), EncoderTask.Embed, 256);

    public static PreparedEncoder Pairs { get; } = new("pairs", Catalogues.Folder("encoders", "pairs"), EncoderTask.Score, 512);

    public CatalogueHolder Catalogue { get; }

    public HostEncoders Encoders { get; }

    public EncodingPipeline Pipeline { get; }

    public ModelEndpoints Models { get; }

    public HostLiveness Liveness { get; }

    public SuspectBook Suspects { get; }

    public static async Task<EncoderHosts> StartAsync(
        int count,
        EncoderAnswer answer,
        RouterOptions? options = null,
        IReadOnlyList<PreparedEncoder>? encoders = null,
        Func<int, HostReport, HostReport>? change = null)
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

        var hosts = new EncoderHosts(apps, options ?? new RouterOptions(), encoders, change);
        while (!Enumerable.Range(0, count).All(i => hosts.Liveness.IsAlive($"host-{i}")))
        {
            await hosts.Liveness.AskAsync(TestContext.Current.CancellationToken);
        }

        return hosts;
    }

    /// <summary>An answer whose numbers say what was asked: of a text its length and its first unit, of a pair the difference of both lengths.</summary>
    public static EncodeResponse Lengths(EncodeRequest request) => new()
    {
        Texts =
        {
            request.Inputs.Select(input => new V1.EncodedText { Tokens = input.HasText ? 3 : input.Tokens.Count, Values = { input.Text.Length, input.HasText ? input.Text[0] : 0 } }),
            request.Pairs.Select(pair => new V1.EncodedText { Tokens = 5, Values = { pair.Second.Length - pair.First.Length } }),
        },
    };

    public async ValueTask DisposeAsync()
    {
        _admission.Dispose();
        _channels.Dispose();
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }
    }

    private sealed class Host(int index, EncoderAnswer answer) : Experts.ExpertsBase
    {
        public override Task<EncodeResponse> Encode(EncodeRequest request, ServerCallContext context) => answer(index, request, context);
    }
}
