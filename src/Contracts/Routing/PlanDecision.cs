using System.Diagnostics.CodeAnalysis;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Contracts.Routing;

/// <summary>A plan, or why there is none.</summary>
public readonly record struct PlanDecision(Plan? Plan, Failure? Failure)
{
    [MemberNotNullWhen(true, nameof(Plan))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsPlanned => Plan is not null;

    public static PlanDecision Of(Plan plan) => new(plan, null);

    public static PlanDecision Fail(FailureKind kind, string field, string message) => new(null, new Failure(kind, message, field));
}
