namespace ExpertCluster.Fabric.Grains;

/// <summary>
/// The key of an <see cref="IExpertGrain"/>: expert@host, and expert:version@host for what stands beside the expert's stable version. Names of experts
/// hold no '@' and no ':'.
/// </summary>
/// <param name="Expert">Its name.</param>
/// <param name="Host">Where it is kept.</param>
/// <param name="Version">"canary" or "shadow"; empty: what serves.</param>
public readonly record struct ExpertKey(string Expert, string Host, string Version = "")
{
    /// <summary>The key without its host.</summary>
    public string Slot => Version.Length == 0 ? Expert : $"{Expert}:{Version}";

    public override string ToString() => $"{Slot}@{Host}";

    /// <exception cref="FormatException">The key is not of the form.</exception>
    public static ExpertKey Parse(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        int at = key.IndexOf('@', StringComparison.Ordinal);
        string[] slot = at > 0 && at < key.Length - 1 ? key[..at].Split(':') : [];
        return slot switch
        {
            [{ Length: > 0 } expert] => new ExpertKey(expert, key[(at + 1)..]),
            [{ Length: > 0 } expert, { Length: > 0 } version] => new ExpertKey(expert, key[(at + 1)..], version),
            _ => throw new FormatException($"'{key}' is not the key of an expert: expert@host, or expert:version@host"),
        };
    }
}
