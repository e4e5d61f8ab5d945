using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>The arguments of one call of a function, method or filter, and where it stands.</summary>
internal readonly record struct CallContext(
    string Name, IReadOnlyList<Argument> Arguments, Frame Frame, TemplateSource Source, int At)
{
    /// <summary>The values of arguments, in the order of <paramref name="names"/>; null where one is left out.</summary>
    public object?[] Bind(params string[] names) => Bind(names, out _);

    /// <param name="names">The parameters, in the order of arguments without a name.</param>
    /// <param name="given">Which of them have an argument.</param>
    public object?[] Bind(string[] names, out bool[] given)
    {
        object?[] values = new object?[names.Length];
        given = new bool[names.Length];
        for (int i = 0; i < Arguments.Count; i++)
        {
            int place = Arguments[i].Name is { } name ? Array.IndexOf(names, name) : i;
            if (place < 0 || place >= names.Length)
            {
                throw Error(Arguments[i].Name is { } unknown ? $"has no argument {unknown}" : $"takes at most {names.Length} arguments");
            }

            values[place] = Arguments[i].Value.Evaluate(Frame);
            given[place] = true;
        }

        return values;
    }

    public string Text(object? value) => value as string ?? throw Error($"needs a string, not {Values.Describe(value)}");

    /// <summary>An argument that may be left out.</summary>
    public string? OptionalText(object? value) => value is null ? null : Text(value);

    public ChatTemplateException Error(string problem) => Source.Error(At, $"{Name} {problem}");
}
