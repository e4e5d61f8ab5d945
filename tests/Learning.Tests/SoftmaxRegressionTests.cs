using ExpertCluster.Learning;

namespace ExpertCluster.Learning.Tests;

public class SoftmaxRegressionTests
{
    [Fact]
    public void Fit_SeparableSamples_LearnsThem()
    {
        TrainingSample[] samples = [.. Enumerable.Range(0, 60).Select(i => new TrainingSample([i % 3, 3 + (i % 5)], [1, 1], i % 3, i % 3))];
        var model = Fit(samples, 3);
        Assert.All(samples, s => Assert.Equal(s.First, Largest(model.Scores(s))));
    }

    [Fact]
    public void Fit_CompoundTargets_GivesBothHalf()
    {
        TrainingSample[] samples = [.. Enumerable.Repeat(new TrainingSample([0, 1], [1, 1], 0, 1), 50)];
        float[] scores = Fit(samples, 3).Scores(samples[0]);
        SoftmaxRegression.Softmax(scores, 1);
        Assert.Equal(scores[0], scores[1], 0.02);
        Assert.True(scores[2] < 0.05);
    }

    [Fact]
    public void Softmax_HighTemperature_Flattens()
    {
        float[] cold = [2, 0];
        float[] hot = [2, 0];
        SoftmaxRegression.Softmax(cold, 1);
        SoftmaxRegression.Softmax(hot, 4);
        Assert.Equal(1 / (1 + Math.Exp(-2)), cold[0], 1e-6);
        Assert.Equal(1 / (1 + Math.Exp(-0.5)), hot[0], 1e-6);
    }

    private static SoftmaxRegression Fit(TrainingSample[] samples, int classes)
    {
        SoftmaxRegression model = new(8, classes, InverseFrequency.Of(samples, 8));
        model.Fit(samples, new GateTrainingOptions { Epochs = 20, Rate = 0.3 });
        return model;
    }

    private static int Largest(float[] scores) => Array.IndexOf(scores, scores.Max());
}
