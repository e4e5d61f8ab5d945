namespace ExpertCluster.Gating.Artefacts;

/// <summary>Checks a metadata file before anything is allocated from its numbers.</summary>
internal static class GateMetadataValidator
{
    public const int MaxBuckets = 1 << 20;
    public const int MaxClasses = 1_000;
    public const int MaxWindow = 256;

    /// <summary>The first failure, naming the field and its limit; null if there is none.</summary>
    public static string? Validate(GateMetadata gate, string kind)
    {
        if (gate.Format != GateMetadata.CurrentFormat)
        {
            return $"format is {gate.Format}; this version reads {GateMetadata.CurrentFormat}. Train the gate again";
        }

        if (gate.Kind != kind)
        {
            return $"kind is \"{gate.Kind}\"; expected \"{kind}\"";
        }

        if (gate.Classes.Count is < 1 or > MaxClasses)
        {
            return $"classes has {gate.Classes.Count} names; from 1 to {MaxClasses} are allowed";
        }

        if (gate.Classes.Any(string.IsNullOrEmpty) || gate.Classes.Distinct(StringComparer.Ordinal).Count() != gate.Classes.Count)
        {
            return "classes has an empty or a repeated name";
        }

        if (!gate.Classes.Contains(gate.Generalist))
        {
            return $"generalist \"{gate.Generalist}\" is none of the classes";
        }

        if (gate.Buckets is < 1 or > MaxBuckets)
        {
            return $"buckets is {gate.Buckets}; it must be from 1 to {MaxBuckets}";
        }

        if (!(gate.Temperature > 0 && double.IsFinite(gate.Temperature)))
        {
            return $"temperature is {gate.Temperature}; it must be above 0";
        }

        if (gate.Floor is not (>= 0 and <= 1))
        {
            return $"floor is {gate.Floor}; it must be from 0 to 1";
        }

        if (kind != GateMetadata.TokenKind)
        {
            return null;
        }

        if (gate.Window is < 1 or > MaxWindow)
        {
            return $"window is {gate.Window}; it must be from 1 to {MaxWindow}";
        }

        return gate.Recent < 1 || gate.Recent > gate.Window ? $"recent is {gate.Recent}; it must be from 1 to window" : null;
    }
}
