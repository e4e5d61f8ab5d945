using ExpertCluster.Gating.Embeddings;
using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Gating.Tests.Embeddings;

public sealed class HostileEncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_SmallModel_Opens()
    {
        FakeEncoder.Write(_folder["e"]);
        using var encoder = SentenceEncoder.Load(_folder["e"]);
        Assert.Equal(FakeEncoder.Width, encoder.Width);
    }

    [Fact]
    public void Load_NumbersThatAreNone_IsRefused() => Refused("length NaN", () => FakeEncoder.Write(_folder["e"], fill: float.NaN));

    [Fact]
    public void Load_NothingButZeros_IsRefused() => Refused("length 0", () => FakeEncoder.Write(_folder["e"], fill: 0));

    [Fact]
    public void Load_OtherOutput_IsRefused() => Refused("gives logits", () => FakeEncoder.Write(_folder["e"], output: "logits"));

    [Fact]
    public void Load_OtherInput_IsRefused() => Refused("input attention_mask is missing", () => FakeEncoder.Write(_folder["e"], mask: "past"));

    [Fact]
    public void Load_InputTooMany_IsRefused() => Refused("input position_ids is none", () => FakeEncoder.Write(_folder["e"], more: "position_ids"));

    [Fact]
    public void Load_NoDimensionForVectors_IsRefused() => Refused("output last_hidden_state is Single", () => FakeEncoder.Write(_folder["e"], width: 0));

    [Fact]
    public void Load_VectorsTooWide_IsRefused() => Refused("1 to 8192", () => FakeEncoder.Write(_folder["e"], width: 8_193));

    [Fact]
    public void Load_VocabularyLargerThanTheTable_IsRefused() => Refused("the sentence encoder failed", () => FakeEncoder.Write(_folder["e"], rows: 20));

    [Theory]
    [InlineData("model.onnx", "abc", "not an ONNX model")]
    [InlineData("model.onnx", "", "has no graph")]
    [InlineData("vocab.txt", "", "[UNK] is missing")]
    [InlineData("vocab.txt", "[UNK]\n[CLS]\n[SEP]\nword\n", "[PAD] is missing")]
    [InlineData("1_Pooling/config.json", "{\"pooling_mode_max_tokens\": true}", "pooling_mode_max_tokens")]
    [InlineData("1_Pooling/config.json", "{\"pooling_mode_mean_tokens\": true, \"pooling_mode_cls_token\": true}", "alone is known")]
    [InlineData("1_Pooling/config.json", "[]", "must be a JSON object")]
    [InlineData("1_Pooling/config.json", "{", "not valid JSON")]
    [InlineData("1_Pooling/config.json", "{\"\\ud800\": true}", "not valid JSON")]
    [InlineData("modules.json", "[{\"type\": \"sentence_transformers.models.Dense\"}]", "sentence_transformers.models.Dense")]
    [InlineData("modules.json", "{}", "must be a JSON array")]
    [InlineData("sentence_bert_config.json", "{\"max_seq_length\": 1}", "max_seq_length is 1; it must be at least 3")]
    [InlineData("encoder.json", "{\"pooling\": \"mean\", \"max_tokens\": 100000, \"lower_case\": true}", "max_tokens is 100000; it must be from 3 to 512")]
    [InlineData("encoder.json", "{\"pooling\": \"max\", \"max_tokens\": 100, \"lower_case\": true}", "encoder.json")]
    [InlineData("encoder.json", "{\"format\": 2, \"pooling\": \"cls\", \"max_tokens\": 100, \"lower_case\": true}", "format is 2; this version reads 1")]
    public void Load_BadFile_IsRefusedByName(string file, string content, string part) => Refused(part, () =>
    {
        FakeEncoder.Write(_folder["e"]);
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[$"e/{file}"])!);
        File.WriteAllText(_folder[$"e/{file}"], content);
    });

    [Fact]
    public void Load_TruncatedModel_IsRefused() => Refused("model.onnx", () =>
    {
        FakeEncoder.Write(_folder["e"]);
        File.WriteAllBytes(_folder["e/model.onnx"], File.ReadAllBytes(_folder["e/model.onnx"])[..^40]);
    });

    [Fact]
    public void Load_NoFolder_IsRefused() => Refused("there is no such file", () => { });

    [Fact]
    public void Load_TokenizerJson_GivesTheVocabulary()
    {
        FakeEncoder.Write(_folder["e"]);
        var tokens = File.ReadAllLines(_folder["e/vocab.txt"]).Select((t, i) => $"\"{t}\": {i}");
        File.WriteAllText(_folder["e/tokenizer.json"], $$"""{"normalizer": {"lowercase": true}, "model": {"type": "WordPiece", "vocab": { {{string.Join(", ", tokens)}} } } }""");
        using var before = SentenceEncoder.Load(_folder["e"]);
        File.Delete(_folder["e/vocab.txt"]);
        using var encoder = SentenceEncoder.Load(_folder["e"]);
        Assert.Equal(before.Encode(["Boil the pasta."]), encoder.Encode(["Boil the pasta."]));
    }

    [Theory]
    [InlineData("{\"model\": {\"type\": \"BPE\", \"vocab\": {}}}", "no WordPiece")]
    [InlineData("{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"a\": 0, \"b\": 0}}}", "must be 0 to 1, once each")]
    [InlineData("{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"a\": 7}}}", "must be 0 to 0, once each")]
    public void Load_OtherTokenizerJson_IsRefused(string json, string part) => Refused(part, () =>
    {
        FakeEncoder.Write(_folder["e"]);
        File.Delete(_folder["e/vocab.txt"]);
        File.WriteAllText(_folder["e/tokenizer.json"], json);
    });

    private void Refused(string part, Action write)
    {
        write();
        var error = Assert.Throws<GateFormatException>(() => SentenceEncoder.Load(_folder["e"]));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
