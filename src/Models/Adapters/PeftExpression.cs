using System.Text.RegularExpressions;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Adapters;

/// <summary>
/// A regular expression of adapter_config.json over the paths of modules, in Python's syntax. The file is nobody's friend: what can be is
/// matched in time linear in the path. What can't (look-around, back-references) is matched by trying, for a tenth of a second, and then
/// has no answer.
/// </summary>
internal sealed partial class PeftExpression
{
    private const int MaxLength = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly Regex _regex;
    private bool _hopeless;

    /// <param name="fields">Of the file.</param>
    /// <param name="field">That has it.</param>
    /// <param name="expression">As Python has it.</param>
    /// <exception cref="CheckpointException">It is none, or too long.</exception>
    public PeftExpression(JsonFields fields, string field, string expression)
    {
        if (expression.Length > MaxLength)
        {
            fields.Refuse(field, $"has a pattern of more than {MaxLength} characters");
        }

        string own = NamedReference().Replace(NamedGroup().Replace(expression, "(?<"), @"\k<$1>");
        try
        {
            _regex = new Regex(own, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException)
        {
            _regex = Trying(fields, field, own);
        }
        catch (ArgumentException error)
        {
            throw new CheckpointException(fields.File, field, "is not a regular expression", error);
        }
    }

    /// <returns>Null: it takes too long to tell.</returns>
    public Match? Match(string path)
    {
        try
        {
            return _hopeless ? null : _regex.Match(path);
        }
        catch (RegexMatchTimeoutException)
        {
            // The next path would take as long.
            _hopeless = true;
            return null;
        }
    }

    private static Regex Trying(JsonFields fields, string field, string expression)
    {
        try
        {
            return new Regex(expression, RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException error)
        {
            throw new CheckpointException(fields.File, field, "is not a regular expression", error);
        }
    }

    [GeneratedRegex(@"\(\?P<", RegexOptions.CultureInvariant)]
    private static partial Regex NamedGroup();

    [GeneratedRegex(@"\(\?P=(\w+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex NamedReference();
}
