namespace ExpertCluster.Contracts.Selection;

/// <summary>Leaves hosts out of a choice. Pure.</summary>
public interface IHostFilter : IPolicy
{
    /// <summary>
    /// Whether nobody may be chosen whom it leaves out: such a filter runs first, whatever options say. The others state a preference, run in the
    /// order that options give, and are passed over where they would leave nobody.
    /// </summary>
    bool IsRequired => false;

    /// <param name="hosts">At least one.</param>
    /// <param name="choice">What for.</param>
    /// <returns>Some of them.</returns>
    IReadOnlyList<HostCandidate> Filter(IReadOnlyList<HostCandidate> hosts, HostChoice choice);
}
