namespace ExpertCluster.Learning;

/// <summary>What the gates learn about one expert.</summary>
public sealed record GateExpert
{
    public required string Name { get; init; }

    /// <summary>The base it runs on.</summary>
    public required string Base { get; init; }

    /// <summary>Whether it is its base alone: the class for what no other expert of that base knows.</summary>
    public bool IsGeneralist { get; init; }

    public IReadOnlyList<GateExample> Examples { get; init; } = [];

    /// <summary>Words of the field; each becomes a few short prompts. Examples teach far better.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>Whether there is anything to learn from. An expert without is reached by name only.</summary>
    public bool CanBeTaught => Examples.Count > 0 || Keywords.Count > 0;

    /// <summary>What it is for, in its owner's words. Enough for a gate that knows what words mean; for others one more example.</summary>
    public string Description { get; init; } = "";
}
