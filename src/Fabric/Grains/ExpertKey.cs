namespace ExpertCluster.Fabric.Grains;

/// <summary>The key of an <see cref="IExpertGrain"/>: expert@host. Names of experts hold no '@'.</summary>
public readonly record struct ExpertKey(string Expert, string Host)
{
    public override string ToString() => $"{Expert}@{Host}";

    /// <exception cref="FormatException">The key is not of the form.</exception>
    public static ExpertKey Parse(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        int at = key.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at < key.Length - 1
            ? new ExpertKey(key[..at], key[(at + 1)..])
            : throw new FormatException($"'{key}' is not the key of an expert: expert@host");
    }
}
