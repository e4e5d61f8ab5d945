namespace ExpertCluster.Router.Versions;

/// <summary>What this router saw of a gate, since it first had it.</summary>
/// <param name="Planned">Requests that it planned, and whose answers began.</param>
/// <param name="FellBack">Requests that were a candidate's, and that it failed at, or hosts did that had not its gates: the other gate planned them.</param>
/// <param name="Agreed">Copies of requests that the candidate would have given to the same expert.</param>
/// <param name="Disagreed">To another one.</param>
/// <param name="Dropped">Copies that were left out, as enough others waited.</param>
/// <param name="Failed">Copies that it failed at.</param>
/// <param name="Good">Answers that callers called good.</param>
/// <param name="Bad">And bad.</param>
internal sealed record GateFigures(long Planned, long FellBack, long Agreed, long Disagreed, long Dropped, long Failed, long Good, long Bad);
