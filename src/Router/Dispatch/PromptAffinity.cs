using System.Runtime.InteropServices;
using ExpertCluster.Contracts.Hashing;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Dispatch;

/// <summary>
/// Which host a text is at home on: the turns of a conversation begin alike, and the host that read the earlier ones has
/// them in its prefix cache. The same on every router.
/// </summary>
internal static class PromptAffinity
{
    /// <summary>UTF-16 units of a prompt that count; of a conversation, whatever comes up to its first question.</summary>
    private const int PromptLength = 256;

    private const string UserRole = "user";

    /// <summary>Equal for texts that begin alike.</summary>
    public static ulong KeyOf(GenerateRequest request)
    {
        if (request.InputCase == GenerateRequest.InputOneofCase.Prompt)
        {
            return Hash(Seed, request.Prompt.AsSpan(0, Math.Min(PromptLength, request.Prompt.Length)));
        }

        ulong key = Seed;
        foreach (var message in request.Messages?.Messages_ ?? [])
        {
            key = Hash(Hash(key, message.Role), message.Content);
            if (message.Role == UserRole)
            {
                break;
            }
        }

        return key;
    }

    /// <summary>Of several hosts, the one with the largest is home.</summary>
    public static ulong Weight(ulong key, string host) => RendezvousHash.Weight(key, host);

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
}
