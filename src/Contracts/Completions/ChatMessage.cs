namespace ExpertCluster.Contracts.Completions;

/// <summary>A turn of a conversation.</summary>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="Content">Its text.</param>
public sealed record ChatMessage(string Role, string Content)
{
    public const string System = "system";
    public const string User = "user";
    public const string Assistant = "assistant";
    public const string Tool = "tool";

    /// <summary>The roles that are taken.</summary>
    public static IReadOnlyList<string> Roles { get; } = [System, User, Assistant, Tool];

    /// <summary>What else the template gets of it, a call of a tool for instance: a JSON object; empty: nothing.</summary>
    public string Fields { get; init; } = "";
}
