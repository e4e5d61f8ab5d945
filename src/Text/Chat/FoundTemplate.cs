using ExpertCluster.Files;
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

    /// <param name="files">Of the tokenizer's folder; its tokenizer_config.json is called that.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static FoundTemplate In(INamedFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return Find(() => TokenizerConfig.Read(files, SpecialTokens.ConfigFile), files);
    }

    /// <summary>An adapter's own, for conversations with it alone.</summary>
    /// <param name="folder">The adapter's.</param>
    /// <param name="ofBase">The files of its base's tokenizer, which have the special tokens that the adapter's don't name.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static FoundTemplate Own(string folder, INamedFiles ofBase)
    {
        ArgumentNullException.ThrowIfNull(ofBase);
        var own = new FolderFiles(folder);
        return Find(() => TokenizerConfig.ReadOwn(own, ofBase), own);
    }

    private static FoundTemplate Find(Func<ChatTemplate?> read, INamedFiles files)
    {
        try
        {
            return read() is { } template ? new FoundTemplate(template, null) : None;
        }
        catch (ChatTemplateException error)
        {
            // Which folder it is is nobody's business.
            string folder = files.Describe("");
            return new FoundTemplate(null, folder.Length == 0 ? error.Message : error.Message.Replace(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
        }
    }
}
