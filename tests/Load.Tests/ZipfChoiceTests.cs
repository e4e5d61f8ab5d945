namespace ExpertCluster.Load.Tests;

public sealed class ZipfChoiceTests
{
    [Fact]
    public void Next_ExponentOne_FollowsTheLaw()
    {
        var choice = new ZipfChoice(4, 1, new Random(11));
        int[] counts = new int[4];
        for (int i = 0; i < 40_000; i++)
        {
            counts[choice.Next()]++;
        }

        // 1, 1/2, 1/3, 1/4 over their sum 25/12.
        double[] expected = [.48, .24, .16, .12];
        Assert.All(expected.Zip(counts), pair => Assert.Equal(pair.First, pair.Second / 40_000.0, 0.01));
    }

    [Fact]
    public void Next_ExponentZero_IsUniform()
    {
        var choice = new ZipfChoice(2, 0, new Random(1));

        Assert.Equal(0.5, Enumerable.Range(0, 20_000).Average(_ => choice.Next()), 0.02);
    }

    [Fact]
    public void New_NothingToChoose_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new ZipfChoice(0, 1, new Random(1)));
}
