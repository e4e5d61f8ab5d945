using System.Collections.ObjectModel;

namespace ExpertCluster.Text.Chat;

/// <summary>One turn of a conversation, as chat templates see it.</summary>
/// <param name="Role">Usually system, user, assistant or tool; what is allowed is the template's to say.</param>
/// <param name="Content">Its text.</param>
public sealed record ChatMessage(string Role, string Content)
{
    public static IReadOnlyDictionary<string, object?> NoFields { get; } = ReadOnlyDictionary<string, object?>.Empty;

    /// <summary>What else templates find in it, by name: values that <see cref="ChatValues"/> reads. Role and content go before.</summary>
    public IReadOnlyDictionary<string, object?> Fields { get; init; } = NoFields;
}
