using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;

namespace ExpertCluster.Inference.Tests.Stepping.Runners;

public sealed class PortablePlanTests
{
    [Fact]
    public void Of_DecodingSlotsWithAHole_MakesOnePartOfEachRun() => Assert.Equal(
        ["0x2: 1,0", "4x1: 2"],
        Plan((1, 5), (0, 9), (4, 0)));

    [Fact]
    public void Of_PromptBetweenDecodingSlots_RunsAlone() => Assert.Equal(
        ["1x1: 1,2,3", "0x1: 0", "2x1: 4"],
        Plan((0, 5), (1, 0), (1, 1), (1, 2), (2, 7)));

    [Fact]
    public void Of_TwoPrompts_MakesTwoParts() => Assert.Equal(["3x1: 2,3", "6x1: 0,1"], Plan((6, 0), (6, 1), (3, 4), (3, 5)));

    private static string[] Plan(params (int Slot, int Position)[] rows)
    {
        var batch = new StepBatch(8, 1, 1, 4) { RowCount = rows.Length };
        for (int i = 0; i < rows.Length; i++)
        {
            (batch.Slots[i], batch.Positions[i]) = rows[i];
        }

        return [.. PortablePlan.Of(batch).Select(p => $"{p.FirstSlot}x{p.Sequences}: {string.Join(',', p.Rows)}")];
    }
}
