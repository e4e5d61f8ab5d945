using System.Runtime.InteropServices;
using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Selection;

/// <summary>
/// Which host a text is at home on: the turns of a conversation begin alike, and the host that read the earlier ones has
/// them in its prefix cache. The same on every router.
/// </summary>
internal static class PromptAffinity
{
    /// <summary>UTF-16 units of a prompt that count; of a conversation, whatever comes up to its first question.</summary>
    private const int PromptLength = 256;

    /// <summary>Equal for texts that begin alike.</summary>
    public static ulong KeyOf(CompletionRequest request)
    {
        if (request.Prompt is { } prompt)
        {
            return Hash(Seed, prompt.AsSpan(0, Math.Min(PromptLength, prompt.Length)));
        }

        ulong key = Seed;
        foreach (var message in request.Messages ?? [])
        {
            key = Hash(Hash(key, message.Role), message.Content);
            if (message.Role == ChatMessage.User)
            {
                break;
            }
        }

        return key;
    }

    /// <summary>Highest random weight (Thaler and Ravishankar, 1998): of several hosts, the one with the largest is home.</summary>
    public static ulong Weight(ulong key, string host) => Mix(Hash(key, host));

    // FNV-1a over UTF-16 units; string.GetHashCode differs between processes.
    private const ulong Seed = 14695981039346656037;

    private static ulong Hash(ulong hash, ReadOnlySpan<char> text)
    {
        foreach (ushort unit in MemoryMarshal.Cast<char, ushort>(text))
        {
            hash = (hash ^ unit) * 1099511628211;
        }

        // So that "ab", "c" and "a", "bc" differ.
        return (hash ^ 0xFFFFF) * 1099511628211;
    }

    // The finalizer of SplitMix64: FNV alone leaves the high bits of short texts alike.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
