using System.Net;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Router.Tests.Apis.Admin;

/// <summary>The service behind a real connection.</summary>
public sealed class AdminServiceTests : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly AdminCluster _cluster = new(("law", "demo"), ("tax", "demo"));
    private WebApplication? _app;
    private GrpcChannel? _channel;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        await (_app?.DisposeAsync() ?? ValueTask.CompletedTask);
        _cluster.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task Calls_FromThisMachine_AreAnswered()
    {
        var admin = await StartAsync(AdminCallers.Local);
        await _cluster.ReportAsync(_cluster.Host("a", "law"));

        Assert.Equal(["law", "tax"], (await admin.ListExpertsAsync(new ListExpertsRequest(), cancellationToken: _cancellation)).Experts.Select(e => e.Name));
        Assert.Equal(ExpertState.Ready, (await admin.GetExpertAsync(new GetExpertRequest { Name = "law" }, cancellationToken: _cancellation)).State);
        Assert.Equal("a", Assert.Single((await admin.ListHostsAsync(new ListHostsRequest(), cancellationToken: _cancellation)).Hosts).Name);
    }

    /// <summary>Where an operator lets the framework take callers' addresses from headers, anybody can name this machine's.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Calls_AddressOfAHeader_MakesNobodyLocal()
    {
        var admin = await StartAsync(AdminCallers.Local);
        Metadata named = new() { { "x-forwarded-for", "127.0.0.1" } };

        var error = await RefusedAsync(() => admin.ListHostsAsync(new ListHostsRequest(), named, cancellationToken: _cancellation).ResponseAsync);

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Calls_WrongInput_HaveTheirStatus()
    {
        var admin = await StartAsync(AdminCallers.Local);

        Assert.Equal(StatusCode.NotFound, (await RefusedAsync(() => admin.GetExpertAsync(new GetExpertRequest { Name = "nobody" }, cancellationToken: _cancellation).ResponseAsync)).StatusCode);
        Assert.Equal(StatusCode.InvalidArgument, (await RefusedAsync(() => admin.ListExpertsAsync(new ListExpertsRequest { PageSize = 1001 }, cancellationToken: _cancellation).ResponseAsync)).StatusCode);
        Assert.Equal(StatusCode.InvalidArgument, (await RefusedAsync(() => admin.ListHostsAsync(new ListHostsRequest { PageSize = -1 }, cancellationToken: _cancellation).ResponseAsync)).StatusCode);
    }

    /// <summary>Every method that the contract has, those that are added later too.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Calls_WhereItIsSwitchedOff_AreAllDeniedByTheSettingsName()
    {
        await StartAsync(AdminCallers.Off);
        var raw = Marshallers.Create(static (byte[] bytes) => bytes, static bytes => bytes);
        Assert.Equal(22, V1.Admin.Descriptor.Methods.Count);
        foreach (var method in V1.Admin.Descriptor.Methods)
        {
            // A unary method answers a streaming call with the one message that it has.
            var name = new Method<byte[], byte[]>(MethodType.ServerStreaming, V1.Admin.Descriptor.FullName, method.Name, raw, raw);
            using var call = _channel!.CreateCallInvoker().AsyncServerStreamingCall(name, null, new CallOptions(cancellationToken: _cancellation), []);

            var error = await RefusedAsync(() => call.ResponseStream.MoveNext(_cancellation));

            Assert.Equal((method.Name, StatusCode.PermissionDenied), (method.Name, error.StatusCode));
            Assert.Contains("ExpertCluster:Router:Admin", error.Status.Detail, StringComparison.Ordinal);
        }
    }

    /// <summary>Every method again: who shows no token, or another one, hears nothing.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData(null)]
    [InlineData("Bearer another-token-of-some-length")]
    public async Task Calls_WhereATokenIsAsked_AreAllUnauthenticatedWithoutIt(string? shown)
    {
        await StartAsync(AdminCallers.Local, "a-token-of-some-length");
        var raw = Marshallers.Create(static (byte[] bytes) => bytes, static bytes => bytes);
        foreach (var method in V1.Admin.Descriptor.Methods)
        {
            var name = new Method<byte[], byte[]>(MethodType.ServerStreaming, V1.Admin.Descriptor.FullName, method.Name, raw, raw);
            Metadata headers = shown is null ? [] : new() { { "authorization", shown } };
            using var call = _channel!.CreateCallInvoker().AsyncServerStreamingCall(name, null, new CallOptions(headers, cancellationToken: _cancellation), []);

            var error = await RefusedAsync(() => call.ResponseStream.MoveNext(_cancellation));

            Assert.Equal((method.Name, StatusCode.Unauthenticated), (method.Name, error.StatusCode));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Calls_WithTheToken_AreAnsweredAndRecordedByTheAddress()
    {
        var admin = await StartAsync(AdminCallers.Local, "a-token-of-some-length");
        Metadata headers = new() { { "authorization", "Bearer a-token-of-some-length" } };

        await admin.ScaleExpertAsync(new ScaleExpertRequest { Name = "law", Replicas = 2 }, headers, cancellationToken: _cancellation);

        var changes = await admin.ListChangesAsync(new ListChangesRequest(), headers, cancellationToken: _cancellation);
        Assert.Equal("127.0.0.1", Assert.Single(changes.Changes).By);
    }

    [Fact(Timeout = 60_000)]
    public async Task Changes_Made_AreStoredRecordedAndWatched()
    {
        var admin = await StartAsync(AdminCallers.Local);
        _cluster.Desired.State = DesiredState.Empty with { Version = 7 };
        await _cluster.Desired.States.StartAsync(_cancellation);
        using var call = admin.WatchDesiredState(new WatchDesiredStateRequest(), cancellationToken: _cancellation);
        Assert.True(await call.ResponseStream.MoveNext(_cancellation));
        Assert.Equal(7, call.ResponseStream.Current.Version);

        var answer = await admin.ApplyExpertAsync(
            new ApplyExpertRequest { Expert = new() { Name = "poems", Adapter = "hf://org/poems" }, Options = new() { Reason = "asked for by sales" } }, cancellationToken: _cancellation);

        Assert.Equal((8, false, ""), (answer.Version, answer.Served, answer.Failure));
        Assert.True(await call.ResponseStream.MoveNext(_cancellation));
        Assert.Equal("demo", DesiredStateJson.ReadState(call.ResponseStream.Current.Document).Experts["poems"].Base);
        var change = Assert.Single((await admin.ListChangesAsync(new ListChangesRequest(), cancellationToken: _cancellation)).Changes);
        Assert.Equal(("127.0.0.1", "apply", "poems", "asked for by sales"), (change.By, change.What, change.Subject, change.Reason));
    }

    /// <summary>Each refusal by its status and its field.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Changes_Refused_SayWhichFieldAndWhy()
    {
        var admin = await StartAsync(AdminCallers.Local);

        var missing = await RefusedAsync(() => admin.ApplyExpertAsync(new ApplyExpertRequest(), cancellationToken: _cancellation).ResponseAsync);
        var ofFile = await RefusedAsync(() => admin.RemoveExpertAsync(new RemoveExpertRequest { Name = "law" }, cancellationToken: _cancellation).ResponseAsync);
        var unknown = await RefusedAsync(() => admin.ScaleExpertAsync(new ScaleExpertRequest { Name = "nobody", Replicas = 1 }, cancellationToken: _cancellation).ResponseAsync);
        var old = await RefusedAsync(() => admin.PinExpertAsync(new PinExpertRequest { Name = "law", Pinned = true, Options = new() { ExpectedVersion = 3 } }, cancellationToken: _cancellation).ResponseAsync);
        var wait = await RefusedAsync(() => admin.ResetExpertAsync(new ResetExpertRequest { Name = "law", Options = new() { WaitSeconds = 601 } }, cancellationToken: _cancellation).ResponseAsync);

        Assert.Equal((StatusCode.InvalidArgument, "expert"), (missing.StatusCode, GrpcFailures.FieldOf(missing)));
        Assert.Equal((StatusCode.FailedPrecondition, "name"), (ofFile.StatusCode, GrpcFailures.FieldOf(ofFile)));
        Assert.Equal((StatusCode.NotFound, "name"), (unknown.StatusCode, GrpcFailures.FieldOf(unknown)));
        Assert.Equal((StatusCode.FailedPrecondition, "expected_version"), (old.StatusCode, GrpcFailures.FieldOf(old)));
        Assert.Equal((StatusCode.InvalidArgument, "wait_seconds"), (wait.StatusCode, GrpcFailures.FieldOf(wait)));
        Assert.Equal(0, _cluster.Desired.State.Version);
    }

    [Fact(Timeout = 60_000)]
    public async Task Changes_StoreIsDown_AreUnavailable()
    {
        var admin = await StartAsync(AdminCallers.Local);
        _cluster.Desired.Failure = new TimeoutException("the store is down at 10.1.1.1");

        var error = await RefusedAsync(() => admin.DrainHostAsync(new DrainHostRequest { Name = "a" }, cancellationToken: _cancellation).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.DoesNotContain("10.1.1.1", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Watch_RouterStops_EndsAndSaysThatAnotherTryHelps()
    {
        var admin = await StartAsync(AdminCallers.Local);
        using var call = admin.WatchExperts(new WatchExpertsRequest(), cancellationToken: _cancellation);
        Assert.True(await call.ResponseStream.MoveNext(_cancellation));
        Assert.Equal(2, call.ResponseStream.Current.Experts.Count);

        var stop = _app!.StopAsync(_cancellation);

        Assert.Equal((StatusCode.Unavailable, "the router stops"), await EndAsync(call));
        await stop;
    }

    [Fact(Timeout = 60_000)]
    public async Task Watch_ClientLeaves_MakesRoomForAnother()
    {
        var admin = await StartAsync(AdminCallers.Local);
        for (int i = 0; i < 2 * ExpertWatch.MostWatchers; i++)
        {
            // Who left may count until the router has heard of it.
            while (!await WatchesAsync(admin))
            {
                _cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task<(StatusCode Code, string Detail)> EndAsync(AsyncServerStreamingCall<WatchExpertsResponse> call)
    {
        var error = await RefusedAsync(async () =>
        {
            while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
            }
        });
        return (error.StatusCode, error.Status.Detail);
    }

    private static async Task<RpcException> RefusedAsync(Func<Task> call) => await Assert.ThrowsAsync<RpcException>(call);

    private async Task<bool> WatchesAsync(V1.Admin.AdminClient admin)
    {
        using var call = admin.WatchExperts(new WatchExpertsRequest(), cancellationToken: _cancellation);
        try
        {
            return await call.ResponseStream.MoveNext(_cancellation);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.ResourceExhausted)
        {
            return false;
        }
    }

    private async Task<V1.Admin.AdminClient> StartAsync(string callers, string token = "")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(new AdminLists(_cluster.Overview));
        builder.Services.AddSingleton(new ExpertWatch(_cluster.Overview, TimeProvider.System));
        builder.Services.AddSingleton(_cluster.Changes);
        builder.Services.AddSingleton(new ChangeList(_cluster.Desired.States));
        builder.Services.AddSingleton(new FeedbackList(_cluster.Feedback));
        builder.Services.AddSingleton(_cluster.GateLook);
        builder.Services.AddSingleton(_cluster.GateChanges);
        builder.Services.AddSingleton(_cluster.GateDiffs);
        builder.Services.AddSingleton(new DesiredWatch(_cluster.Desired.States));
        builder.Services.AddSingleton(AdminCluster.AccessOf(new RouterOptions { Admin = callers, AdminToken = token }));
        builder.Services.AddSingleton(new StallGuard(new NodeOptions(), TimeProvider.System));
        builder.Services.AddGrpc();
        _app = builder.Build();
        _app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor });
        _app.MapGrpcService<AdminService>();
        await _app.StartAsync(_cancellation);
        _channel = GrpcChannel.ForAddress(_app.Urls.Single());
        return new V1.Admin.AdminClient(_channel);
    }
}
