namespace ExpertCluster.Contracts.Completions;

/// <summary>A turn of a conversation.</summary>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="Content">Its text.</param>
public sealed record ChatMessage(string Role, string Content)
{
    public const string System = "system";
    public const string User = "user";
    public const string Assistant = "assistant";

    /// <summary>The roles that are taken.</summary>
    public static IReadOnlyList<string> Roles { get; } = [System, User, Assistant];
}
