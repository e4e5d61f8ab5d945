using System.Diagnostics;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace ExpertCluster.SystemTests;

/// <summary>
/// Nodes that have no folder in common with anybody: the catalogue lies on a web server, and each node has a store of its own.
/// </summary>
[Collection(SharedClusterCollection.Name)]
public sealed class PublishedCatalogueTests(SharedCluster shared) : IDisposable
{
    private const string LawQuestion = "Which court decides on the Kolar lease?";
    private const string CodeQuestion = "From which module comes the function skobrur_fn?";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();

    private string Served => _folder["served"];

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Nodes_CatalogueOnAWebServer_FollowItAndOutliveIt()
    {
        await PrepareAsync("law", "finance");
        await using var server = new StaticServer(Served, FreePorts.Take(1)[0]);
        await server.StartAsync();
        await using var nodes = await NodeGroup.StartAsync(Place(server, "router"), Place(server, "host-0"), Place(server, "host-1"));

        // By name and by what is asked, as the cluster on a folder answers.
        var usual = await shared.Cluster.Client.AskAsync(Requests.Chat("law", LawQuestion, 24));
        Assert.Equal(usual.Text, (await nodes.Client.AskAsync(Requests.Chat("law", LawQuestion, 24))).Text);
        Assert.Equal("law", (await nodes.Client.AskAsync(Requests.Chat("auto", LawQuestion, 8))).Plan.Experts[0].Name);

        // An expert comes.
        await PrepareAsync("law", "finance", "code");
        await Gauges.UntilAsync(async () => (await nodes.Client.TryAskAsync("code", CodeQuestion))?.Plan.Experts[0].Name == "code");
        await Gauges.UntilAsync(async () => (await nodes.Client.TryAskAsync("auto", CodeQuestion))?.Plan.Experts[0].Name == "code");

        // Each of its own: hosts what they keep warm and the gates that choose there, the router its gate.
        var catalogue = PreparedCatalogue.Load(Served);
        string[] own =
        [
            .. catalogue.Experts.Where(e => e.Adapter is not null).SelectMany(e => e.Adapter!.Files)
                .Concat(catalogue.Gates!.Files.Where(f => f.Name.StartsWith("token/", StringComparison.Ordinal))).Select(f => f.Sha256),
        ];
        await Gauges.UntilAsync(() => Task.FromResult(Stored("host-0").IsSupersetOf(own) && Stored("host-1").IsSupersetOf(own)));
        Assert.Empty(Stored("router").Intersect(catalogue.Bases[0].Folder.Files.Select(f => f.Sha256)));

        // The server goes. What is there serves, also from a process that starts now.
        await server.StopAsync();
        await nodes.KillAsync(2);
        await nodes.ReviveAsync(2);
        await nodes.KillAsync(1);
        await nodes.KillAsync(0);
        await nodes.ReviveAsync(0);
        Assert.Equal(usual.Text, (await nodes.Client.AskAsync(Requests.Chat("law", LawQuestion, 24))).Text);
        Assert.Equal("code", (await nodes.Client.AskAsync(Requests.Chat("auto", CodeQuestion, 8))).Plan.Experts[0].Name);

        // It comes back, and is followed.
        await PrepareAsync("law");
        await server.StartAsync();
        await Gauges.UntilAsync(async () => await nodes.Client.TryAskAsync("finance", "Who audits Lonfunr Ltd?") is null);
        string log = await nodes.StopAsync();
        Assert.Contains("Nobody says what the catalogue is now, 1 stays in use: ", log, StringComparison.Ordinal);
        Assert.Contains("The catalogue is followed again", log, StringComparison.Ordinal);
    }

