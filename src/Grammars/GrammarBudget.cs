namespace ExpertCluster.Grammars;

/// <summary>What is left of <see cref="GrammarLimits.MaxSteps"/> while one grammar is read and compiled. One thread.</summary>
public sealed class GrammarBudget(CancellationToken cancellation)
{
    private const int StepsBetweenLooks = 4096;
    private long _left = GrammarLimits.MaxSteps;
    private long _nextLook = GrammarLimits.MaxSteps;

    /// <exception cref="GrammarException">More than there was.</exception>
    /// <exception cref="OperationCanceledException">Whoever waits has gone.</exception>
    public void Spend(long steps = 1)
    {
        _left -= steps;
        if (_left > _nextLook)
        {
            return;
        }

        if (_left < 0)
        {
            throw new GrammarException($"takes more than {GrammarLimits.MaxSteps} steps to compile");
        }

        _nextLook = _left - StepsBetweenLooks;
        cancellation.ThrowIfCancellationRequested();
    }
}
