using System.Text;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Bench.Peers;

/// <summary>Prompts of random words, the same for the same seed; no two begin alike, so that no cache of prefixes helps anyone.</summary>
internal sealed class PeerPrompts(Tokenizer tokenizer)
{
    public IReadOnlyList<IReadOnlyList<PeerRequest>> Make(PeerScenario scenario, int tokensPerRound, int seed)
    {
        int tokens = scenario.Streams * Math.Max(scenario.MaxTokens, scenario.PromptTokens);
        int waves = Math.Max(1, tokensPerRound / tokens);
        return [.. Enumerable.Range(0, waves).Select(wave => Wave(scenario, HashCode(seed, wave)))];
    }

    private PeerRequest[] Wave(PeerScenario scenario, int seed) =>
    [
        .. Enumerable.Range(0, scenario.Streams).Select(i => new PeerRequest(
            Prompt(scenario.PromptTokens, HashCode(seed, i)), scenario.MaxTokens, scenario.Adapters == 0 ? null : i % scenario.Adapters)),
    ];

    /// <summary>Text of at least that many tokens, and hardly more.</summary>
    private string Prompt(int tokens, int seed)
    {
        Random random = new(seed);
        var text = new StringBuilder();
        for (int missing = tokens; missing > 0; missing = tokens - tokenizer.Encode(text.ToString()).Length)
        {
            // A token is at least a character, so these are no more than are missing.
            for (int i = 0; i < missing; i++)
            {
                text.Append(random.Next(6) == 0 && i > 0 ? ' ' : (char)('a' + random.Next(26)));
            }
        }

        return text.ToString();
    }

    // Not System.HashCode, whose values change from process to process.
    private static int HashCode(int one, int other) => unchecked((one * 7919) + other + 1);
}
