namespace ExpertCluster.Gating.Artefacts;

/// <summary>Checks a metadata file before anything is allocated from its numbers.</summary>
internal static class GateMetadataValidator
{
    public const int MaxBuckets = 1 << 20;
    public const int MaxClasses = GateLimits.Classes;
    public const int MaxWindow = 256;

    /// <summary>The first failure, naming the field and its limit; null if there is none.</summary>
    public static string? Validate(GateMetadata gate, params IReadOnlyList<string> kinds)
    {
        if (gate.Format != GateMetadata.CurrentFormat)
        {
            return $"format is {gate.Format}; this version reads {GateMetadata.CurrentFormat}. Train the gate again";
        }

        if (!kinds.Contains(gate.Kind))
        {
            return $"kind is \"{gate.Kind}\"; expected {string.Join(" or ", kinds.Select(k => $"\"{k}\""))}";
        }

        // A base's own experts and the base alone.
        int most = gate.Kind == GateMetadata.TokenKind ? GateLimits.TokenGateExperts + 1 : MaxClasses;
        if (gate.Classes.Count < 1 || gate.Classes.Count > most)
        {
            return $"classes has {gate.Classes.Count} names; from 1 to {most} are allowed";
        }

        HashSet<string> names = new(gate.Classes, StringComparer.Ordinal);
        if (names.Count != gate.Classes.Count || gate.Classes.Any(string.IsNullOrEmpty))
        {
            return "classes has an empty or a repeated name";
        }

        if (!names.Contains(gate.Generalist))
        {
            return $"generalist \"{gate.Generalist}\" is none of the classes";
        }

        if (gate.OtherGeneralists.FirstOrDefault(g => !names.Contains(g)) is { } other)
        {
            return $"other_generalists names \"{other}\", which is none of the classes";
        }

        if (gate.Kind is GateMetadata.EmbeddingKind or GateMetadata.StackedKind && Parts(gate) is { } part)
        {
            return part;
        }

        if (gate.Kind == GateMetadata.ClassifierKind && Labels(gate) is { } labels)
        {
            return labels;
        }

        if (gate.Kind is not (GateMetadata.EmbeddingKind or GateMetadata.ClassifierKind) && gate.Buckets is < 1 or > MaxBuckets)
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

        if (gate.Kind != GateMetadata.TokenKind)
        {
            return null;
        }

        if (gate.Window is < 1 or > MaxWindow)
        {
            return $"window is {gate.Window}; it must be from 1 to {MaxWindow}";
        }

        return gate.Recent < 1 || gate.Recent > gate.Window ? $"recent is {gate.Recent}; it must be from 1 to window" : null;
    }

    private static string? Labels(GateMetadata gate) =>
        gate.Columns is null ? "columns is missing"
        : gate.Columns.Count != gate.Classes.Count ? $"columns has {gate.Columns.Count} entries; each of the {gate.Classes.Count} classes needs one"
        : gate.Columns.Any(c => c < -1) || gate.Columns.All(c => c < 0) ? "columns has a number below -1, or none from 0 on"
        : gate.Field?.Failure();

    private static string? Parts(GateMetadata gate) =>
        gate.Embeddings is null ? "embeddings is missing"
        : gate.Embeddings.Failure() is { } failure ? failure
        : gate.Field?.Failure() is { } field ? field
        : gate.Kind != GateMetadata.StackedKind ? null
        : gate.Stack is null ? "stack is missing" : gate.Stack.Failure();
}
