using ExpertCluster.Cli.GateBench.Measuring;
using ExpertCluster.Cli.GateBench.Reports;

namespace ExpertCluster.Cli.Tests.GateBench.Reports;

public sealed class FigureTableTests
{
    [Fact]
    public void Of_Figures_HasTheBestOfEachRowInBold()
    {
        string table = FigureTable.Of(
        [
            Measured("blind", true, 1, 0, 0.9, 0.5),
            Measured("poor", false, 0.501, 0.3, 0.2, 0.5),
            Measured("good", false, 0.7, 0.1, 0.1, 0.5),
            Measured("alike", false, 0.699, 0.3, 0.3, 0.5),
        ]);

        Assert.Equal(
            """
            | | blind | poor | good | alike |
            |---|---:|---:|---:|---:|
            | right | 1.00 ±0.02 | 0.50 ±0.02 | **0.70** ±0.02 | **0.70** ±0.02 |
            | wrong | 0 | 0 | 0 | 0 |
            | neither | 0.90 | 0.20 | 0.10 | 0.30 |
            | same | 0.50 | 0.50 | 0.50 | 0.50 |

            """,
            table);
    }

    private static MeasuredContender Measured(string name, bool isBlind, double right, double wrong, double neither, double same) => new(name, isBlind,
    [
        new Figure("right", right, 0.02, false),
        new Figure("wrong", wrong, null, true) { Format = "0" },
        new Figure("neither", neither, null, null),
        new Figure("same", same, null, false),
    ]);
}