    /// <summary>All of it together: a keeper that gives its folder out, nodes that share none with it, and the admin API.</summary>
    [Fact(Timeout = 300_000)]
    public async Task Keeper_GivesItsFolderOut_WhatTheApiWantsReachesNodesThatShareNothing()
    {
        Write("law");
        int[] ports = FreePorts.Take(2);
        string address = $"http://127.0.0.1:{ports[0]}";
        using var keeper = StartKeeper(address, ports[1]);
        Assert.Equal($"prepared {Served}, at {address}/", await keeper.StandardOutput.ReadLineAsync(_cancellation));
        await using var nodes = await NodeGroup.StartAsync(At(address, "router", ("EXPERTCLUSTER__GRPCPORT", $"{ports[1]}")), At(address, "host-0"), At(address, "host-1"));
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{ports[1]}");
        var admin = new Admin.AdminClient(channel);
        var client = new Completions.CompletionsClient(channel);

        var made = await admin.ApplyExpertAsync(
            new ApplyExpertRequest { Expert = new() { Name = "code", Adapter = "code", Keywords = { "module", "function" } }, Options = new() { WaitSeconds = 120 } },
            cancellationToken: _cancellation);

        Assert.Equal((true, ""), (made.Served, made.Failure));
        Assert.Equal("code", (await client.AskAsync(Requests.Chat("code", CodeQuestion, 8))).Plan.Experts[0].Name);
        var removed = await admin.RemoveExpertAsync(new RemoveExpertRequest { Name = "code", Options = new() { WaitSeconds = 120 } }, cancellationToken: _cancellation);
        Assert.Equal((2L, true, ""), (removed.Version, removed.Served, removed.Failure));
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => client.AskAsync(Requests.Chat("code", CodeQuestion, 8)))).StatusCode);

        string metrics = await shared.Cluster.Http.GetStringAsync(new Uri($"{address}/metrics"), _cancellation);
        Assert.Contains("expert_cluster_keeper_failing 0\n", metrics, StringComparison.Ordinal);
        Assert.Matches("\nexpert_cluster_keeper_preparations_total\\{outcome=\"changed\"\\} [3-9]", metrics);

        // What a host has read it has when the keeper is away.
        Assert.NotEmpty((await client.AskAsync(Requests.Chat("law", LawQuestion, 8))).Text);
        using var told = Process.Start("kill", ["-TERM", $"{keeper.Id}"]);
        await keeper.WaitForExitAsync(_cancellation);
        Assert.Equal(0, keeper.ExitCode);
        Assert.NotEmpty((await client.AskAsync(Requests.Chat("law", LawQuestion, 8))).Text);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("Router")]
    [InlineData("ExpertHost")]
    public async Task Start_NobodyAnswers_EndsWithOneSentence(string program)
    {
        int[] ports = FreePorts.Take(5);
        string uri = $"http://127.0.0.1:{ports[4]}/catalogue";
        var settings = NodeGroup.Settings("node", _folder["unused"], ports[..4])
            .Where(s => !s.Name.EndsWith("PREPARED", StringComparison.Ordinal))
            .Concat([("EXPERTCLUSTER__PREPARED", uri), ("EXPERTCLUSTER_STORE", _folder["store"]), ("EXPERTCLUSTER_SOURCES_ALLOWED_HOSTS", $"http://127.0.0.1:{ports[4]}"), ("EXPERTCLUSTER_SOURCES_ATTEMPTS", "1")]);

        var run = await ProgramRun.ToEndAsync(program, settings);

        Assert.Equal(2, run.Code);
        Assert.Equal($"{uri}/prepared.json: 127.0.0.1:{ports[4]} can't be asked: ConnectionError", Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    private NodePlace Place(StaticServer server, string node) => At($"{server.Address}/catalogue", node) with
    {
        Environment = [("EXPERTCLUSTER_STORE", _folder[$"stores/{node}"]), ("EXPERTCLUSTER_SOURCES_ALLOWED_HOSTS", server.Address)],
    };

    private NodePlace At(string address, string node, params (string Name, string? Value)[] more) => new($"{address}/", _folder.Path)
    {
        Environment = [("EXPERTCLUSTER_STORE", _folder[$"stores/{node}"]), ("EXPERTCLUSTER_SOURCES_ALLOWED_HOSTS", address), .. more],
    };

    private Process StartKeeper(string address, int grpcPort)
    {
        string adapters = RepositoryRoot.Combine("models", "demo", "adapters");
        var start = new ProcessStartInfo("dotnet", [
            "exec", TestCluster.ProgramPath("Cli"), "keep", "--config", _folder["experts.yaml"], "--adapters", adapters, "--listen", address,
            "--grpc-address", $"http://127.0.0.1:{grpcPort}", Served])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["EXPERTCLUSTER_CACHE"] = _folder["cache"];
        return Process.Start(start)!;
    }

    private HashSet<string> Stored(string node) => [.. Directory.GetFiles(_folder[$"stores/{node}/objects"]).Select(f => Path.GetFileName(f))];

    private async Task PrepareAsync(params string[] experts)
    {
        Write(experts);
        var run = await PreparedDemo.PrepareAsync(_folder["experts.yaml"], Served, _folder["cache"]);
        Assert.True(run.Code == 0, run.Errors);
    }

    private void Write(params string[] experts)
    {
        string models = RepositoryRoot.Combine("models", "demo");
        string adapted = string.Concat(experts.Select(e => $"  - name: {e}\n    base: demo\n    adapter: {models}/adapters/{e}\n    examples: {models}/examples/{e}.txt\n    replicas: 2\n"));
        File.WriteAllText(
            _folder["experts.yaml"],
            $"bases:\n  - name: demo\n    path: {models}/base\nexperts:\n  - name: general\n    base: demo\n    examples: {models}/examples/general.txt\n{adapted}");
    }
}
