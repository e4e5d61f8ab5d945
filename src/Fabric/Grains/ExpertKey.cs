using System.Globalization;

namespace ExpertCluster.Fabric.Grains;

/// <summary>The key of an <see cref="IExpertGrain"/>: expert#replica. Names hold no '#'.</summary>
public readonly record struct ExpertKey(string Expert, int Replica)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Expert}#{Replica}");

    /// <exception cref="FormatException">The key is not of the form.</exception>
    public static ExpertKey Parse(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        int at = key.LastIndexOf('#');
        return at > 0 && int.TryParse(key.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int replica)
            ? new ExpertKey(key[..at], replica)
            : throw new FormatException($"'{key}' is not the key of an expert: expert#replica");
    }
}
