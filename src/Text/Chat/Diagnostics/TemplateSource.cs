namespace ExpertCluster.Text.Chat.Diagnostics;

/// <summary>The template's text, for errors that say where.</summary>
internal sealed class TemplateSource(string text)
{
    public string Text => text;

    public ChatTemplateException Error(int at, string problem, bool rejectedByTemplate = false)
    {
        var before = text.AsSpan(0, Math.Min(at, text.Length));
        return new ChatTemplateException(
            problem, before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'), rejectedByTemplate);
    }

    public ChatTemplateException Unsupported(int at, string construct) => Error(at, $"{construct} is not supported");
}
