using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Merging;
using ExpertCluster.Router.Planning;

namespace ExpertCluster.Router.Tests.Planning;

public sealed class RequestCheckTests
{
    private static readonly RoutingCatalogue Catalogue = new([new("law", "demo", false), new("code", "demo", false)], [new("demo", "demo", true)]);

    private readonly RequestCheck _check = new(new PolicySet<IMergePolicy>([new RoutePolicy(), new MixPolicy(), new FusionPolicy()]));

    public static TheoryData<CompletionRequest, FailureKind, string, string> Wrong => new()
    {
        { Of() with { Model = "nobody" }, FailureKind.UnknownModel, "model", "\"nobody\"" },
        { Of() with { Model = new string('x', 100) }, FailureKind.UnknownModel, "model", "xxx..." },
        { Of() with { Model = "law", Merge = new() { Experts = [new("code", 1)] } }, FailureKind.InvalidArgument, "merge.experts", "needs model \"auto\"" },
        { Of() with { Merge = new() { Name = "blend" } }, FailureKind.InvalidArgument, "merge.mode", "\"blend\"; known are route, mix, fusion" },
        { Of() with { Merge = new() { Name = "Route" } }, FailureKind.InvalidArgument, "merge.mode", "known are" },
        { Of() with { Merge = new() { Experts = [new("law", 1), new("law", 1)] } }, FailureKind.InvalidArgument, "merge.experts", "twice" },
        { Of() with { Merge = new() { Experts = [new("who", 1)] } }, FailureKind.UnknownModel, "merge.experts", "\"who\"" },
        { Of() with { Routing = new() { Allow = ["law", "who"] } }, FailureKind.UnknownModel, "routing.allow", "\"who\"" },
        { Of() with { Routing = new() { Deny = ["Law"] } }, FailureKind.UnknownModel, "routing.deny", "\"Law\"" },

        { Of() with { Merge = new() { GeneralistWeight = 1 } }, FailureKind.InvalidArgument, "merge.generalist_weight", "merge.generalist_weight is given without the merge fusion" },
        { Of() with { Merge = new() { Name = "route", GeneralistWeight = 0 } }, FailureKind.InvalidArgument, "merge.generalist_weight", "without the merge fusion" },
        { Of() with { Merge = new() { Name = "mix", Hysteresis = 0.1 } }, FailureKind.InvalidArgument, "merge.hysteresis", "it is of route and fusion at token scope" },
        { Of() with { Merge = new() { Scope = MergeScope.Request, Hysteresis = 0.1 } }, FailureKind.InvalidArgument, "merge.hysteresis", "where no token chooses one expert" },

        // Sizes and ranges come before names.
        { Of() with { Model = "nobody", Sampling = new() { Temperature = 3 } }, FailureKind.InvalidArgument, "temperature", "from 0 to 2" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Find_WrongRequest_NamesTheField(CompletionRequest request, FailureKind kind, string field, string part)
    {
        var failure = _check.Find(request, Catalogue)!;

        Assert.Equal((kind, field), (failure.Kind, failure.Field));
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("auto")]
    [InlineData("law")]
    [InlineData("demo")]
    public void Find_NamesThatThereAre_IsNull(string model) => Assert.Null(_check.Find(Of() with { Model = model, Merge = new() { Name = "mix", K = 4 } }, Catalogue));

    [Theory]
    [InlineData(null, null, 0.1, MergeScope.Unspecified)]
    [InlineData("route", null, 0.1, MergeScope.Token)]
    [InlineData("fusion", 0.5, 0.1, MergeScope.Token)]
    [InlineData("fusion", 0.5, null, MergeScope.Request)]
    [InlineData("mix", null, 0.0, MergeScope.Request)]
    public void Find_NumbersWithTheMergeThatTheyAreOf_IsNull(string? name, double? weight, double? hysteresis, MergeScope scope) =>
        Assert.Null(_check.Find(Of() with { Merge = new() { Name = name, GeneralistWeight = weight, Hysteresis = hysteresis, Scope = scope } }, Catalogue));

    private static CompletionRequest Of() => new() { Prompt = "a" };
}
