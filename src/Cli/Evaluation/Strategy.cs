using ExpertCluster.V1;

namespace ExpertCluster.Cli.Evaluation;

/// <summary>A way to answer: how a case becomes a request.</summary>
internal sealed record Strategy(string Name, Func<EvalCase, int, CompleteRequest> Request)
{
    /// <summary>Each field's question needs another expert to be wrong, a question of two fields a third.</summary>
    public const int LeastSpecialists = 3;

    private const int MaxTokens = 72;
    private const int RandomSeed = 20;

    /// <summary>Every strategy and baseline, over the gated experts of a catalogue.</summary>
    /// <param name="generalist">The expert without an adapter.</param>
    /// <param name="specialists">The experts with one, in the catalogue's order.</param>
    public static IReadOnlyList<Strategy> All(string generalist, IReadOnlyList<string> specialists)
    {
        var random = new Random(RandomSeed);
        int[] draws = [.. Enumerable.Range(0, 10_000).Select(_ => random.Next(specialists.Count))];
        return
        [
            new("generalist alone", (c, _) => Named(c, generalist)),
            new("right expert (compound: the first field's)", (c, _) => Named(c, c.Domains[0])),
            new("wrong expert", (c, _) => Named(c, Wrong(c, specialists))),
            new("random expert", (c, i) => Named(c, specialists[draws[i % draws.Length]])),
            new($"largest class (always {specialists[0]})", (c, _) => Named(c, specialists[0])),
            new("`route`, request scope", (c, _) => Auto(c, MergeMode.Route, MergeScope.Request, 1)),
            new("`ensemble` of 2, request scope", (c, _) => Auto(c, MergeMode.Ensemble, MergeScope.Request, 2)),
            new("`mix` of 2, request scope", (c, _) => Auto(c, MergeMode.Mix, MergeScope.Request, 2)),
            new("`mix` of 2, token scope", (c, _) => Auto(c, MergeMode.Mix, MergeScope.Token, 2)),
            new("`ensemble` of 2, token scope", (c, _) => Auto(c, MergeMode.Ensemble, MergeScope.Token, 2)),
            new("`fusion` with a generalist's weight of 0.25", (c, _) => Merged(c, new Merge { Name = "fusion", GeneralistWeight = 0.25 })),
            new("`fusion` with a generalist's weight of 1", (c, _) => Merged(c, new Merge { Name = "fusion", GeneralistWeight = 1 })),
            new("`route`, token scope, hysteresis 0.1", (c, _) => Merged(c, new Merge { Name = "route", Hysteresis = 0.1 })),
            new("default plan: `route`, token scope", (c, _) => Ask(c, "auto")),
        ];
    }

    private static string Wrong(EvalCase c, IReadOnlyList<string> specialists) =>
        specialists.SkipWhile(s => s != c.Domains[0]).Skip(1).Concat(specialists).First(s => !c.Domains.Contains(s));

    private static CompleteRequest Named(EvalCase c, string expert) => Ask(c, expert);

    private static CompleteRequest Auto(EvalCase c, MergeMode mode, MergeScope scope, int k) => Merged(c, new Merge { Mode = mode, Scope = scope, K = k });

    private static CompleteRequest Merged(EvalCase c, Merge merge)
    {
        var request = Ask(c, "auto");
        request.Merge = merge;
        return request;
    }

    /// <summary>A case, greedily.</summary>
    public static CompleteRequest Ask(EvalCase c, string model) => new()
    {
        Model = model,
        Messages = new Messages
        {
            Messages_ = { (c.History ?? []).Append(new EvalTurn("user", c.Prompt)).Select(t => new Message { Role = t.Role, Content = t.Content }) },
        },
        Sampling = new Sampling { MaxTokens = MaxTokens, Temperature = 0 },
    };
}
