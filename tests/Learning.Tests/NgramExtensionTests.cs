using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Learning.Tests;

public sealed class NgramExtensionTests : IDisposable
{
    private const int New = ManyFields.Count;

    private readonly TemporaryFolder _folder = new();

    public NgramExtensionTests() => GateTrainer.Train(ManyFields.Set(), _folder["old"], ManyFields.Options);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_NewExpert_IsKnownAndTheOthersKeepTheirWeights()
    {
        Extend(ManyFields.Set(New + 1), Names(New));

        using var gate = RequestGate.Load(_folder["new"]);
        Assert.All(Enumerable.Range(0, New + 1), f => Assert.Equal(ManyFields.NameOf(f), gate.Score(ManyFields.HeldOut(f)).Ranked[0].Name));
        Assert.Equal(1, Metadata("new").LearnedBeside);
        var (old, now) = (Index("old"), Index("new"));
        Assert.Equal(old.Bias.ToArray(), now.Bias[..old.Classes].ToArray());
        Assert.Equal(old.Postings.ToArray(), now.Postings.ToArray().Where(p => NgramIndex.ClassOf(p) < old.Classes));
        Assert.Equal([.. Metadata("old").Classes, ManyFields.NameOf(New)], Metadata("new").Classes);
    }

    [Fact]
    public void Train_NothingNew_IsTheSameGate()
    {
        Extend(ManyFields.Set(), Names(New));
        Assert.Equal(File.ReadAllBytes(_folder["old/request/ngrams.bin"]), File.ReadAllBytes(_folder["new/request/ngrams.bin"]));
        Assert.Equal(File.ReadAllBytes(_folder["old/request/gate.json"]), File.ReadAllBytes(_folder["new/request/gate.json"]));
    }

    [Fact]
    public void Train_ExpertGone_IsNoClassAnyMore()
    {
        Extend(ManyFields.Set(New - 1), Names(New - 1));

        Assert.DoesNotContain(ManyFields.NameOf(New - 1), Metadata("new").Classes);
        using var gate = RequestGate.Load(_folder["new"]);
        Assert.All(Enumerable.Range(0, New - 1), f => Assert.Equal(ManyFields.NameOf(f), gate.Score(ManyFields.HeldOut(f)).Ranked[0].Name));
    }

    [Fact]
    public void Train_ExpertChanged_IsLearnedAnew()
    {
        var set = ManyFields.Set();
        Extend(set with { Experts = [ManyFields.Expert(New) with { Name = ManyFields.NameOf(0) }, .. set.Experts.Skip(1)] }, Names(New).Skip(1).ToHashSet());

        using var gate = RequestGate.Load(_folder["new"]);
        Assert.Equal(ManyFields.NameOf(0), gate.Score(ManyFields.HeldOut(New)).Ranked[0].Name);
        Assert.InRange(gate.Score(ManyFields.HeldOut(0)).Of(ManyFields.NameOf(0)), 0, gate.Score(ManyFields.HeldOut(New)).Of(ManyFields.NameOf(0)) / 2);
    }

    /// <summary>More than a tenth of the classes would have been learned beside the others.</summary>
    [Fact]
    public void Train_ManyNew_LearnsAllTogether()
    {
        Extend(ManyFields.Set(New + 10), Names(New));
        Assert.Equal((0, New + 11), (Metadata("new").LearnedBeside, Metadata("new").Classes.Count));
    }

    [Fact]
    public void Train_EarlierGateDamaged_LearnsAllTogether()
    {
        File.WriteAllBytes(_folder["old/request/ngrams.bin"], [1, 2, 3]);
        Extend(ManyFields.Set(New + 1), Names(New));
        Assert.Equal((0, New + 2), (Metadata("new").LearnedBeside, Metadata("new").Classes.Count));
    }

    [Fact]
    public void Train_TokenGateOfTheSameExperts_IsKeptAsItIs()
    {
        GateTrainer.Train(SmallWorld.Set(), _folder["old"], SmallWorld.Options);
        File.AppendAllText(_folder["old/token/small/gate.json"], " ");

        GateTrainer.Train(SmallWorld.Set(), _folder["new"], SmallWorld.Options, earlier: new EarlierGates(_folder["old"], new HashSet<string>(), new HashSet<string> { SmallWorld.Base }));

        Assert.Equal(File.ReadAllBytes(_folder["old/token/small/gate.json"]), File.ReadAllBytes(_folder["new/token/small/gate.json"]));
        Assert.Equal(File.ReadAllBytes(_folder["old/token/small/gate.onnx"]), File.ReadAllBytes(_folder["new/token/small/gate.onnx"]));
    }

    private static HashSet<string> Names(int count) => [.. Enumerable.Range(0, count).Select(ManyFields.NameOf)];

    private void Extend(GateTrainingSet set, IReadOnlySet<string> same) =>
        GateTrainer.Train(set, _folder["new"], ManyFields.Options, earlier: new EarlierGates(_folder["old"], same, new HashSet<string>()));

    private GateMetadata Metadata(string gates) => GateFiles.ReadMetadata(_folder[$"{gates}/request"], GateMetadata.RequestKind);

    private NgramIndex Index(string gates) => NgramIndexFile.Read(_folder[$"{gates}/request"], Metadata(gates));
}
