using System.Net;
using ExpertCluster.Drills.Support;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;

namespace ExpertCluster.Drills.Soak;

/// <summary>What happens to the cluster in a soak, a step after the other. The first host is never killed, as somebody must live all the while.</summary>
internal sealed class SoakSteps
{
    private const int LostCluster = 3;
    private const string Pilot = "pilot";
    private const int AtOnce = 16;
    private const int MostContents = 24;

    private static readonly string[] Extras = ["extra-0", "extra-1", "extra-2", "extra-3"];

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly DrillCluster _cluster;
    private readonly LivingCatalogue _catalogue;
    private readonly SoakChanges _changes;
    private readonly SoakBook _book;
    private readonly Random _draw;
    private readonly int _firstHosts;

    /// <summary>That has joined and left, and will join again.</summary>
    private Node? _left;

    public SoakSteps(DrillCluster cluster, LivingCatalogue catalogue, SoakChanges changes, SoakBook book, Random draw)
    {
        (_cluster, _catalogue, _changes, _book, _draw) = (cluster, catalogue, changes, book, draw);
        _firstHosts = cluster.Hosts.Count;
        Deck =
        [
            ("apply", ApplyAsync), ("apply", ApplyAsync), ("apply again", ApplyAgainAsync), ("remove", RemoveAsync), ("scale", ScaleAsync), ("canary", CanaryAsync),
            ("kill", KillAsync), ("kill", KillAsync), ("freeze", FreezeAsync), ("cut", CutAsync), ("drain", DrainAsync),
            ("join or leave", JoinOrLeaveAsync), ("join or leave", JoinOrLeaveAsync),
        ];
    }

    /// <summary>The soak shuffles them.</summary>
    public IReadOnlyList<(string Name, Func<Task> DoAsync)> Deck { get; }

    /// <summary>As whoever supervises a node does with one that ended because it is no member any more; any other end is a failure.</summary>
    public async Task ReviveAsync()
    {
        foreach (var host in Running().Where(h => h.HasExited).ToList())
        {
            Assert.True(host.ExitCode == LostCluster, $"{host.Name} ended with {host.ExitCode}: {host.LastLines}");
            TestContext.Current.TestOutputHelper!.WriteLine($"{host.Name} was taken for dead, and is started again");
            host.Restart();
            await host.ReadyAsync();
        }
    }

    /// <summary>No host has what the catalogue has not.</summary>
    /// <returns>What one has all the same; null: nothing.</returns>
    public async Task<string?> StrangerAsync()
    {
        const string Loaded = "expert_cluster_expert_loaded{expert=\"";
        var known = (await _cluster.Clients[0].Admin.ListExpertsAsync(new ListExpertsRequest { PageSize = 1000 }, cancellationToken: _cancellation)).Experts.Select(e => e.Name).ToHashSet();
        foreach (var host in Running())
        {
            string text = await host.GetAsync("/metrics") is { Status: 200 } answer ? answer.Text : "";
            foreach (string line in text.Split('\n').Where(l => l.StartsWith(Loaded, StringComparison.Ordinal) && l.EndsWith("} 1", StringComparison.Ordinal)))
            {
                string name = line[Loaded.Length..line.IndexOf('"', Loaded.Length)];
                if (!known.Contains(name))
                {
                    return $"{host.Name} has {name}, and the catalogue has not";
                }
            }

            // What recent catalogues named stays for those who began with them.
            if (await host.FigureAsync("expert_cluster_adapters_registered") > MostContents)
            {
                return $"{host.Name} has more than {MostContents} adapters";
            }
        }

        return null;
    }

    private IEnumerable<Node> Running() => _cluster.Hosts.Where(h => h != _left);

    private Task KillAsync() => UnderStreamsAsync(Running().Skip(1), async victim =>
    {
        await victim.KillAsync();
        await PauseAsync(most: 2);
        victim.Restart();
    });

    private Task FreezeAsync() => UnderStreamsAsync(Running(), async victim =>
    {
        victim.Signal(Posix.Stop);
        await PauseAsync(most: 1.5);
        victim.Signal(Posix.Continue);
    });

    private Task CutAsync() => UnderStreamsAsync(Running(), async victim =>
    {
        if (_cluster.Network.HasLinks)
        {
            await victim.Machine.CutAsync();
            await PauseAsync(most: 2);
            await victim.Machine.MendAsync();
        }
    });

