namespace ExpertCluster.Router.Versions;

/// <summary>What this router saw of a version, since it first saw its revision as that version.</summary>
internal sealed record VersionFigures
{
    /// <summary>That ended, however they did.</summary>
    public required long Requests { get; init; }

    /// <summary>Of those, the ones that the version, or the hosts that it ran on, failed.</summary>
    public required long Errors { get; init; }

    /// <summary>From the plan to the first chunk: half of the requests had it within this time. 0: none had one.</summary>
    public required double MedianSecondsToFirstToken { get; init; }

    /// <summary>As <see cref="MedianSecondsToFirstToken"/>, of 95 in a hundred.</summary>
    public required double P95SecondsToFirstToken { get; init; }

    /// <summary>Of a complete answer. 0: there is none.</summary>
    public required double MeanTokens { get; init; }

    /// <summary>Of complete answers, over all of their time from the plan on; slow readers count. 0: there is none.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Answers of a shadow that could be laid beside the stable version's.</summary>
    public required long Compared { get; init; }

    /// <summary>Of those, the ones of the same text.</summary>
    public required long Equal { get; init; }

    /// <summary>Answers that callers called good.</summary>
    public required long Good { get; init; }

    /// <summary>Answers that callers called bad.</summary>
    public required long Bad { get; init; }
}
