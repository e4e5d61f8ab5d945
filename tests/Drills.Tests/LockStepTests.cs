using ExpertCluster.Drills.Support;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Drills;

/// <summary>Experts of two bases answer as one, each on a host of its own: one host draws, the other one contributes.</summary>
[Collection(nameof(Alone))]
public sealed class LockStepTests
{
    private const int Prompts = 8;
    private const int AnswerTokens = 48;

    /// <summary>Probability by which single precision may miss a place: a number that lies so near to the border of two tokens may give either.</summary>
    private const double Rounding = 5e-3;

    /// <summary>Of the streams to which something happens.</summary>
    private const int Tokens = 900;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly Random _draw = new(DrillOptions.Seed);

    /// <summary>A busy machine is late by less than this; what is frozen, by more.</summary>
    private static readonly Dictionary<string, string> Patient = new() { ["RUNTIME__ENSEMBLEWAITMILLISECONDS"] = "2000", ["RUNTIME__ENSEMBLEFIRSTSECONDS"] = "20" };

    [DrawnFact]
    public async Task ExpertsOfTwoBases_AnswerAsOneAndGoOnWithoutAHost()
    {
        using var bases = await TwoBases.PrepareAsync(_cancellation);
        await using var cluster = await DrillCluster.StartAsync(new DrillShape("redis", Hosts: 3) { Prepared = bases.Prepared, Settings = Patient });
        await Task.WhenAll(cluster.Nodes.Select(n => n.ReadyAsync()));

        await EqualsTheReferenceAsync(cluster, new TwoBasesReference(bases, (TwoBases.First, 0.7), (TwoBases.Second, 0.3)));
        await ScoresWhatItDrewAsync(cluster);
        await GoesOnWithoutAFrozenOneAsync(cluster);
        await GoesOnWithAnotherAsync(cluster);
        await GoesOnFromAnotherAsync(cluster);
    }

