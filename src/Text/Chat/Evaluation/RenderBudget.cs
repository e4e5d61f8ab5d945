using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>
/// What one rendering may cost, so that no template and no conversation can stall or flood a host: steps, bytes and depth. What takes
/// time or memory in proportion to a text or a list says so here before it begins.
/// </summary>
internal sealed class RenderBudget(TextLimits limits, CancellationToken cancellation)
{
    /// <summary>Characters of any one text, the output included.</summary>
    public const int LongestText = TextLimits.LongestText;

    /// <summary>Statements and expressions evaluated; a conversation of 1,000 turns needs some 50,000.</summary>
    public const int MostSteps = 2_000_000;

    /// <summary>
    /// Expressions, blocks, filters and macros within each other at any moment. One takes less than 2 KiB of stack, so that all of them
    /// fit the smallest stack that a thread of .NET has (1.5 MiB).
    /// </summary>
    public const int DeepestRun = 400;

    /// <summary>A list's item, a mapping's entry, and a character that becomes a text of its own, in bytes, list and all.</summary>
    private const int ItemBytes = 8;
    private const int EntryBytes = 64;
    private const int CharacterBytes = 40;

    // A turn of a loop makes a scope, which costs as much as several expressions.
    private const int StepsForTurn = 8;

    /// <summary>What an expression leaves behind beside texts and lists, at most: a number in a box, arguments; and a turn in proportion, its scope.</summary>
    private const int StepBytes = 64;

    private const int StepsBetweenChecks = 1024;

    // Copying or searching this many characters takes about as long as an expression.
    private const int UnitsForStep = 1024;

    // Characters that a search compares at once.
    private const int SearchWidth = 16;

    private long _steps;
    private long _bytes;
    private long _nextCheck = StepsBetweenChecks;
    private int _depth;

    public void Step()
    {
        Take(StepBytes);
        Count(1);
    }

    /// <summary>A turn of a loop begins, or a macro.</summary>
    public void Turn()
    {
        Take(StepBytes * StepsForTurn);
        Count(StepsForTurn);
    }

    /// <summary>Work in proportion to a text's or a list's length counts as steps too.</summary>
    public void Spend(long amount) => Count(1 + (amount / UnitsForStep));

    /// <summary>Looking for one text in another: at worst all of the part is compared at each place.</summary>
    public void Search(long length, long part) => Spend(length * (1 + (part / SearchWidth)));

    /// <summary>A text is about to be made.</summary>
    public void Text(long length)
    {
        CheckLength(length);
        Spend(length);
        Take(length * sizeof(char));
    }

    /// <summary>A list is about to be made.</summary>
    public void Items(long count)
    {
        CheckLength(count);
        Spend(count);
        Take((count + 4) * ItemBytes);
    }

    /// <summary>A mapping, or a list of pairs.</summary>
    public void Entries(long count)
    {
        Spend(count);
        Take((count + 2) * EntryBytes);
    }

    /// <summary>Texts in a list: those of a text's characters, or of its parts.</summary>
    public void Parts(long count, long length = 0)
    {
        Text(length);
        Spend(count);
        Take((count + 1) * CharacterBytes);
    }

    public static void CheckLength(long length)
    {
        if (length > LongestText)
        {
            throw new ChatTemplateException($"a text or list has more than {LongestText} characters or items", passesLimit: true);
        }
    }

    /// <summary>Something begins that may hold its like: <see cref="Leave"/> follows unless the rendering fails.</summary>
    public void Enter()
    {
        if (++_depth > DeepestRun)
        {
            throw new ChatTemplateException($"rendering goes deeper than {DeepestRun} expressions, blocks and macros within each other", passesLimit: true);
        }
    }

    public void Leave() => _depth--;

    /// <summary>Memory on the way to something.</summary>
    public void Take(long bytes)
    {
        _bytes += bytes;
        if (_bytes > limits.Bytes)
        {
            throw new ChatTemplateException($"rendering takes more than {limits.Bytes} bytes", passesLimit: true);
        }
    }

    private void Count(long steps)
    {
        _steps += steps;
        if (_steps > MostSteps)
        {
            throw new ChatTemplateException($"rendering takes more than {MostSteps} steps", passesLimit: true);
        }

        if (_steps < _nextCheck)
        {
            return;
        }

        _nextCheck = _steps + StepsBetweenChecks;
        cancellation.ThrowIfCancellationRequested();
    }
}
