using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat;

/// <summary>
/// What came of looking for a tokenizer's template. One that can't be used costs conversations on its base, and nothing else: prompts need
/// none.
/// </summary>
/// <param name="Template">Null: there is none, or it can't be used.</param>
/// <param name="Problem">Why it can't be used, in one sentence; null where it can, or there is none.</param>
public sealed record FoundTemplate(ChatTemplate? Template, string? Problem)
{
    /// <param name="tokenizerConfigPath">As for <see cref="ChatTemplate.LoadFrom"/>.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static FoundTemplate In(string tokenizerConfigPath)
    {
        try
        {
            return new FoundTemplate(ChatTemplate.LoadFrom(tokenizerConfigPath), null);
        }
        catch (ChatTemplateException error)
        {
            string folder = Path.GetDirectoryName(tokenizerConfigPath) + Path.DirectorySeparatorChar;
            return new FoundTemplate(null, error.Message.Replace(folder, "", StringComparison.Ordinal));
        }
    }
}
