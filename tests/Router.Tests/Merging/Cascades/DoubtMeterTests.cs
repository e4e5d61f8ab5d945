using ExpertCluster.Contracts.Answers;
using ExpertCluster.Router.Merging.Cascades;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Tests.Merging.Cascades;

public sealed class DoubtMeterTests
{
    [Fact]
    public void Margin_IsTheMeanOfTheFourLeastSureTokens()
    {
        var meter = new DoubtMeter(DoubtSignals.Margin);
        foreach (var (first, second) in new[] { (0.9, 0.1), (0.6, 0.4), (0.5, 0.5), (1.0, 0.0), (0.7, 0.2) })
        {
            meter.Add(Of(first, second));
        }

        Assert.Equal((0.2 + 0.8 + 1 + 0.5) / 4, meter.Value, 6);
        Assert.False(meter.IsBlind);
    }

    [Fact]
    public void ShortAnswers_AreSureOfTheTokensThatTheyLack()
    {
        var meter = new DoubtMeter(DoubtSignals.Margin);
        meter.Add(Of(0.5, 0.5));

        Assert.Equal(0.25, meter.Value, 6);
    }

    [Fact]
    public void Entropy_CountsWhatIsNotToldAsOne()
    {
        var meter = new DoubtMeter(DoubtSignals.Entropy);
        for (int i = 0; i < 4; i++)
        {
            meter.Add(Of(1.0 / 3, 1.0 / 3));
        }

        Assert.Equal(1, meter.Value, 6);
        meter = new DoubtMeter(DoubtSignals.Entropy);
        for (int i = 0; i < 4; i++)
        {
            meter.Add(Of(1, 0));
        }

        Assert.Equal(0, meter.Value, 6);
    }

    [Fact]
    public void ValueOnlyGrows()
    {
        var random = new Random(5);
        foreach (string signal in new[] { DoubtSignals.Margin, DoubtSignals.Entropy })
        {
            var meter = new DoubtMeter(signal);
            double before = 0;
            for (int i = 0; i < 500; i++)
            {
                double first = random.NextDouble();
                meter.Add(Of(first, random.NextDouble() * (1 - first)));
                Assert.InRange(meter.Value, before, 1);
                before = meter.Value;
            }
        }
    }

    [Fact]
    public void TokenWithoutProbabilities_BlindsIt()
    {
        var meter = new DoubtMeter(DoubtSignals.Margin);
        meter.Add(new Token(-1, "a", float.NaN, []));

        Assert.True(meter.IsBlind);
    }

    private static Token Of(double first, double second) => new(1, "a", 0, [])
    {
        Detail = new TokenDetail(new byte[] { 97 }, [new LikelyToken(1, (float)Math.Log(first), default), new LikelyToken(2, (float)Math.Log(second), default)]),
    };
}
