namespace ExpertCluster.Models.Chat.Evaluation;

/// <summary>What one rendering may cost, so that no template and no conversation can stall or flood a host.</summary>
internal sealed class RenderBudget(CancellationToken cancellation)
{
    /// <summary>Characters of any one text, the output included.</summary>
    public const int LongestText = 16 << 20;

    /// <summary>Statements and expressions evaluated; a conversation of 1,000 turns needs some 50,000.</summary>
    public const int MostSteps = 5_000_000;

    private const int StepsBetweenChecks = 1024;

    private int _steps;

    public void Step()
    {
        if (++_steps > MostSteps)
            throw new ChatTemplateException($"rendering takes more than {MostSteps} steps");
        if (_steps % StepsBetweenChecks == 0)
            cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Work in proportion to a text's or a list's length counts as steps too.</summary>
    public void Spend(int amount)
    {
        _steps += amount / StepsBetweenChecks;
        Step();
    }

    public static void CheckLength(long length)
    {
        if (length > LongestText)
            throw new ChatTemplateException($"a text has more than {LongestText} characters");
    }
}
