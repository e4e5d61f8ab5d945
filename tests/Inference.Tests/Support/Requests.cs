using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Models.Adapters;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Inference.Tests.Support;

internal static class Requests
{
    public static readonly EngineOptions Options = new() { PrefillChunk = 8, QueueLimit = 64 };

    /// <summary>Far above what any wait takes: ends a test that would hang.</summary>
    public static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(1);

    public static TestEngine Start(
        HashRunner runner,
        EngineOptions? options = null,
        TimeProvider? time = null,
        IEngineObserver? observer = null,
        IEnumerable<ILogitsFilter>? filters = null) =>
        new(new Engine(runner, options ?? Options, () => new LetterText(), time ?? new ManualTime(), observer, filters), runner);

    public static GenerationRequest Request(int[] prompt, int maxTokens = 8, params Branch[] branches) => new()
    {
        Prompt = prompt,
        MaxTokens = maxTokens,
        Sampling = new SamplingOptions(),
        Branches = branches.Length == 0 ? [new Branch()] : branches,
    };

    public static Branch Mix(params (EngineAdapter? Adapter, float Weight)[] mix) =>
        new() { Mix = [.. mix.Select(entry => new WeightedAdapter(entry.Adapter, entry.Weight))] };

    public static AdapterWeights Weights(string digest) => new() { Rank = 1, Digest = digest, Layers = [] };

    /// <summary>Registers weights that are at hand whenever they are needed.</summary>
    public static Task<EngineAdapter> RegisterAsync(
        this AdapterStore store, string name, AdapterWeights weights, CancellationToken cancellationToken = default) =>
        store.RegisterAsync(name, () => weights, cancellationToken: cancellationToken);

    public static Task<List<GeneratedToken>> ReadAsync(this GenerationStream stream) => stream.ReadToEndAsync().WaitAsync(Watchdog);

    public static string Text(this IEnumerable<GeneratedToken> tokens) => string.Concat(tokens.Select(token => token.Text));

    public static int[] Ids(this IEnumerable<GeneratedToken> tokens) => [.. tokens.Select(token => token.Id)];

    private static async Task<List<GeneratedToken>> ReadToEndAsync(this GenerationStream stream)
    {
        List<GeneratedToken> tokens = [];
        await foreach (var token in stream)
        {
            tokens.Add(token);
        }

        return tokens;
    }
}
