using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Feedback;

/// <summary>A request that was answered.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Model">What it named.</param>
/// <param name="Answered">By the plan: who answered, or was likely to, the largest weight first.</param>
/// <param name="Text">What the gate read; empty where it is not kept.</param>
/// <param name="GateRevision">Of the gate that chose them; empty: none did.</param>
internal sealed record AskedRequest(string Id, string Model, IReadOnlyList<PlannedExpert> Answered, string Text, string GateRevision);
