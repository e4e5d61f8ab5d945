using System.Net;
using System.Threading.Channels;
using ExpertCluster.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Cli.Tests.Support;

/// <summary>A router's admin API that answers as the test says, over a real connection, two entries a page.</summary>
internal sealed class FakeAdmin : IAsyncDisposable
{
    private const int PageSize = 2;

    private readonly WebApplication _app;
    private readonly Script _script;

    private FakeAdmin(WebApplication app, Script script) => (_app, _script, Address) = (app, script, app.Urls.Single());

    public string Address { get; }

    public List<ExpertStatus> Experts => _script.Experts;

    public List<HostStatus> Hosts => _script.Hosts;

    public List<FeedbackRecord> Feedback => _script.Feedback;

    public GateStatus Gate
    {
        set => _script.Gate = value;
    }

    /// <summary>What both gates say of a text.</summary>
    public Func<string, GateDifference> Differs
    {
        set => _script.Differs = value;
    }

    /// <summary>What was asked to change of the gate.</summary>
    public List<IMessage> GateChanges => _script.GateChanges;

    /// <summary>What everybody who asks gets instead of an answer.</summary>
    public Status? Refusal
    {
        set => _script.Refusal = value;
    }

    /// <summary>What who asked last showed of itself.</summary>
    public string? Authorization => _script.Authorization;

    /// <summary>How many watches have begun.</summary>
    public int Watches => Volatile.Read(ref _script.Watches);

    public static async Task<FakeAdmin> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var script = new Script();
        builder.Services.AddSingleton(script);
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new FakeAdmin(app, script);
    }

    /// <summary>Tells the watcher.</summary>
    public void Tell(WatchExpertsResponse message) => _script.Told.Writer.TryWrite(() => message);

    /// <summary>Ends the watch that runs.</summary>
    public void EndWatch(StatusCode code) => _script.Told.Writer.TryWrite(() => throw new RpcException(new Status(code, "scripted")));

    /// <summary>Ends it as if all were told.</summary>
    public void CloseWatch() => _script.Told.Writer.Complete();

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private sealed class Script
    {
        public int Watches;

        public List<ExpertStatus> Experts { get; } = [];

        public List<HostStatus> Hosts { get; } = [];

        public List<FeedbackRecord> Feedback { get; } = [];

        public GateStatus Gate { get; set; } = new();

        public Func<string, GateDifference> Differs { get; set; } = _ => new GateDifference();

        public List<IMessage> GateChanges { get; } = [];

        public Status? Refusal { get; set; }

        public string? Authorization { get; set; }

        public Channel<Func<WatchExpertsResponse>> Told { get; } = Channel.CreateBounded<Func<WatchExpertsResponse>>(100);
    }

    private sealed class Service(Script script) : Admin.AdminBase
    {
        public override Task<ListExpertsResponse> ListExperts(ListExpertsRequest request, ServerCallContext context)
        {
            script.Authorization = context.RequestHeaders.GetValue("authorization");
            var (page, next) = Page(script.Experts, request.PageToken, e => e.Name);
            return Task.FromResult(new ListExpertsResponse { Experts = { page }, NextPageToken = next });
        }

        public override Task<ListHostsResponse> ListHosts(ListHostsRequest request, ServerCallContext context)
        {
            var (page, next) = Page(script.Hosts, request.PageToken, h => h.Name);
            return Task.FromResult(new ListHostsResponse { Hosts = { page }, NextPageToken = next });
        }

        public override Task<ListFeedbackResponse> ListFeedback(ListFeedbackRequest request, ServerCallContext context)
        {
            var (page, next) = Page(script.Feedback, request.PageToken, f => f.RequestId);
            return Task.FromResult(new ListFeedbackResponse { Feedback = { page }, NextPageToken = next });
        }

        public override Task<GateStatus> GetGate(GetGateRequest request, ServerCallContext context) => Task.FromResult(script.Gate);

        public override Task<ChangeResponse> FitGate(FitGateRequest request, ServerCallContext context) => Change(request);

        public override Task<ChangeResponse> ShiftGate(ShiftGateRequest request, ServerCallContext context) => Change(request);

        public override Task<ChangeResponse> PromoteGate(PromoteGateRequest request, ServerCallContext context) => Change(request);

        public override Task<ChangeResponse> RollBackGate(RollBackGateRequest request, ServerCallContext context) => Change(request);

        public override Task<DiffGatesResponse> DiffGates(DiffGatesRequest request, ServerCallContext context) =>
            script.Refusal is { } refusal ? throw new RpcException(refusal) : Task.FromResult(new DiffGatesResponse { Differences = { request.Texts.Select(script.Differs) } });

        private Task<ChangeResponse> Change(IMessage change)
        {
            if (script.Refusal is { } refusal)
            {
                throw new RpcException(refusal);
            }

            script.GateChanges.Add(change);
            return Task.FromResult(new ChangeResponse { Version = 7, Served = true, Details = "as told" });
        }

        public override async Task WatchExperts(
            WatchExpertsRequest request, IServerStreamWriter<WatchExpertsResponse> responseStream, ServerCallContext context)
        {
            Interlocked.Increment(ref script.Watches);
            await foreach (var message in script.Told.Reader.ReadAllAsync(context.CancellationToken))
            {
                await responseStream.WriteAsync(message(), context.CancellationToken);
            }
        }

        private (IReadOnlyList<T> Page, string Next) Page<T>(List<T> all, string token, Func<T, string> nameOf)
        {
            if (script.Refusal is { } refusal)
            {
                throw new RpcException(refusal);
            }

            T[] left = [.. all.SkipWhile(e => token.Length > 0 && string.CompareOrdinal(nameOf(e), token) <= 0)];
            return (left[..Math.Min(PageSize, left.Length)], left.Length > PageSize ? nameOf(left[PageSize - 1]) : "");
        }
    }
}
