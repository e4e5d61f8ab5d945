using ExpertCluster.TestSupport;

namespace ExpertCluster.Learning.Tests;

public sealed class HeldOutComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_OneRecipeTwice_IsATieAndTheSameAgain()
    {
        var set = Set(("law", Texts("court lease tenant appeal", 20)), ("code", Texts("loop compiler python list", 20)));

        var first = HeldOutComparison.Run(set, set, _folder["a"]);

        Assert.Equal((8, first.StableRight), (first.HeldOut, first.CandidateRight));
        Assert.InRange(first.StableRight, 6, 8);
        Assert.Equal(first, HeldOutComparison.Run(set, set, _folder["b"]));
    }

    [Fact]
    public void Run_CandidateKnowsAFieldThatTheOtherDoesNot_IsBetter()
    {
        var stable = Set(("law", Texts("court lease tenant appeal", 20)), ("code", Texts("loop compiler python list", 20)));
        var candidate = Set(("law", Texts("court lease tenant appeal", 20)), ("code", [.. Texts("loop compiler python list", 20), .. Texts("zymurgy vat hops barrel", 40)]));

        var comparison = HeldOutComparison.Run(stable, candidate, _folder["a"]);

        Assert.Equal(16, comparison.HeldOut);
        Assert.True(comparison.CandidateRight > comparison.StableRight, $"{comparison}");
    }

    /// <summary>Four texts are none too many; and whose a text is that two have, nobody knows.</summary>
    [Fact]
    public void Run_TooFewTextsOrTextsOfTwo_AreNotHeldOut()
    {
        string[] shared = [.. Texts("court lease tenant appeal", 20)];

        Assert.Equal(new GateComparison(0, 0, 0), HeldOutComparison.Run(null, Set(("law", Texts("court lease", 4)), ("code", Texts("loop list", 4))), _folder["a"]));
        Assert.Equal(0, HeldOutComparison.Run(null, Set(("law", shared), ("code", shared)), _folder["b"]).HeldOut);
    }

    [Fact]
    public void Run_NoGateThatPlans_ChoosesNothingRight()
    {
        var comparison = HeldOutComparison.Run(null, Set(("law", Texts("court lease tenant appeal", 20)), ("code", Texts("loop compiler python list", 20))), _folder["a"]);

        Assert.Equal((8, 0), (comparison.HeldOut, comparison.StableRight));
        Assert.NotEqual(0, comparison.CandidateRight);
    }

    private static GateTrainingSet Set(params (string Expert, IEnumerable<string> Texts)[] experts) => new()
    {
        Experts = [.. experts.Select(e => new GateExpert { Name = e.Expert, Base = "small", Examples = [.. e.Texts.Select(t => new GateExample(t))] })],
    };

    private static IEnumerable<string> Texts(string words, int count)
    {
        string[] all = words.Split(' ');
        return Enumerable.Range(0, count).Select(i => $"What of the {all[i % all.Length]} and the {all[(i + 1 + (i / all.Length)) % all.Length]} number {(char)('a' + (i % 26))}{i}?");
    }
}
