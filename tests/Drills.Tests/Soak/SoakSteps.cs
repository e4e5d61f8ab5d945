using ExpertCluster.Drills.Support;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;

namespace ExpertCluster.Drills.Soak;

/// <summary>What happens to the cluster in a soak, a step after the other. The first host is never killed, as somebody must live all the while.</summary>
internal sealed class SoakSteps
{
    private const int LostCluster = 3;
    private const string Pilot = "pilot";

    private static readonly string[] Extras = ["extra-0", "extra-1", "extra-2", "extra-3"];

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly DrillCluster _cluster;
    private readonly LivingCatalogue _catalogue;
    private readonly SoakChanges _changes;
    private readonly SoakBook _book;
    private readonly SoakReport _report;
    private readonly Random _draw;
    private readonly int _firstHosts;

    public SoakSteps(DrillCluster cluster, LivingCatalogue catalogue, SoakChanges changes, SoakBook book, SoakReport report, Random draw)
    {
        (_cluster, _catalogue, _changes, _book, _report, _draw) = (cluster, catalogue, changes, book, report, draw);
        _firstHosts = cluster.Hosts.Count;
        Deck = [("apply", ApplyAsync), ("kill", KillAsync), ("join", JoinAsync), ("canary", CanaryAsync), ("freeze", FreezeAsync), ("apply again", ApplyAgainAsync),
            ("drain", DrainAsync), ("cut", CutAsync), ("remove", RemoveAsync), ("kill", KillAsync), ("scale", ScaleAsync), ("leave", LeaveAsync)];
    }

    /// <summary>Each of them once, two of some; the soak shuffles them.</summary>
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
        }

        return null;
    }

    private IEnumerable<Node> Running() => _cluster.Hosts.Where(h => h != Left);

    /// <summary>That has left, and will join again.</summary>
    private Node? Left { get; set; }

    private async Task KillAsync()
    {
        var victim = _draw.Pick(_cluster.Hosts.Skip(1).Where(h => h != Left).ToList());
        await victim.KillAsync();
        await PauseAsync(most: 2);
        victim.Restart();
        await victim.ReadyAsync();
    }

    private async Task FreezeAsync()
    {
        var victim = _draw.Pick(Running().ToList());
        victim.Signal(Posix.Stop);
        await PauseAsync(most: 1.5);
        victim.Signal(Posix.Continue);
    }

    private async Task CutAsync()
    {
        if (_cluster.Network.HasLinks)
        {
            var victim = _draw.Pick(Running().ToList());
            await victim.Machine.CutAsync();
            await PauseAsync(most: 2);
            await victim.Machine.MendAsync();
        }
    }

    /// <summary>One more host: it gets its share.</summary>
    private async Task JoinAsync()
    {
        if (Left is { } again)
        {
            Left = null;
            again.Restart();
        }
        else if (_cluster.Hosts.Count == _firstHosts)
        {
            await _cluster.AddHostAsync();
        }

        var host = _cluster.Hosts[^1];
        await host.ReadyAsync();
        int before = _report.ByHost(host.Name);
        await Node.UntilAsync(() => Task.FromResult(_report.ByHost(host.Name) > before || _report.Failures.Count > 0));
    }

    /// <summary>A host that joined is told to stop: what it streams ends first.</summary>
    private async Task LeaveAsync()
    {
        if (Left is null && _cluster.Hosts.Count > _firstHosts)
        {
            var host = _cluster.Hosts[^1];
            host.Signal(Posix.Terminate);
            await host.ExitedAsync();
            Assert.True(host.ExitCode == 0, host.LastLines);
            Left = host;
        }
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
    }

    private async Task ApplyAgainAsync()
    {
        if (Extras.FirstOrDefault(_book.IsServed) is { } name)
        {
            await _changes.ApplyAsync(new ExpertSpec { Name = name, Adapter = _catalogue.NewAdapter(_draw.Pick(Adapters.Trained)), Replicas = 1 });
        }
    }

    /// <summary>What streams ends in peace, whatever the router.</summary>
    private async Task RemoveAsync()
    {
        if (Extras.Where(_book.IsServed).ToList() is { Count: > 0 } served)
        {
            string name = _draw.Pick(served);
            var streams = await Task.WhenAll(_cluster.Clients.Select(c => TimedStream.BeginAsync(c.Completions, Streams.Long(name, seed: 5), version: null, _cancellation)));
            await _changes.RemoveAsync(name);
            Array.ForEach(streams, s => s.Read(after: 1));
            await Task.WhenAll(streams.Select(s => s.EndedAsync()));
            Assert.All(streams, s => Assert.Equal((FinishReason.Length, Streams.LongTokens), (s.Finish, s.Tokens)));
        }
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
