using ExpertCluster.Cli.Running;

namespace ExpertCluster.Bench.Peers;

/// <summary>Our router and one host against a peer's server: same weights, requests and API, in turns.</summary>
internal static class PeerRun
{
    public static async Task<int> RunAsync(PeerOptions options, CancellationToken cancellation)
    {
        var folder = new PeerFolder(options.Model);
        var (prepared, model) = PeerCatalogue.Prepare(folder, options.Quantization);
        var adapters = await PeerAdapters.AskAsync(options.Peer, cancellation);
        string machine = Machine.Describe();

        // Random weights repeat themselves: guessing tokens would flatter us, and the peer guesses none.
        Environment.SetEnvironmentVariable("EXPERTCLUSTER__RUNTIME__DRAFTROWS", "0");
        var layout = new ClusterLayout
        {
            Prepared = prepared,
            Hosts = 1,
            HttpPort = 0,
            GrpcPort = 0,
        };
        await using var cluster = await RunningCluster.StartAsync(layout, Console.Error.WriteLine, TimeProvider.System, cancellation);
        Dictionary<string, int> processes = new() { ["router"] = cluster.Router.Process.Id, ["host"] = cluster.Hosts[0].Process.Id };
        using var ours = new PeerEndpoint(
            new Uri(cluster.HttpAddress),
            (body, adapter) => body["model"] = adapter is { } index ? PeerFolder.AdapterName(index) : PeerCatalogue.BaseName,
            processes);
        using var peer = new PeerEndpoint(
            options.Peer, adapters.Name, options.PeerProcess is { } id ? new Dictionary<string, int> { ["peer"] = id } : []);

        var prompts = new PeerPrompts(Text.Tokenization.Tokenizer.Load(folder.Tokenizer));
        List<PeerComparison> comparisons = [];
        foreach (var scenario in PeerScenario.All(options.TokensPerStream, model.Shape.MaxPositions))
        {
            if (options.Filter is { } filter && !scenario.Name.Contains(filter, StringComparison.Ordinal))
            {
                continue;
            }

            if (scenario.Adapters > 0 && !adapters.AreServed)
            {
                Console.Error.WriteLine($"{scenario.Name}: n/a, the peer does not serve these adapters");
                continue;
            }

            Console.Error.WriteLine(scenario.Name);
            comparisons.Add(await CompareAsync(ours, peer, scenario, prompts, options, cancellation));
        }

        var report = new PeerReport(machine, folder.Name, layout.ThreadsPerHost, options, comparisons);
        ResultsFolder.Write($"peers-{folder.Name}-{options.Precision}", report.ToMarkdown(), report);
        return 0;
    }

    private static async Task<PeerComparison> CompareAsync(
        PeerEndpoint ours, PeerEndpoint peer, PeerScenario scenario, PeerPrompts prompts, PeerOptions options, CancellationToken cancellation)
    {
        List<(PeerRound Ours, PeerRound Peer)> rounds = [];
        for (int i = -options.Warmups; i < options.Rounds; i++)
        {
            var waves = prompts.Make(scenario, options.TokensPerRound, seed: i);
            var first = await PeerRound.RunAsync(i % 2 == 0 ? ours : peer, scenario, waves, cancellation);
            var second = await PeerRound.RunAsync(i % 2 == 0 ? peer : ours, scenario, waves, cancellation);
            RequireSameCounts(first, second);
            Console.Error.WriteLine(FormattableString.Invariant($"  {(i % 2 == 0 ? first : second).Rate:0} to {(i % 2 == 0 ? second : first).Rate:0}"));
            if (i >= 0)
            {
                rounds.Add(i % 2 == 0 ? (first, second) : (second, first));
            }
        }

        return new PeerComparison(scenario, rounds);
    }

    /// <summary>Fewer tokens in less time would be no comparison.</summary>
    private static void RequireSameCounts(PeerRound one, PeerRound other)
    {
        if (!one.Answers.Select(Counts).SequenceEqual(other.Answers.Select(Counts)))
        {
            throw new InvalidOperationException("the two servers read or generated different numbers of tokens for the same requests");
        }

        static (int Prompt, int Generated) Counts(PeerAnswer answer) => (answer.PromptTokens, answer.Tokens);
    }
}
