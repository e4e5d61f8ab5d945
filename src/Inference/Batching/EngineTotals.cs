namespace ExpertCluster.Inference.Batching;

/// <summary>What the loop counts. For the loop alone; others read the snapshot.</summary>
internal sealed class EngineTotals
{
    public long PromptTokens { get; set; }

    /// <summary>Of the prompts that got slots.</summary>
    public long PrefixQueryTokens { get; set; }

    /// <summary>Of those, what the prefix cache had.</summary>
    public long PrefixHitTokens { get; set; }

    public long GeneratedTokens { get; set; }

    public long Steps { get; private set; }

    public long FailedSteps { get; private set; }

    public int FailuresInRow { get; private set; }

    public void StepSucceeded()
    {
        Steps++;
        FailuresInRow = 0;
    }

    public void StepFailed()
    {
        FailedSteps++;
        FailuresInRow++;
    }
}