    private async Task EqualsTheReferenceAsync(DrillCluster cluster, TwoBasesReference reference)
    {
        string[] money = [.. Adapters.Examples(TwoBases.First, 400).Select(Question)];
        string[] leases = [.. Adapters.Examples(TwoBases.Second, 400).Select(Question)];
        int prompts = DrillOptions.Prompts > 0 ? DrillOptions.Prompts : Prompts;
        var (drawn, equal, worst) = (0, 0, 0.0);
        for (int i = 0; i < prompts; i++)
        {
            string question = $"{_draw.Pick(money)} {_draw.Pick(leases)}";
            ulong seed = i % 2 == 0 ? 0 : (ulong)_draw.Next(1, 1_000_000);
            var request = Requests.Chat("auto", question, AnswerTokens);
            request.Merge = Ensemble();
            (request.Sampling.Temperature, request.Sampling.Seed) = (seed == 0 ? 0 : 1, seed);

            var answer = await cluster.Client.AskAsync(request);

            Assert.All(answer.Tokens, t => Assert.True(IsWhole(t), $"a token of {question} lacks a part"));
            var (same, beside) = reference.Judge(question, seed, [.. answer.Tokens.Select(t => t.Id)], ended: answer.Finish == FinishReason.Stop);
            Assert.True(beside < Rounding, FormattableString.Invariant($"a token of {question}, seed {seed}, is {beside} of probability beside its place"));
            (drawn, equal, worst) = (drawn + answer.Tokens.Count + (answer.Finish == FinishReason.Stop ? 1 : 0), equal + same, Math.Max(worst, beside));
        }

        TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant(
            $"seed {DrillOptions.Seed}: of {drawn} tokens of {prompts} prompts {equal} are those of double precision, the others at most {worst:0.0e0} of probability beside them"));
    }

    /// <summary>The other host is told the prompt token by token, as it is the answer.</summary>
    private static async Task ScoresWhatItDrewAsync(DrillCluster cluster)
    {
        const string Prompt = "Which court decides on the lease, and what is the revenue?";
        var drawn = await cluster.Client.AskAsync(Of(Prompt, 16));
        var again = Of(Prompt + drawn.Text, 0);
        again.Echo = true;

        var scored = await cluster.Client.AskAsync(again);

        List<Token> echo = [.. scored.Chunks.SelectMany(c => c.Echo)];
        Assert.Equal(drawn.Tokens.Select(t => t.Id), echo.TakeLast(drawn.Tokens.Count).Select(t => t.Id));
        Assert.All(drawn.Tokens.Zip(echo.TakeLast(drawn.Tokens.Count)), pair => Assert.InRange(pair.First.Logprob - pair.Second.Logprob, -Rounding, Rounding));
        Assert.All(echo.Skip(1), t => Assert.True(IsWhole(t), "a token of the prompt lacks a part"));
        Assert.Equal(0, scored.Usage.CompletionTokens);

        static CompleteRequest Of(string prompt, int tokens) =>
            new() { Model = "auto", Prompt = prompt, Merge = Ensemble(), Sampling = new Sampling { MaxTokens = tokens } };
    }

    /// <summary>The stream waits for it once, not token after token.</summary>
    private async Task GoesOnWithoutAFrozenOneAsync(DrillCluster cluster)
    {
        while (true)
        {
            var (stream, contributor) = await BeginAsync(cluster);
            using (stream)
            {
                contributor.Signal(Posix.Stop);
                try
                {
                    await stream.UntilAsync(t => !IsWhole(t));
                }
                finally
                {
                    contributor.Signal(Posix.Continue);
                }

                await stream.UntilAsync(_ => false);
            }

            // Frozen for long, it may have been given up by the membership: then it ends by itself.
            await AnewAsync(contributor);
            Assert.Equal((FinishReason.Length, Tokens), (stream.Finish, stream.Tokens.Count));
            Assert.All(stream.Tokens.Where(t => !IsWhole(t)), t => Assert.Equal([new WeightedExpert { Name = TwoBases.First, Weight = 1 }], t.Experts));
            if (stream.Tokens.Exists(t => !IsWhole(t)))
            {
                return;
            }
        }
    }

    /// <summary>Another host that runs the base contributes in its place, behind the tokens that were drawn.</summary>
    private async Task GoesOnWithAnotherAsync(DrillCluster cluster)
    {
        while (true)
        {
            var (stream, contributor) = await BeginAsync(cluster);
            using (stream)
            {
                contributor.Signal(Posix.Kill);
                await stream.UntilAsync(_ => false);
            }

            await AnewAsync(contributor);
            Assert.Equal((FinishReason.Length, Tokens), (stream.Finish, stream.Tokens.Count));
            int without = stream.Tokens.Count(t => !IsWhole(t));
            if (without > 0)
            {
                Assert.True(IsWhole(stream.Tokens[^1]), "nobody came in its place");
                TestContext.Current.TestOutputHelper!.WriteLine($"a contributor killed: {without} of {Tokens} tokens without its part");
                return;
            }
        }
    }

    private static async Task AnewAsync(Node host)
    {
        if (!host.HasExited)
        {
            host.Signal(Posix.Kill);
        }

        await host.ExitedAsync();
        host.Restart();
        await host.ReadyAsync();
    }

    /// <summary>Where the host that draws is lost, the text is what it would have been.</summary>
    private async Task GoesOnFromAnotherAsync(DrillCluster cluster)
    {
        var request = Long(seed: 0);
        while (true)
        {
            var undisturbed = await cluster.Client.AskAsync(request);
            using var stream = await ReadStream.BeginAsync(cluster.Client, request, _cancellation);
            await stream.UntilAsync(_ => stream.Tokens.Count > 20);
            var host = cluster.Hosts.Single(h => h.Name == stream.Plan.Host);
            host.Signal(Posix.Kill);
            await stream.UntilAsync(_ => false);
            await AnewAsync(host);

            // A part that was late on a busy machine makes another text; and an answer may have been read to its end before.
            if (stream.Resumed > 0 && undisturbed.Tokens.Concat(stream.Tokens).All(IsWhole))
            {
                Assert.Equal(undisturbed.Tokens.Select(t => t.Id), stream.Tokens.Select(t => t.Id));
                Assert.Equal(undisturbed.Text, string.Concat(stream.Tokens.Select(t => t.Text)));
                return;
            }
        }
    }

    /// <summary>A stream, and the host that contributes to it.</summary>
    private async Task<(ReadStream Stream, Node Contributor)> BeginAsync(DrillCluster cluster)
    {
        while (true)
        {
            double[] before = await ContributedAsync(cluster);
            var stream = await ReadStream.BeginAsync(cluster.Client, Long((ulong)_draw.Next(1, 1_000_000)), _cancellation);
            await stream.UntilAsync(_ => stream.Tokens.Count > 20);
            double[] after = await ContributedAsync(cluster);
            int[] grown = [.. Enumerable.Range(0, before.Length).Where(i => after[i] > before[i])];
            if (grown is [var only] && cluster.Hosts[only].Name != stream.Plan.Host)
            {
                return (stream, cluster.Hosts[only]);
            }

            stream.Dispose();
        }
    }

    private static async Task<double[]> ContributedAsync(DrillCluster cluster)
    {
        double[] figures = await Task.WhenAll(cluster.Hosts.Select(h => h.FigureAsync("expert_cluster_contributions_total")));
        return [.. figures.Select(f => double.IsNaN(f) ? 0 : f)];
    }

    private static CompleteRequest Long(ulong seed)
    {
        var request = Requests.Endless(seed);
        request.Model = "auto";
        request.Sampling.Temperature = seed == 0 ? 0 : 1;
        request.Merge = Ensemble();
        return request;
    }

    private static Merge Ensemble() => new()
    {
        Mode = MergeMode.Ensemble,
        Scope = MergeScope.Request,
        K = 2,
        Experts = { new WeightedExpert { Name = TwoBases.First, Weight = 0.7 }, new WeightedExpert { Name = TwoBases.Second, Weight = 0.3 } },
    };

    private static bool IsWhole(Token token) => token.Experts.Count == 2;

    private static string Question(string example) => example.Split('\t')[0];
}
