namespace ExpertCluster.Text.Chat.Diagnostics;

/// <summary>A chat template that cannot be loaded, or that cannot render some conversation. A retry cannot help.</summary>
public sealed class ChatTemplateException : Exception
{
    public ChatTemplateException(string message, int line = 0, int column = 0, bool rejectedByTemplate = false, bool passesLimit = false, Exception? inner = null)
        : base(ErrorText.OneLine(line > 0 ? $"chat template, line {line}, column {column}: {message}" : $"chat template: {message}"), inner)
    {
        Line = line;
        Column = column;
        RejectedByTemplate = rejectedByTemplate;
        PassesLimit = passesLimit;
    }

    /// <summary>Counts from 1; 0 where no one place is at fault.</summary>
    public int Line { get; }

    /// <summary>Counts from 1, in UTF-16 units; 0 where no one place is at fault.</summary>
    public int Column { get; }

    /// <summary>The template itself rejected the messages, with raise_exception: the client's mistake.</summary>
    public bool RejectedByTemplate { get; }

    /// <summary>Rendering takes more than it may: steps, bytes or depth.</summary>
    public bool PassesLimit { get; }
}
