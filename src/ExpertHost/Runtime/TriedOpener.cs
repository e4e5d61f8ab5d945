using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>Opens a base and has it make a few tokens; processes that end meanwhile are remembered.</summary>
internal sealed class TriedOpener(BaseOpener opener, LoadAttempts attempts) : IBaseOpener
{
    private const int WarmUpTokens = 8;

    public async Task<BaseRuntime> OpenAsync(PreparedBase prepared)
    {
        using var attempt = attempts.Begin($"base {prepared.Name}", Revisions.Of(prepared.Folder));
        var runtime = await opener.OpenAsync(prepared);
        try
        {
            await WarmUpAsync(runtime.Engine);
        }
        catch
        {
            await runtime.DisposeAsync();
            throw;
        }

        attempt.Succeed();
        return runtime;
    }

    /// <summary>A few tokens, so that code is compiled and weights are paged in before the first caller waits for them.</summary>
    private static async Task WarmUpAsync(Engine engine)
    {
        var request = new GenerationRequest
        {
            Prompt = [0, 0],
            MaxTokens = Math.Min(WarmUpTokens, engine.ContextLength - 2),
            Sampling = new SamplingOptions(),
            Branches = [new Branch()],
        };
        await using var tokens = engine.Generate(request, CancellationToken.None);
        await foreach (var _ in tokens)
        {
        }
    }
}
