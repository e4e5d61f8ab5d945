namespace ExpertCluster.Text.Chat;

/// <summary>One turn of a conversation, as chat templates see it.</summary>
/// <param name="Role">Usually system, user or assistant; what is allowed is the template's to say.</param>
public sealed record ChatMessage(string Role, string Content);
