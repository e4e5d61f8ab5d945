using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Planning;

namespace ExpertCluster.Router.Tests.Planning;

public sealed class PlanConstraintsTests
{
    private static readonly RoutableExpert Law = new("law", "demo", false) { Cost = 2, Labels = ["residency=eu"] };
    private static readonly RoutableExpert Code = new("code", "demo", false) { Labels = ["residency=us", "gpu=h200"] };

    public static TheoryData<RoutingWish, string, string> Wishes => new()
    {
        { new() { Allow = ["code"] }, "denied", "law is not allowed" },
        { new() { Deny = ["law"] }, "denied", "law is not allowed" },
        { new() { MaxCost = 1.5 }, "cost", "law costs 2, and 1.5 is the most that is allowed" },
        { new() { MaxCost = 0 }, "cost", "law costs 2, and 0 is the most that is allowed" },
        { new() { Labels = ["residency=us"] }, "label", "law is not served by hosts of residency=us" },
        { new() { Labels = ["gpu=h200", "residency=us"] }, "label", "law is not served by hosts of residency=us" },
    };

    public static TheoryData<RoutingWish> Fitting => new()
    {
        new RoutingWish(), new RoutingWish { Allow = ["law"] }, new RoutingWish { Deny = ["code"] }, new RoutingWish { MaxCost = 2 }, new RoutingWish { Labels = ["residency=eu", "zone=1"] },
    };

    [Theory]
    [MemberData(nameof(Wishes))]
    public void ProblemOf_ExpertOutsideTheWish_SaysWhy(RoutingWish wish, string kind, string text)
    {
        var problem = PlanConstraints.Of(wish, []).ProblemOf(Law)!;
        Assert.Equal(new PlanNote(kind, "law", text), problem.Note);
        Assert.Equal((FailureKind.InvalidArgument, text), (problem.Failure.Kind, problem.Failure.Message));
    }

    [Theory]
    [MemberData(nameof(Fitting))]
    public void ProblemOf_ExpertWithinTheWish_IsNull(RoutingWish wish) => Assert.Null(PlanConstraints.Of(wish, []).ProblemOf(Law));

    /// <summary>What a caller allows himself an operator may still forbid.</summary>
    [Fact]
    public void ProblemOf_RuleAndWish_BothHold()
    {
        var constraints = PlanConstraints.Of(
            new RoutingWish { Allow = ["law", "code"], Labels = ["zone=1"] },
            [new() { Name = "legal", Deny = ["code"], Labels = ["zone=1", "residency=eu"] }, new() { Name = "cheap", MaxCost = 1, Expert = "general" }, new() { Name = "late", Expert = "code" }]);

        Assert.Equal("code is not allowed by the rule legal", constraints.ProblemOf(Code)!.Failure.Message);
        Assert.Equal(FailureKind.Forbidden, constraints.ProblemOf(Code)!.Failure.Kind);
        Assert.Equal("law costs 2, and 1 is the most that is allowed by the rule cheap", constraints.ProblemOf(Law)!.Note.Text);
        Assert.Equal(["zone=1", "residency=eu"], constraints.Labels);
        Assert.Equal("general", constraints.Expert);
        Assert.Equal(["the rule legal holds", "the rule cheap holds", "the rule late holds"], constraints.Notes.Select(n => n.Text));
    }

    [Fact]
    public void Of_NothingWished_IsTheSameForAll() => Assert.Same(PlanConstraints.None, PlanConstraints.Of(RoutingWish.None, []));
}
