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
    public static readonly FoundTemplate None = new(null, null);

    /// <summary>The files that a template may be in, and those that it needs.</summary>
    public static IReadOnlyList<string> Files { get; } = ["chat_template.jinja", .. SpecialTokens.Files];

    /// <summary>Whether there is one, of use or not.</summary>
    public bool IsThere => Template is not null || Problem is not null;

    /// <param name="tokenizerConfigPath">As for <see cref="ChatTemplate.LoadFrom"/>.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static FoundTemplate In(string tokenizerConfigPath) =>
        Find(() => ChatTemplate.LoadFrom(tokenizerConfigPath), Path.GetDirectoryName(tokenizerConfigPath));

    /// <summary>An adapter's own, for conversations with it alone.</summary>
    /// <param name="folder">The adapter's.</param>
    /// <param name="tokenizerConfigPath">Of its base, which has the special tokens that the adapter's files don't name.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static FoundTemplate Own(string folder, string tokenizerConfigPath) =>
        Find(() => TokenizerConfig.ReadOwn(folder, Path.GetDirectoryName(tokenizerConfigPath) ?? ""), folder);

    private static FoundTemplate Find(Func<ChatTemplate?> read, string? folder)
    {
        try
        {
            return read() is { } template ? new FoundTemplate(template, null) : None;
        }
        catch (ChatTemplateException error)
        {
            return new FoundTemplate(null, error.Message.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
        }
    }
}
