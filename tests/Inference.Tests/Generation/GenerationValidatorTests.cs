using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Generation;

public sealed class GenerationValidatorTests
{
    private static readonly EngineAdapter[] Adapters = [.. Enumerable.Range(0, 3).Select(i => new EngineAdapter($"a{i}", $"d{i}"))];

    public static TheoryData<string, GenerationRequest> Invalid() => new()
    {
        { "prompt is empty", Request([]) },
        { "prompt has 64 tokens; it may have at most 63", Request(new int[64]) },
        { "prompt[1] is 32; it must be a token id from 0 to 31", Request([1, 32]) },
        { "prompt[0] is -1", Request([-1]) },
        { "max_tokens is 0; it must be at least 1", Request([1], maxTokens: 0) },
        { "temperature is NaN; it must be from 0 to 2", Request([1]) with { Sampling = new SamplingOptions { Temperature = float.NaN } } },
        { "extra has 17 names; it may have at most 16", With([.. Enumerable.Range(0, 17).Select(i => ($"x{i}", 1d))]) },
        { "extra has a name of 0 characters; it must have from 1 to 64", With(("", 1)) },
        { "extra has a name of 65 characters; it must have from 1 to 64", With((new string('x', 65), 1)) },
        { "extra.bias is NaN; it must be finite", With(("bias", double.NaN)) },
        { "extra.bias is Infinity; it must be finite", With(("bias", double.PositiveInfinity)) },
        { "extra has 'bias'; no filter here reads any", With(("bias", 1)) },
        { "branches has 0 entries; it must have from 1 to 4", Request([1]) with { Branches = [] } },
        { "branches has 5 entries; it must have from 1 to 4", Request([1], 1, new(), new(), new(), new(), new()) },
        { "branches[1].weight is NaN", Request([1], 1, new(), new() { Weight = double.NaN }) },
        { "branches[0].weight is 0", Request([1], 1, new Branch { Weight = 0 }) },
        { "branches[0].mix gives 'a0' the weight NaN", Request([1], 1, Mix((Adapters[0], float.NaN))) },
        { "branches[0].mix gives 'base' the weight -1", Request([1], 1, Mix((null, -1), (Adapters[0], 2))) },
        { "branches[0].mix has weights that sum to 0", Request([1], 1, Mix((Adapters[0], 0))) },
        { "branches[0].mix has 3 adapters; it may have at most 2", Request([1], 1, Mix([.. Adapters.Select(a => ((EngineAdapter?)a, 1f))])) },
        { "stop has 17 strings; it may have at most 16", Request([1]) with { Stop = [.. Enumerable.Repeat("x", 17)] } },
        { "stop[0] has 0 characters", Request([1]) with { Stop = [""] } },
        { "stop[0] has 257 characters; it must have from 1 to 256", Request([1]) with { Stop = [new string('x', 257)] } },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task Generate_InvalidRequest_NamesFieldAndLimitAndQueuesNothing(string expected, GenerationRequest request)
    {
        await using var engine = Start(new HashRunner());

        var error = Assert.Throws<InvalidGenerationException>(() => engine.Generate(request));

        Assert.Contains(error.Failures, failure => failure.StartsWith(expected, StringComparison.Ordinal));
        Assert.False(error.RetryHelps);
        Assert.Equal((0, 0), (engine.Status.Waiting, engine.Status.Running));
    }

    [Fact]
    public async Task Generate_SeveralFaults_ReportsThemAll()
    {
        await using var engine = Start(new HashRunner());

        var error = Assert.Throws<InvalidGenerationException>(() => engine.Generate(Request([], maxTokens: -1) with { Branches = [] }));

        Assert.Equal(3, error.Failures.Count);
    }

    [Fact]
    public async Task Generate_AdapterThatIsNotLoaded_IsRefused()
    {
        await using var engine = Start(new HashRunner());

        var error = Assert.Throws<InvalidGenerationException>(() => engine.Generate(Request([1], 1, Mix((Adapters[0], 1)))));

        Assert.Contains("'a0', which is not registered", error.Message, StringComparison.Ordinal);
    }

    private static GenerationRequest With(params (string Name, double Value)[] extra) =>
        Request([1]) with { Sampling = new SamplingOptions { Extra = extra.ToDictionary(pair => pair.Name, pair => pair.Value) } };
}
