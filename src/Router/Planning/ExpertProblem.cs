using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Planning;

/// <summary>Why an expert may not answer a request, or can't.</summary>
/// <param name="Note">For whoever gets another expert's answer.</param>
/// <param name="Failure">For whoever gets none.</param>
internal sealed record ExpertProblem(PlanNote Note, Failure Failure);
