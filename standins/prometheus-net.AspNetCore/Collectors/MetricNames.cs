using System.Buffers;

namespace Prometheus;

/// <summary>The name rules of the Prometheus data model, https://prometheus.io/docs/concepts/data_model/.</summary>
internal static class MetricNames
{
    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private static readonly SearchValues<char> MetricCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:");

    /// <exception cref="ArgumentException">The name does not match <c>[a-zA-Z_:][a-zA-Z0-9_:]*</c>.</exception>
    public static void CheckMetric(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || name.AsSpan().ContainsAnyExcept(MetricCharacters))
        {
            throw new ArgumentException($"Metric name '{name}' does not match [a-zA-Z_:][a-zA-Z0-9_:]*.", nameof(name));
        }
    }

    /// <exception cref="ArgumentException">
    /// The name does not match <c>[a-zA-Z_][a-zA-Z0-9_]*</c>, or starts with the reserved <c>__</c>.
    /// </exception>
    public static void CheckLabel(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || name.AsSpan().ContainsAnyExcept(LabelCharacters))
        {
            throw new ArgumentException($"Label name '{name}' does not match [a-zA-Z_][a-zA-Z0-9_]*.", nameof(name));
        }

        if (name.StartsWith("__", StringComparison.Ordinal))
        {
            throw new ArgumentException($"Label name '{name}' starts with '__', which Prometheus reserves.", nameof(name));
        }
    }
}
