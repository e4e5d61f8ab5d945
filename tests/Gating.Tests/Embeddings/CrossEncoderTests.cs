using ExpertCluster.Gating.Embeddings;
using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Gating.Tests.Embeddings;

public sealed class CrossEncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_Pairs_ReadsTheSecondTextAsTheSecond()
    {
        FakeCrossEncoder.Write(_folder["c"], [("pasta", 2), ("soup", -1)]);
        using var encoder = SentenceEncoder.Load(_folder["c"], classifies: true);
        float[] scores = new float[3];

        encoder.Run([Pair(encoder, "pasta pasta", "soup"), Pair(encoder, "soup", "pasta pasta soup"), Pair(encoder, "pasta", "pasta")], scores);

        Assert.Equal([-1, 3, 2], scores);
        Assert.Equal((1, 1), (encoder.LabelCount, encoder.Width));
    }

    [Theory]
    [InlineData("sentence_transformers", """{"activation_fn": "torch.nn.modules.linear.Identity", "version": "5.0.0"}""", EncoderActivation.Identity)]
    [InlineData("sentence_transformers", """{"activation_fn": "torch.nn.modules.activation.Sigmoid"}""", EncoderActivation.Sigmoid)]
    [InlineData("sentence_transformers", """{"version": "5.0.0"}""", EncoderActivation.Sigmoid)]
    [InlineData("sbert_ce_default_activation_function", "\"torch.nn.modules.linear.Identity\"", EncoderActivation.Identity)]
    [InlineData("sbert_ce_default_activation_function", "null", EncoderActivation.Sigmoid)]
    [InlineData("other", "1", EncoderActivation.Sigmoid)]
    public void Import_Activation_IsWhatTheFolderSays(string field, string value, EncoderActivation activation)
    {
        FakeCrossEncoder.Write(_folder["c"], [("pasta", 2)], new() { [field] = System.Text.Json.JsonElement.Parse(value) });
        SentenceEncoder.Import(_folder["c"], _folder["imported"], classifies: true);

        using var encoder = SentenceEncoder.Load(_folder["imported"], classifies: true);

        Assert.Equal(activation, encoder.Activation);
        Assert.Equal((512, 1), SentenceEncoder.Describe(_folder["imported"]));
    }

    [Theory]
    [InlineData("sbert_ce_default_activation_function", "\"torch.nn.modules.activation.Tanh\"", "sbert_ce_default_activation_function is \"torch.nn.modules.activation.Tanh\"; Sigmoid and Identity are known")]
    [InlineData("sentence_transformers", """{"activation_fn": 7}""", "sentence_transformers.activation_fn is \"7\"")]
    public void Import_OtherActivation_IsRefusedByName(string field, string value, string part)
    {
        FakeCrossEncoder.Write(_folder["c"], [("pasta", 2)], new() { [field] = System.Text.Json.JsonElement.Parse(value) });

        var error = Assert.Throws<GateFormatException>(() => SentenceEncoder.Import(_folder["c"], _folder["imported"], classifies: true));

        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
    }

    private static EncoderRow Pair(SentenceEncoder encoder, string first, string second) =>
        SentenceEncoder.Pair(encoder.Read(first, encoder.MaxTokens), encoder.Read(second, encoder.MaxTokens), encoder.MaxTokens);
}
