using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>What one rendering may cost, so that no template and no conversation can stall or flood a host.</summary>
internal sealed class RenderBudget(CancellationToken cancellation)
{
    /// <summary>Characters of any one text, the output included.</summary>
    public const int LongestText = 16 << 20;

    /// <summary>Statements and expressions evaluated; a conversation of 1,000 turns needs some 50,000.</summary>
    public const int MostSteps = 2_000_000;

    // A turn of a loop makes a scope, which costs as much as several expressions.
    private const int StepsForTurn = 8;

    private const int StepsBetweenChecks = 1024;

    // Copying or searching this many characters takes about as long as an expression.
    private const int UnitsForStep = 1024;

    private int _steps;
    private int _nextCheck = StepsBetweenChecks;

    public void Step() => Count(1);

    /// <summary>A turn of a loop begins.</summary>
    public void Turn() => Count(StepsForTurn);

    /// <summary>Work in proportion to a text's or a list's length counts as steps too.</summary>
    public void Spend(int amount) => Count(1 + (amount / UnitsForStep));

    public static void CheckLength(long length)
    {
        if (length > LongestText)
        {
            throw new ChatTemplateException($"a text has more than {LongestText} characters");
        }
    }

    private void Count(int steps)
    {
        _steps += steps;
        if (_steps > MostSteps)
        {
            throw new ChatTemplateException($"rendering takes more than {MostSteps} steps");
        }

        if (_steps < _nextCheck)
        {
            return;
        }

        _nextCheck = _steps + StepsBetweenChecks;
        cancellation.ThrowIfCancellationRequested();
    }
}
