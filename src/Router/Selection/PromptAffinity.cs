using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Hashing;

namespace ExpertCluster.Router.Selection;

/// <summary>
/// Which host a text is at home on: the turns of a conversation begin alike, and the host that read the earlier ones has
/// them in its prefix cache. The same on every router.
/// </summary>
internal static class PromptAffinity
{
    /// <summary>UTF-16 units of a prompt that count; of a conversation, whatever comes up to its first question.</summary>
    private const int PromptLength = 256;

    /// <summary>Of a prompt in tokens, those that count.</summary>
    private const int TokensOfPrompt = 64;

    /// <summary>Equal for texts that begin alike.</summary>
    public static ulong KeyOf(CompletionRequest request)
    {
        if (request.Prompt is { } prompt)
        {
            return RendezvousHash.KeyOf(prompt.AsSpan(0, Math.Min(PromptLength, prompt.Length)));
        }

        if (request.PromptTokens is { } tokens)
        {
            return RendezvousHash.KeyOf(string.Join(' ', tokens.Take(TokensOfPrompt)));
        }

        ulong key = RendezvousHash.EmptyKey;
        foreach (var message in request.Messages ?? [])
        {
            key = RendezvousHash.Append(RendezvousHash.Append(key, message.Role), message.Content);
            if (message.Role == ChatMessage.User)
            {
                break;
            }
        }

        return key;
    }

    /// <summary>Of several hosts, the one with the largest is home.</summary>
    public static ulong Weight(ulong key, string host) => RendezvousHash.Weight(key, host);
}
