using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.Learning;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Learning.Tests;

public sealed class GateTrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Train_Twice_WritesTheSameBytes()
    {
        GateTrainer.Train(SmallWorld.Set(), _folder["a"], SmallWorld.Options);
        GateTrainer.Train(SmallWorld.Set(), _folder["b"], SmallWorld.Options);
        foreach (string file in new[] { "request/ngrams.bin", "request/gate.json", "token/small/gate.onnx", "token/small/gate.json" })
        {
            Assert.Equal(File.ReadAllBytes(_folder["a/" + file]), File.ReadAllBytes(_folder["b/" + file]));
        }
    }

    [Fact]
    public void Train_OtherSeed_WritesOtherWeights()
    {
        var one = GateTrainer.Request(SmallWorld.Set(), SmallWorld.Options);
        var two = GateTrainer.Request(SmallWorld.Set(), SmallWorld.Options with { Seed = 2 });
        Assert.NotEqual(one.Index!.Postings.ToArray(), two.Index!.Postings.ToArray());
    }

    [Fact]
    public void Train_OverAnOlderGate_ReplacesItWhole()
    {
        Directory.CreateDirectory(_folder["gates/token/gone"]);
        GateTrainer.Train(SmallWorld.Set(), _folder["gates"], SmallWorld.Options);
        Assert.Equal(["request", "token"], Directory.GetFileSystemEntries(_folder["gates"]).Select(Path.GetFileName).Order());
        Assert.False(Directory.Exists(_folder["gates/token/gone"]));
        Assert.Equal(["gates"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Train_BadSet_ThrowsAndWritesNothing()
    {
        Assert.Throws<ArgumentException>(() => GateTrainer.Train(new GateTrainingSet { Experts = [] }, _folder["gates"]));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Train_ExpertWithKeywordsOnly_IsFoundByThem()
    {
        var set = SmallWorld.Set() with
        {
            Experts = [.. SmallWorld.Set().Experts, new GateExpert { Name = "geology", Base = "small", Keywords = ["basalt", "tectonic plate", "fossil", "granite"] }],
        };
        GateTrainer.Train(set, _folder["gates"], SmallWorld.Options);
        using var gate = RequestGate.Load(_folder["gates"]);
        Assert.Equal("geology", gate.Score("Why is granite harder than basalt?").Ranked[0].Name);
    }

    [Fact]
    public void Train_ExpertWithNothingToLearnFrom_IsNoClass()
    {
        var set = SmallWorld.Set() with { Experts = [.. SmallWorld.Set().Experts, new GateExpert { Name = "mute", Base = "small" }] };
        Assert.DoesNotContain("mute", GateTrainer.Request(set, SmallWorld.Options).Metadata.Classes);
    }

    [Fact]
    public void Train_NoGeneralistInTheCatalogue_MakesTheBaseOne()
    {
        var metadata = GateTrainer.Request(SmallWorld.Set(), SmallWorld.Options).Metadata;
        Assert.Equal(["cooking", "sailing", "chess", "small"], metadata.Classes);
        Assert.Equal("small", metadata.Generalist);
    }

    public void Dispose() => _folder.Dispose();
}
