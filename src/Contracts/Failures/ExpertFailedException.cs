namespace ExpertCluster.Contracts.Failures;

/// <summary>
/// A plan that can't be carried out because one of its experts can't be used: whoever left the choice to the gate is better served by a
/// plan without it.
/// </summary>
/// <param name="expert">Its name.</param>
/// <param name="failure">For the caller, where there is no other plan.</param>
public sealed class ExpertFailedException(string expert, Failure failure) : RequestFailedException(failure)
{
    public string Expert { get; } = expert;
}
