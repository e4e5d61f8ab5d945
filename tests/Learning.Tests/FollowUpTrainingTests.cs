using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Scoring;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Learning.Tests;

public sealed class FollowUpTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Every fifth turn is held out; a prompt of the experts with words that no example has is none.</summary>
    [Fact]
    public void Teach_TurnsThatWereHeldOut_AreToldFromWhatStandsAlone()
    {
        var model = FollowUpTraining.Teach([.. FollowUpTraining.Turns.Where((_, i) => i % 5 != 0)], SmallWorld.Set(), SmallWorld.Options);
        GateFiles.Write(_folder[FollowUpSense.Folder], model);
        using var sense = FollowUpSense.Open(_folder.Path)!;

        var held = FollowUpTraining.Turns.Where((_, i) => i % 5 == 0).Select(t => sense.Of(t.Prompt, surest: 0)).ToList();
        var alone = ((string[])["cooking", "sailing", "chess"]).SelectMany(SmallWorld.HeldOut).Select(e => sense.Of(e.Prompt, surest: 0)).ToList();

        Assert.True(held.Count(p => p > 0.5) >= 0.75 * held.Count, $"{held.Count(p => p > 0.5)} of {held.Count} go on");
        Assert.True(alone.Count(p => p > 0.5) <= 0.05 * alone.Count, $"{alone.Count(p => p > 0.5)} of {alone.Count} stand alone");
    }

    [Theory]
    [InlineData("And the second one?")]
    [InlineData("And its other side, what of it?")]
    [InlineData("Und der zweite?")]
    [InlineData("那另一個呢?")]
    public void Score_TurnThatGoesOn_SaysSo(string turn)
    {
        using var gate = Train();

        Assert.InRange(gate.Score(turn).FollowUp, 0.4, 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("Hello.")]
    [InlineData("How long do I boil green pasta?")]
    [InlineData("And how long do I boil green pasta?")]
    [InlineData("When may the black king castle?")]
    public void Score_TurnThatStandsAlone_SaysSo(string turn)
    {
        using var gate = Train();

        Assert.InRange(gate.Score(turn).FollowUp, 0, 0.3);
    }

    /// <summary>Whoever writes so much says what it is about.</summary>
    [Fact]
    public void Score_LongText_StandsAlone()
    {
        using var gate = Train();

        Assert.Equal(0, gate.Score(string.Concat(Enumerable.Repeat("And the second one? ", 12))).FollowUp);
    }

    private RequestGate Train()
    {
        GateTrainer.Train(SmallWorld.Set(), _folder["gates"], SmallWorld.Options);
        return RequestGate.Load(_folder["gates"]);
    }
}
