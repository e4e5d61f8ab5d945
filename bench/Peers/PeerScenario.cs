namespace ExpertCluster.Bench.Peers;

/// <summary>One row of the table.</summary>
/// <param name="Name">In words.</param>
/// <param name="Streams">Requests at once.</param>
/// <param name="PromptTokens">Of each prompt, no two of which begin alike.</param>
/// <param name="MaxTokens">1: the time to the first token counts, as prompt tokens a second.</param>
/// <param name="Adapters">Different adapters among the streams; 0: the base alone.</param>
/// <param name="Target">Our figure over the peer's that we want at the least.</param>
internal sealed record PeerScenario(string Name, int Streams, int PromptTokens, int MaxTokens, int Adapters, double Target)
{
    private const int ShortPrompt = 16;

    public bool IsPrefill => MaxTokens == 1;

    /// <summary>Those that a context of this many tokens has room for.</summary>
    public static IReadOnlyList<PeerScenario> All(int tokens, int context)
    {
        PeerScenario[] all =
        [
            new("1 stream", 1, ShortPrompt, tokens, 0, 1.0),
            new("8 streams", 8, ShortPrompt, tokens, 0, 1.5),
            new("32 streams", 32, ShortPrompt, tokens, 0, 1.8),
            new("prefill of 256", 1, 256, 1, 0, 1.0),
            new("prefill of 2,048", 1, 2048, 1, 0, 1.0),
            new("8 streams, 8 adapters", 8, ShortPrompt, tokens, PeerFolder.Adapters, 6.0),
        ];
        return [.. all.Where(s => s.PromptTokens + s.MaxTokens < context)];
    }
}
