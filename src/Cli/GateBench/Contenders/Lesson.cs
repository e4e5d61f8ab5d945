namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>All that a contender is taught: nothing else of the fields is known to it.</summary>
internal sealed record Lesson(IReadOnlyList<LessonField> Fields)
{
    /// <summary>Who answers where no field is meant, whether or not the lesson has examples of that.</summary>
    public string Generalist => Fields.FirstOrDefault(f => f.IsGeneralist)?.Name ?? "general";
}

/// <summary>One field of a lesson; what a lesson does not say is empty.</summary>
internal sealed record LessonField(string Name)
{
    public bool IsGeneralist { get; init; }

    public IReadOnlyList<string> Examples { get; init; } = [];

    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>What the field is about, in one sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>What speaks for the field, as texts: a description only where there is nothing else.</summary>
    public IReadOnlyList<string> Texts => Examples.Count + Keywords.Count > 0 ? [.. Examples, .. Keywords] : Description.Length > 0 ? [Description] : [];
}
