using ExpertCluster.Drills.Support;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Drills;

/// <summary>Hosts killed under streams, again and again: each goes on elsewhere to the text that it would have had.</summary>
[Collection(nameof(Alone))]
public sealed class ResumeTests
{
    private const int AtOnce = 4;
    private const string Expert = "pilot";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly Random _draw = new(DrillOptions.Seed);
    private readonly List<double> _gaps = [];

    [DrawnFact]
    public async Task HostKilledUnderStreams_EachEndsWithTheUndisturbedText()
    {
        int kills = DrillOptions.Kills > 0 ? DrillOptions.Kills : 6;
        await using var cluster = await DrillCluster.StartReadyAsync("redis", hosts: 3);
        string[] models = [.. Adapters.Trained, "general", "auto"];
        for (int i = 0, hits = 0; hits < kills; i++)
        {
            var request = Streams.Long(_draw.Pick(models), seed: i % 2 == 0 ? 0 : (ulong)_draw.Next(1, 1000));
            var undisturbed = await cluster.Client.AskAsync(request);

            var streams = await UnderwayAsync(cluster, request);
            await KillAsync(cluster, _draw.Pick(streams).Plan.Host, streams);

            Assert.All(streams, s => Assert.Equal((Streams.Key(undisturbed.Plan), undisturbed.Text), (Streams.Key(s.Plan), s.Text)));
            Assert.All(streams, s => Assert.Equal((undisturbed.Finish, undisturbed.Usage.CompletionTokens), (s.Finish, s.Tokens)));
            hits += Hits(streams);
        }

        Tell();
    }

    [DrawnFact]
    public async Task HostKilledWhileACanaryIsPromoted_EachStreamEndsOnTheRevisionThatItBeganWith()
    {
        int kills = DrillOptions.Kills > 0 ? DrillOptions.Kills : 2;
        using var catalogue = new LivingCatalogue();
        await using var cluster = await DrillCluster.StartAsync(
            new DrillShape("redis", Hosts: 3) { Kept = catalogue.Path, Settings = new Dictionary<string, string> { ["ROUTER__ADMIN"] = "on" } });
        await Task.WhenAll(cluster.Nodes.Select(n => n.ReadyAsync()));
        var admin = cluster.Clients[0].Admin;
        var wait = new ChangeOptions { WaitSeconds = 120 };
        var spec = new ExpertSpec { Name = Expert, Adapter = catalogue.NewAdapter("law"), Canary = new VersionSpec { Adapter = catalogue.NewAdapter("code") }, Replicas = 2 };
        await ServedAsync(() => admin.ApplyExpertAsync(new ApplyExpertRequest { Expert = spec, Options = wait }, cancellationToken: _cancellation));

        for (int i = 0, hits = 0; hits < kills; i++)
        {
            // Promoted, then rolled back, and so on; whichever serves, both contents are under streams.
            bool promotes = i % 2 == 0;
            if (promotes && i > 0)
            {
                // What was rolled back is no canary any more, until all of this is forgotten.
                await ServedAsync(() => admin.ResetExpertAsync(new ResetExpertRequest { Name = Expert, Options = wait }, cancellationToken: _cancellation));
            }

            var request = Streams.Long(Expert, seed: promotes ? 0 : (ulong)_draw.Next(1, 1000));
            string[] versions = promotes ? ["stable", "canary"] : ["stable"];
            var undisturbed = await Task.WhenAll(versions.Select(v => cluster.Client.AskAsync(request, v)));

            var streams = await UnderwayAsync(cluster, request, versions);
            var change = ServedAsync(() => promotes
                ? admin.PromoteExpertAsync(new PromoteExpertRequest { Name = Expert, Options = wait }, cancellationToken: _cancellation)
                : admin.RollBackExpertAsync(new RollBackExpertRequest { Name = Expert, Options = wait }, cancellationToken: _cancellation));
            await KillAsync(cluster, _draw.Pick(streams).Plan.Host, streams);
            await change;

            for (int s = 0; s < streams.Count; s++)
            {
                var expected = undisturbed[s % versions.Length];
                Assert.Equal((Streams.Key(expected.Plan), expected.Text, Streams.LongTokens), (Streams.Key(streams[s].Plan), streams[s].Text, streams[s].Tokens));
                Assert.All(streams[s].Resumed, plan => Assert.Equal(expected.Plan.Experts[0].Revision, plan.Experts[0].Revision));
            }

            hits += Hits(streams);
        }

        Tell();
    }

    /// <summary>Streams of a request that have begun.</summary>
    private async Task<List<TimedStream>> UnderwayAsync(DrillCluster cluster, CompleteRequest request, params string[] versions)
    {
        List<TimedStream> streams = [];
        for (int i = 0; i < AtOnce; i++)
        {
            streams.Add(await TimedStream.BeginAsync(cluster.Client, request, versions.Length == 0 ? null : versions[i % versions.Length], _cancellation));
        }

        return streams;
    }

    /// <summary>Kills a host under them, starts it again, and reads them to their ends.</summary>
    private async Task KillAsync(DrillCluster cluster, string victim, List<TimedStream> streams)
    {
        var host = cluster.Hosts.Single(h => h.Name == victim);
        foreach (var stream in streams)
        {
            stream.Read(after: _draw.Next(1, Streams.LongTokens / 3));
        }

        await streams.First(s => s.Plan.Host == victim).ReachedAsync();
        host.Signal(Posix.Kill);
        await Task.WhenAll(streams.Select(s => s.EndedAsync()));
        _gaps.AddRange(streams.Select(s => s.Gap).OfType<TimeSpan>().Select(gap => gap.TotalSeconds));

        await host.ExitedAsync();
        host.Restart();
        await host.ReadyAsync();
    }

    /// <summary>The host that is killed may have the grain of the desired state: who is told to try again does.</summary>
    private static async Task ServedAsync(Func<AsyncUnaryCall<ChangeResponse>> change)
    {
        while (true)
        {
            try
            {
                var answer = await change();
                Assert.Equal((true, ""), (answer.Served, answer.Failure));
                return;
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>A kill counts where it found a stream: an answer may have been read to its end by the router before, however slow its client.</summary>
    private static int Hits(List<TimedStream> streams) => streams.Exists(s => s.Gap is not null) ? 1 : 0;

    private void Tell()
    {
        _gaps.Sort();
        double At(double share) => _gaps[(int)Math.Min(_gaps.Count - 1, share * _gaps.Count)];
        TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant(
            $"seed {DrillOptions.Seed}: {_gaps.Count} streams went on elsewhere; gap p50 {At(0.5):0.00} s, p99 {At(0.99):0.00} s, longest {_gaps[^1]:0.00} s"));
    }
}
