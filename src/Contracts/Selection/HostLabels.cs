using System.Buffers;

namespace ExpertCluster.Contracts.Selection;

/// <summary>Labels of hosts: what an operator says of a host, and an expert may ask of one.</summary>
public static class HostLabels
{
    /// <summary>Of one host, or asked for by one expert.</summary>
    public const int Most = 32;

    /// <summary>In words, for errors.</summary>
    public const string Form = "key=value, both of 1 to 63 letters, digits, '-', '_' or '.'";

    private const int MostCharacters = 63;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    public static bool IsWellFormed(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        int at = label.IndexOf('=', StringComparison.Ordinal);
        return at >= 0 && IsName(label.AsSpan(0, at)) && IsName(label.AsSpan(at + 1));
    }

    /// <summary>By their keys; of two alike the last holds.</summary>
    /// <param name="labels">Well formed.</param>
    public static IReadOnlyDictionary<string, string> ToDictionary(IEnumerable<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Dictionary<string, string> byKey = new(StringComparer.Ordinal);
        foreach (string label in labels.Where(IsWellFormed))
        {
            int at = label.IndexOf('=', StringComparison.Ordinal);
            byKey[label[..at]] = label[(at + 1)..];
        }

        return byKey;
    }

    private static bool IsName(ReadOnlySpan<char> name) => name.Length is > 0 and <= MostCharacters && !name.ContainsAnyExcept(Allowed);
}
