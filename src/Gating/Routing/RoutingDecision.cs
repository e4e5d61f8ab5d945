using System.Diagnostics.CodeAnalysis;

namespace ExpertCluster.Gating.Routing;

/// <summary>A plan, or why there is none. Expected failures are values, not exceptions.</summary>
public readonly record struct RoutingDecision(RoutingPlan? Plan, RoutingError? Error)
{
    [MemberNotNullWhen(true, nameof(Plan))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsPlanned => Plan is not null;

    internal static RoutingDecision Fail(RoutingErrorKind kind, string field, string message) => new(null, new RoutingError(kind, field, message));

    internal static RoutingDecision Of(RoutingPlan plan) => new(plan, null);
}
