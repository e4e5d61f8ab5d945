using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Node.Settings;
using ExpertCluster.Node.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Options;

/// <summary>What passes the check at the start must not end the host when it opens a base, and what the engine takes can be set.</summary>
public sealed class EngineSettingsTests
{
    private const int MaxPositions = 64;

    private static readonly ModelShape Shape = new()
    {
        Vocabulary = 32,
        Hidden = 8,
        Intermediate = 8,
        Layers = 1,
        Heads = 1,
        KeyValueHeads = 1,
        HeadDimension = 8,
        MaxPositions = MaxPositions,
        RopeTheta = 10_000,
        NormEpsilon = 1e-5,
        TiedEmbeddings = true,
    };

    /// <summary>Beyond the limits of the context stand a base's own and the first request of a host; prompts, encoders and what other hosts compute are outside.</summary>
    public static IEnumerable<TheoryDataRow<string, double, bool>> Boundaries => SettingFailures.Boundaries<RuntimeOptions>()
        .Where(row => row.Data is not (nameof(RuntimeOptions.ContextLength)
            or nameof(RuntimeOptions.PromptThreads)
            or nameof(RuntimeOptions.PromptQueueLimit)
            or nameof(RuntimeOptions.PromptSeconds)
            or nameof(RuntimeOptions.PromptMegabytes)
            or nameof(RuntimeOptions.EncoderCapacity)
            or nameof(RuntimeOptions.EncoderThreads)
            or nameof(RuntimeOptions.EncoderQueueLimit)
            or nameof(RuntimeOptions.EnsembleTokens)
            or nameof(RuntimeOptions.EnsembleFirstSeconds)
            or nameof(RuntimeOptions.EnsembleWaitMilliseconds), _, false));

    [Theory]
    [MemberData(nameof(Boundaries))]
    public void OfRunnerAndEngine_LimitOfARange_IsTheEnginesLimit(string property, double value, bool allowed)
    {
        var options = SettingFailures.With(new RuntimeOptions(), property, value);

        Assert.Equal(allowed, EngineFailures(options).Count == 0);
    }

    [Fact]
    public void OfRunnerAndEngine_AllAtTheirMost_AreTakenTogether() => Assert.Empty(EngineFailures(All(range => range.Most)));

    [Fact]
    public void OfRunnerAndEngine_AllAtTheirLeast_AreTakenTogether() => Assert.Empty(EngineFailures(All(range => range.Least)));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(MaxPositions - 1, MaxPositions - 1)]
    [InlineData(MaxPositions + 1, MaxPositions)]
    public void OfRunner_Context_IsCutToWhatTheBaseKnows(int set, int expected) =>
        Assert.Equal(expected, EngineSettings.OfRunner(new RuntimeOptions { ContextLength = set }, MaxPositions).ContextLength);

    private static List<string> EngineFailures(RuntimeOptions options)
    {
        var runner = EngineSettings.OfRunner(options, MaxPositions);
        List<string> failures = [.. StepRunnerOptionsValidator.Validate(runner, Shape)];
        if (failures.Count == 0)
        {
            using var opened = new IdleRunner(runner, Shape);
            failures.AddRange(EngineOptionsValidator.Validate(EngineSettings.OfEngine(options), opened));
        }

        return failures;
    }

    private static RuntimeOptions All(Func<SettingRangeAttribute, double> limit)
    {
        var options = new RuntimeOptions();
        foreach (string property in SettingFailures.Ranges<RuntimeOptions>())
        {
            SettingFailures.With(options, property, limit(SettingFailures.Range<RuntimeOptions>(property)));
        }

        return options;
    }
}