    /// <summary>Many streams of one request over all hosts, so that whatever host something happens to, some are there: all end with one text.</summary>
    private async Task UnderStreamsAsync(IEnumerable<Node> victims, Func<Node, Task> happenAsync)
    {
        var request = Streams.Long(_draw.Pick(LivingCatalogue.Experts), seed: (ulong)_draw.Next(3));
        var streams = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i =>
            TimedStream.BeginAsync(_cluster.Clients[i % _cluster.Clients.Count].Completions, request, version: null, _cancellation)));
        var hit = victims.Where(v => Array.Exists(streams, s => s.Plan.Host == v.Name)).DefaultIfEmpty(victims.First()).ToList();
        var victim = _draw.Pick(hit);
        Array.ForEach(streams, s => s.Read(after: _draw.Next(1, Streams.LongTokens / 4)));
        await Task.WhenAny(streams.Where(s => s.Plan.Host == victim.Name).Select(s => s.ReachedAsync()).DefaultIfEmpty(Task.CompletedTask));
        await happenAsync(victim);
        await Task.WhenAll(streams.Select(s => s.EndedAsync()));
        Assert.All(streams, s => Assert.Equal((FinishReason.Length, Streams.LongTokens, streams[0].Text), (s.Finish, s.Tokens, s.Text)));
        await victim.ReadyAsync();
    }

    /// <summary>One more host, which gets its share; or, where it is there, it is told to stop, and what it streams ends first.</summary>
    private async Task JoinOrLeaveAsync()
    {
        if (_left is null && _cluster.Hosts.Count > _firstHosts)
        {
            var host = _cluster.Hosts[^1];
            host.Signal(Posix.Terminate);
            await host.ExitedAsync();
            Assert.True(host.ExitCode == 0, host.LastLines);
            _left = host;
            return;
        }

        if (_left is { } again)
        {
            _left = null;
            again.Restart();
        }

        var joined = _cluster.Hosts.Count > _firstHosts ? _cluster.Hosts[^1] : await _cluster.AddHostAsync();
        await joined.ReadyAsync();

        // A few streams leave it out while what they ask for is warm elsewhere; many at once do not.
        await Node.UntilAsync(async () => (await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i =>
            _draw.Pick(_cluster.Clients).Completions.AskAsync(Requests.Chat("auto", $"{i}. Who audits Lonfunr Ltd?", 16))))).Any(a => a.Plan.Host == joined.Name));
    }

    private async Task DrainAsync()
    {
        string host = _draw.Pick(Running().ToList()).Name;
        await _changes.DrainAsync(host);
        foreach (var router in _cluster.Clients)
        {
            await Node.UntilAsync(async () => (await router.Admin.ListHostsAsync(new ListHostsRequest(), cancellationToken: _cancellation)).Hosts.Any(h => h.Name == host && h.Draining));
            for (int i = 0; i < 3; i++)
            {
                Assert.NotEqual(host, (await router.Completions.AskAsync(Requests.Chat("auto", $"{i}. Who audits Lonfunr Ltd?", 4))).Plan.Host);
            }
        }

        await _changes.ResumeAsync(host);
    }

    /// <summary>Where there is no free name left, one goes first.</summary>
    private async Task ApplyAsync()
    {
        if (Extras.All(_book.IsServed))
        {
            await RemoveAsync();
        }

        string adapter = _draw.Pick(Adapters.Trained);
        var spec = new ExpertSpec { Name = Extras.First(e => !_book.IsServed(e)), Adapter = _catalogue.NewAdapter(adapter), Replicas = _draw.Next(3) };
        if (_draw.Next(2) == 0)
        {
            spec.Examples.Add(Adapters.Examples(adapter, 40));
        }

        await _changes.ApplyAsync(spec);
        foreach (var router in _cluster.Clients)
        {
            Assert.Equal(spec.Name, (await router.Completions.AskAsync(Requests.Chat(spec.Name, "Who decides?", 4))).Plan.Experts[0].Name);
        }
    }

    private async Task ApplyAgainAsync()
    {
        await _changes.ApplyAsync(new ExpertSpec { Name = await ServedAsync(), Adapter = _catalogue.NewAdapter(_draw.Pick(Adapters.Trained)), Replicas = 1 });
    }

    /// <summary>What streams ends in peace, whatever the router.</summary>
    private async Task RemoveAsync()
    {
        string name = await ServedAsync();
        var streams = await Task.WhenAll(_cluster.Clients.Select(c => TimedStream.BeginAsync(c.Completions, Streams.Long(name, seed: 5), version: null, _cancellation)));
        await _changes.RemoveAsync(name);
        foreach (var router in _cluster.Clients)
        {
            using var refusal = await router.Router.PostAsync("/v1/completions", $$"""{"model": "{{name}}", "prompt": "Who decides?", "max_tokens": 4}""");
            Assert.Equal(HttpStatusCode.NotFound, refusal.StatusCode);
            Assert.Null(await router.Completions.TryAskAsync(name, "Who decides?"));
        }

        Array.ForEach(streams, s => s.Read(after: 1));
        await Task.WhenAll(streams.Select(s => s.EndedAsync()));
        Assert.All(streams, s => Assert.Equal((FinishReason.Length, Streams.LongTokens), (s.Finish, s.Tokens)));
    }

    /// <summary>One of the extra experts; where there is none, one is applied.</summary>
    private async Task<string> ServedAsync()
    {
        if (!Extras.Any(_book.IsServed))
        {
            await ApplyAsync();
        }

        return _draw.Pick(Extras.Where(_book.IsServed).ToList());
    }

    private async Task CanaryAsync()
    {
        await _changes.ApplyAsync(new ExpertSpec
        {
            Name = Pilot,
            Adapter = _catalogue.NewAdapter("law"),
            Canary = new VersionSpec { Adapter = _catalogue.NewAdapter("code"), Percent = 50 },
            Replicas = 2,
        });
        await _changes.PromoteAsync(Pilot);
        if (_draw.Next(2) == 0)
        {
            await _changes.RollBackAsync(Pilot);
        }
    }

    private Task ScaleAsync() => _changes.ScaleAsync(_draw.Pick(LivingCatalogue.Experts), _draw.Next(1, 4));

    private Task PauseAsync(double most) => Task.Delay(TimeSpan.FromSeconds(most * _draw.NextDouble()), TimeProvider.System, _cancellation);
}
