using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>A way to choose experts that can be taught and measured: a kind of gate, or a baseline. One file each.</summary>
internal interface IGateContender
{
    /// <summary>As `--kinds` names it, and the tables.</summary>
    string Name { get; }

    /// <summary>Whether it answers without a look at the text: then no change of that changes its choice, and it wins no row.</summary>
    bool IsBlind => false;

    /// <summary>Teaches it. What is disposable is disposed of when it has been measured.</summary>
    /// <returns>Null where it can't learn from such a lesson.</returns>
    IRequestGate? Teach(Lesson lesson);
}
