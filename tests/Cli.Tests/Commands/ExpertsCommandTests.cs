using System.Text.Json;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Cli.Tests.Commands;

public sealed class ExpertsCommandTests : IDisposable
{
    private readonly FakeClusters _clusters = new();

    public void Dispose() => _clusters.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Experts_NoTerminal_ArePlainColumns()
    {
        await using var admin = await StartAsync();

        var run = new CommandRun(_clusters, "experts", "--grpc-address", admin.Address);

        Assert.Equal(0, await run.Code);
        Assert.Equal(
            """
            EXPERT   BASE  STATE        REPLICAS  HOSTS     FLAGS         REVISION      VERSIONS               REASON
            code     demo  cold         0/1       -         gated         -             -                      -
            finance  demo  unavailable  0/2       -         -             -             -                      its rank is 512; at most 256 is served
            law      demo  ready        5/2       a,b,c,+2  gated,pinned  0123456789ab  canary=5%,shadow=100%  -

            """,
            run.Output.ToString());
        Assert.Equal("", run.Errors.ToString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Experts_Json_HasTheContractsFields()
    {
        await using var admin = await StartAsync();

        var run = new CommandRun(_clusters, "experts", "--json", "--grpc-address", admin.Address);

        Assert.Equal(0, await run.Code);
        var experts = JsonDocument.Parse(run.Output.ToString()).RootElement.GetProperty("experts").EnumerateArray().ToList();
        Assert.Equal(["code", "finance", "law"], experts.Select(e => e.GetProperty("name").GetString()));
        Assert.Equal(ExpertStatus.Descriptor.Fields.InDeclarationOrder().Select(f => f.Name), experts[2].EnumerateObject().Select(p => p.Name));
        Assert.Equal(("ready", 1700000000000, true), (
            experts[2].GetProperty("state").GetString(),
            experts[2].GetProperty("replicas")[0].GetProperty("since_unix_ms").GetInt64(),
            experts[2].GetProperty("replicas")[0].GetProperty("warm").GetBoolean()));
        var canary = experts[2].GetProperty("versions")[1];
        Assert.Equal(("canary", 5, 3, 12.5), (
            canary.GetProperty("version").GetString(),
            canary.GetProperty("percent").GetInt32(),
            canary.GetProperty("figures").GetProperty("requests").GetInt64(),
            canary.GetProperty("figures").GetProperty("tokens_per_second").GetDouble()));
    }

    /// <summary>The first of the file's tokens, and nothing without one.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Experts_TokenFile_IsShown()
    {
        await using var admin = await StartAsync();
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["token"], "the-first-token-of-all\nthe-second-token-of-all\n");

        Assert.Equal(0, await new CommandRun(_clusters, "experts", "--grpc-address", admin.Address).Code);
        Assert.Null(admin.Authorization);
        Assert.Equal(0, await new CommandRun(_clusters, "experts", "--grpc-address", admin.Address, "--token-file", folder["token"]).Code);
        Assert.Equal("Bearer the-first-token-of-all", admin.Authorization);
    }

    [Fact(Timeout = 60_000)]
    public async Task Experts_TokenThatIsNotTaken_SaysWhereItComesFrom()
    {
        await using var admin = await StartAsync();
        admin.Refusal = new Status(StatusCode.Unauthenticated, "the admin API asks for a token");

        var run = new CommandRun(_clusters, "experts", "--grpc-address", admin.Address);

        Assert.Equal(
            $"{admin.Address} refuses: the admin API asks for a token; --token-file or EXPERTCLUSTER__ROUTER__ADMINTOKEN has it", await run.RefusalAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Experts_TokenFileThatIsNone_IsRefusedByItsName() => Assert.Contains(
        "--token-file '/nowhere/token' can't be read", await new CommandRun(_clusters, "experts", "--token-file", "/nowhere/token").RefusalAsync(), StringComparison.Ordinal);

    [Theory(Timeout = 60_000)]
    [InlineData("experts")]
    [InlineData("experts", "--json")]
    [InlineData("experts", "--watch")]
    [InlineData("hosts")]
    public async Task Any_NobodyListens_IsOneSentenceAndTwo(params string[] arguments)
    {
        string address = $"http://127.0.0.1:{FreePorts.Take(1)[0]}";

        var run = new CommandRun(_clusters, [.. arguments, "--grpc-address", address]);

        Assert.Equal($"nobody answers at {address}; --grpc-address says where the router of a running cluster is", await run.RefusalAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Experts_RouterForbids_SaysWhatItSays()
    {
        await using var admin = await StartAsync();
        admin.Refusal = new Status(StatusCode.PermissionDenied, "the admin API is switched off; ExpertCluster:Router:Admin says so");

        var run = new CommandRun(_clusters, "experts", "--grpc-address", admin.Address);

        Assert.Equal($"{admin.Address} refuses: the admin API is switched off; ExpertCluster:Router:Admin says so", await run.RefusalAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Experts_RouterWithoutTheApi_IsNamed()
    {
        await using var old = await FakeRouter.StartAsync(_ => []);

        var run = new CommandRun(_clusters, "experts", "--grpc-address", $"http://127.0.0.1:{old.Port}");

        Assert.Equal($"http://127.0.0.1:{old.Port} is no router with the admin API, or has another port for that; --grpc-address says where the router of a running cluster is", await run.RefusalAsync());
    }

    [Theory]
    [InlineData("--grpc-address is 'localhost:50051'; it must be an address like http://host:port or https://host:port", "--grpc-address", "localhost:50051")]
    [InlineData("--grpc-address is 'router'; it must be an address like http://host:port or https://host:port", "--grpc-address", "router")]
    [InlineData("--grpc-address is https://router:1, which needs --tls with a folder that has ca.crt", "--grpc-address", "https://router:1")]
    [InlineData("--tls is set, and --grpc-address is http://127.0.0.1:50051, which speaks no TLS", "--tls", "/nowhere")]
    public async Task Experts_WrongAddress_IsNamed(string sentence, params string[] arguments) =>
        Assert.Equal(sentence, await new CommandRun(_clusters, ["experts", .. arguments]).RefusalAsync());

    [Fact(Timeout = 60_000)]
    public async Task Watch_Text_IsATableThenALineAChangeUntilStopped()
    {
        await using var admin = await StartAsync();
        admin.Tell(new WatchExpertsResponse { Experts = { admin.Experts }, Complete = true });
        var run = new CommandRun(_clusters, "experts", "--watch", "--grpc-address", admin.Address);
        await run.Output.SaysAsync("law      demo  ready");

        var code = Expert("code", ExpertState.Ready, "a");
        code.Versions.Add([new VersionStatus { Version = "stable", Percent = 50 }, new VersionStatus { Version = "canary", Percent = 50 }]);
        admin.Tell(new WatchExpertsResponse { Experts = { code }, Removed = { "law" }, Complete = true });
        await run.Output.SaysAsync("law: removed");

        Assert.Matches(@"\d\d:\d\d:\d\d code: ready on a, canary=50%\n\d\d:\d\d:\d\d law: removed\n\z", run.Output.ToString());
        await run.StopAsync();
        Assert.Equal(0, await run.Code);
    }

    [Fact(Timeout = 60_000)]
    public async Task Watch_Json_IsALineAMessage()
    {
        await using var admin = await StartAsync();
        admin.Tell(new WatchExpertsResponse { Experts = { Expert("code", ExpertState.Cold) }, Complete = true });
        admin.Tell(new WatchExpertsResponse { Removed = { "code" }, Complete = true });
        var run = new CommandRun(_clusters, "experts", "--watch", "--json", "--grpc-address", admin.Address);

        await run.Output.SaysAsync("\n", times: 2);

        var lines = run.Output.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal("cold", lines[0].GetProperty("experts")[0].GetProperty("state").GetString());
        Assert.Equal("code", lines[1].GetProperty("removed")[0].GetString());
        await run.StopAsync();
        Assert.Equal(0, await run.Code);
    }

    [Fact(Timeout = 60_000)]
    public async Task Watch_ItsTimeIsUp_BeginsAnewAndTellsOnlyWhatChanged()
    {
        await using var admin = await StartAsync();
        admin.Tell(new WatchExpertsResponse { Experts = { admin.Experts }, Complete = true });
        admin.EndWatch(StatusCode.DeadlineExceeded);
        admin.Tell(new WatchExpertsResponse { Experts = { admin.Experts[0], Expert("law", ExpertState.Cold) }, Complete = true });

        var run = new CommandRun(_clusters, "experts", "--watch", "--grpc-address", admin.Address);
        await run.Output.SaysAsync("finance: removed");

        Assert.Equal(2, admin.Watches);
        Assert.Matches(@"law: cold\n\d\d:\d\d:\d\d finance: removed\n\z", run.Output.ToString());
        Assert.DoesNotContain("code:", run.Output.ToString(), StringComparison.Ordinal);
        await run.StopAsync();
        Assert.Equal(0, await run.Code);
    }

    [Fact(Timeout = 60_000)]
    public async Task Watch_RouterStops_EndsWithTwo()
    {
        await using var admin = await StartAsync();
        admin.Tell(new WatchExpertsResponse { Complete = true });
        admin.EndWatch(StatusCode.Unavailable);

        var run = new CommandRun(_clusters, "experts", "--watch", "--grpc-address", admin.Address);

        Assert.Equal(2, await run.Code);
        Assert.Equal($"{admin.Address} went away", Assert.Single(run.Errors.Lines));
    }

    /// <summary>No router does; whatever stands between may, and must not be asked without end.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Watch_StreamEndsWithoutAStatus_EndsWithTwo()
    {
        await using var admin = await StartAsync();
        admin.CloseWatch();

        var run = new CommandRun(_clusters, "experts", "--watch", "--grpc-address", admin.Address);

        Assert.Equal($"{admin.Address} ended the watch", await run.RefusalAsync());
    }

    private static async Task<FakeAdmin> StartAsync()
    {
        var admin = await FakeAdmin.StartAsync();
        var code = Expert("code", ExpertState.Cold);
        code.Gated = true;
        var finance = Expert("finance", ExpertState.Unavailable);
        finance.MinReplicas = 2;
        finance.Reason = "its rank is 512;\nat most 256 is served";
        finance.Replicas.Add(new ReplicaStatus { Host = "a", Reason = finance.Reason });
        var law = Expert("law", ExpertState.Ready, "a", "b", "c", "d", "e");
        (law.Gated, law.Pinned, law.MinReplicas, law.Revision) = (true, true, 2, "0123456789abcdef0123456789abcdef");
        law.Versions.Add([
            new VersionStatus { Version = "stable", Percent = 95, Revision = law.Revision },
            new VersionStatus { Version = "canary", Percent = 5, Figures = new VersionFigures { Requests = 3, TokensPerSecond = 12.5 } },
            new VersionStatus { Version = "shadow", Percent = 100 }]);
        admin.Experts.AddRange([code, finance, law]);
        return admin;
    }

    private static ExpertStatus Expert(string name, ExpertState state, params string[] hosts) => new()
    {
        Name = name,
        Base = "demo",
        State = state,
        MinReplicas = 1,
        Replicas = { hosts.Select(h => new ReplicaStatus { Host = h, SinceUnixMs = 1700000000000, Warm = true }) },
    };
}
