using ExpertCluster.Files;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Chat.Evaluation;
using ExpertCluster.Text.Chat.Syntax;

namespace ExpertCluster.Text.Chat;

/// <summary>
/// A Jinja chat template, as transformers renders it (trim_blocks and lstrip_blocks on). A subset of Jinja is
/// understood; whatever else a template holds is refused by name when it is loaded, not when it is used.
/// Immutable, thread-safe.
/// </summary>
public sealed class ChatTemplate
{
    private readonly IReadOnlyList<Statement> _body;
    private readonly IReadOnlyDictionary<string, string> _specialTokens;

    private readonly IReadOnlySet<string> _names;

    private ChatTemplate(string source, IReadOnlyDictionary<string, string> specialTokens)
    {
        Source = source;
        (_body, _names) = TemplateParser.Parse(source);
        _specialTokens = specialTokens;
    }

    /// <summary>Its text.</summary>
    public string Source { get; }

    /// <summary>Reads the template of a tokenizer_config.json, or of a chat_template.jinja beside it, which goes first.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="ChatTemplateException">The template or the file is malformed, or uses something unsupported.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ChatTemplate? LoadFrom(string tokenizerConfigPath) => TokenizerConfig.Read(FolderFiles.Of(tokenizerConfigPath), Path.GetFileName(tokenizerConfigPath));

    /// <param name="source">The template's text.</param>
    /// <param name="specialTokens">Variables such as bos_token; what is missing is undefined in the template.</param>
    /// <exception cref="ChatTemplateException">The template is malformed or uses something unsupported.</exception>
    public static ChatTemplate Parse(string source, IReadOnlyDictionary<string, string> specialTokens)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new ChatTemplate(source, specialTokens);
    }

    /// <summary>Whether any expression of it names this variable.</summary>
    public bool Reads(string variable) => _names.Contains(variable);

    /// <inheritdoc cref="Render(IReadOnlyList{ChatMessage}, bool, TextLimits, CancellationToken)"/>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt, CancellationToken cancellation = default) =>
        Render(messages, addGenerationPrompt, TextLimits.Default, cancellation);

    /// <summary>The prompt for a conversation.</summary>
    /// <param name="messages">Its turns.</param>
    /// <param name="addGenerationPrompt">Ends the prompt so that the assistant's turn is next.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="cancellation">Heeded within a step.</param>
    /// <exception cref="ChatTemplateException">
    /// The template rejects the conversation, fails on it, or exceeds <see cref="RenderBudget"/>.
    /// </exception>
    public string Render(
        IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt, TextLimits limits, CancellationToken cancellation) =>
        Render(messages, addGenerationPrompt ? RenderOptions.Default : RenderOptions.Default with { AddGenerationPrompt = false }, limits, cancellation);

    /// <param name="messages">Its turns.</param>
    /// <param name="options">What it is given beside them.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="cancellation">Heeded within a step.</param>
    /// <inheritdoc cref="Render(IReadOnlyList{ChatMessage}, bool, TextLimits, CancellationToken)"/>
    public string Render(IReadOnlyList<ChatMessage> messages, RenderOptions options, TextLimits limits, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(options);
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["messages"] = messages.Select(ToValue).ToList<object?>(),
            ["add_generation_prompt"] = options.AddGenerationPrompt,

            // transformers passes these even where the caller gave none.
            ["tools"] = options.Tools?.ToList(),
            ["documents"] = options.Documents?.ToList(),
        };
        foreach (var (name, token) in _specialTokens)
        {
            variables[name] = token;
        }

        foreach (var (name, value) in options.Variables)
        {
            // The function stays what it is; its time is among the options.
            if (name != "strftime_now")
            {
                variables[name] = value;
            }
        }

        var frame = new Frame(variables, new RenderBudget(limits, cancellation), options.Now);
        foreach (var statement in _body)
        {
            statement.Run(frame);
        }

        string prompt = frame.Output.ToString();
        return options.ContinueFinalMessage ? CutBehind(prompt, messages[^1].Content) : prompt;
    }

    /// <summary>As transformers does it: behind the last place that has the text, without what a template stripped of it.</summary>
    private static string CutBehind(string prompt, string content)
    {
        string stripped = Values.Strip(content, null, left: true, right: true);
        int at = prompt.LastIndexOf(stripped, StringComparison.Ordinal);
        return at < 0
            ? throw new ChatTemplateException("the final message can't be continued: the template does not write its text as it is")
            : prompt[..(at + (string.CompareOrdinal(prompt, at, content, 0, content.Length) == 0 ? content.Length : stripped.Length))];
    }

    /// <summary>Renders a few short conversations, so that a template that takes too much for any is refused before the first request.</summary>
    /// <exception cref="ChatTemplateException">It does. What else it fails on may be what it never gets.</exception>
    public void Probe(CancellationToken cancellation = default)
    {
        ChatMessage[] turns = [new("system", "Be brief."), new("user", "Who pays?"), new("assistant", "The tenant."), new("user", "Why?")];
        foreach (var conversation in (ChatMessage[][])[turns, turns[1..], turns[3..]])
        {
            try
            {
                Render(conversation, addGenerationPrompt: true, cancellation);
            }
            catch (ChatTemplateException error) when (!error.PassesLimit)
            {
                // It needs other messages, or refuses these.
            }
        }
    }

    private static Dictionary<string, object?> ToValue(ChatMessage message) =>
        new(message.Fields, StringComparer.Ordinal) { ["role"] = message.Role, ["content"] = message.Content };
}
