using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.Learning;

namespace ExpertCluster.Learning.Tests;

public class GateTrainingValidatorTests
{
    [Fact]
    public void Validate_Defaults_FindsNothing()
    {
        Assert.Empty(GateTrainingValidator.Validate(new GateTrainingOptions()));
        Assert.Empty(GateTrainingValidator.Validate(SmallWorld.Set()));
    }

    [Fact]
    public void Validate_EveryFieldWrong_ReportsAllAtOnce()
    {
        GateTrainingOptions options = new()
        {
            DocumentsPerExpert = 1,
            CompoundShare = -1,
            PreambleShare = double.NaN,
            WindowsPerDocument = 0,
            HeldOutShare = 0.9,
            Epochs = 0,
            Rate = 0,
            Decay = 2,
            DenseClasses = 1,
            RequestBuckets = 1000,
            TokenBuckets = 1,
            Window = 1,
            Recent = 9,
        };
        var failures = GateTrainingValidator.Validate(options);
        string[] fields =
        [
            "documents_per_expert", "compound_share", "preamble_share", "windows_per_document", "held_out_share", "epochs", "rate", "decay",
            "dense_classes", "request_buckets", "token_buckets", "window", "recent",
        ];
        Assert.All(fields, f => Assert.Contains(failures, x => x.StartsWith(f + " is ", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(BadSets))]
    public void Validate_BadSet_NamesTheField(string part, GateExpert[] experts) =>
        Assert.Contains(GateTrainingValidator.Validate(new GateTrainingSet { Experts = experts }), f => f.Contains(part, StringComparison.Ordinal));

    public static TheoryData<string, GateExpert[]> BadSets() => new()
    {
        { "nothing to learn", [new GateExpert { Name = "a", Base = "b" }] },
        { "\"a\" is named twice", [new GateExpert { Name = "a", Base = "b", Keywords = ["x"] }, new GateExpert { Name = "a", Base = "b" }] },
        { "base \"../b\"", [new GateExpert { Name = "a", Base = "../b", Keywords = ["x"] }] },
        { "an example or keyword is empty", [new GateExpert { Name = "a", Base = "b", Keywords = [" "] }] },
        { "longer than 8192", [new GateExpert { Name = "a", Base = "b", Examples = [new GateExample(new string('x', 8193))] }] },
        { "1001 keywords; at most 1000", [new GateExpert { Name = "a", Base = "b", Keywords = [.. Enumerable.Repeat("x", 1001)] }] },
    };
}
