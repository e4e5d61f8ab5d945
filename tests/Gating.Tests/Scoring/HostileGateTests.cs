using System.Text.Json.Nodes;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.Learning;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Gating.Tests.Scoring;

public sealed class HostileGateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HostileGateTests()
    {
        FakeEncoder.Write(_folder["encoder"]);
        GateTrainer.Train(SmallWorld.Set() with { Kind = GateKind.Stacked, Encoder = _folder["encoder"] }, _folder["gates"], SmallWorld.Options);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Stacked_Scores()
    {
        using var gate = RequestGate.Load(_folder["gates"]);
        var ranked = gate.Score("How does the old bishop move?").Ranked;
        Assert.Equal(["chess", "cooking", "sailing", "small"], ranked.Select(c => c.Name).Order());
        Assert.Equal(1, ranked.Sum(c => c.Probability), 4);
    }

    [Theory]
    [InlineData("embeddings", "null", "embeddings is missing")]
    [InlineData("stack", "null", "stack is missing")]
    [InlineData("embeddings.width", "0", "embeddings.width is 0; it must be from 1 to 8192")]
    [InlineData("embeddings.width", "8", "classes.bin: has ")]
    [InlineData("embeddings.width", "8192", "classes.bin: has ")]
    [InlineData("embeddings.everyday", "100000", "embeddings.everyday is 100000; it must be from 3 to 4096")]
    [InlineData("embeddings.temperature", "-1", "embeddings.temperature is -1; it must be above 0")]
    [InlineData("embeddings.surprise", "1", "surprise")]
    [InlineData("stack.sure", "3", "stack.sure is 3; it must be from 0 to 2")]
    [InlineData("stack.ngrams", "1000", "stack.ngrams is 1000; it must be from 0 to 100")]
    [InlineData("field", "{\"softness\": 0, \"middle\": 0, \"spread\": 1}", "field.softness is 0; it must be from 1 to 100")]
    [InlineData("field", "{\"softness\": 1, \"middle\": 1, \"spread\": 1}", "field.middle is 1; it must be 0 or less")]
    [InlineData("field", "{\"softness\": 1, \"middle\": 0, \"spread\": 0}", "field.spread is 0; it must be above 0")]
    [InlineData("other_generalists", "[\"who\"]", "other_generalists names \"who\"")]
    [InlineData("kind", "\"text-magic\"", "kind is \"text-magic\"; expected \"text-ngrams\" or \"text-embeddings\" or \"text-stacked\"")]
    public void Load_BadMetadata_NamesTheField(string field, string value, string part)
    {
        string path = _folder["gates/request/gate.json"];
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        string[] names = field.Split('.');
        (names.Length == 1 ? json : json[names[0]]!.AsObject())[names[^1]] = JsonNode.Parse(value);
        File.WriteAllText(path, json.ToJsonString());
        Refused(part);
    }

    [Fact]
    public void Load_ANumberThatIsNone_IsRefused()
    {
        string path = _folder["gates/request/classes.bin"];
        byte[] bytes = File.ReadAllBytes(path);
        BitConverter.TryWriteBytes(bytes.AsSpan(8), float.NaN);
        File.WriteAllBytes(path, bytes);
        Refused("has a number that is none");
    }

    [Fact]
    public void Load_EncoderOfAnotherWidth_IsRefused()
    {
        FakeEncoder.Write(_folder["gates/request/encoder"], width: 8);
        Refused("the encoder gives 8 numbers");
    }

    [Theory]
    [InlineData("classes.bin")]
    [InlineData("ngrams.bin")]
    [InlineData("encoder/model.onnx")]
    [InlineData("encoder/vocab.txt")]
    public void Load_FileMissing_IsRefused(string file)
    {
        File.Delete(_folder[$"gates/request/{file}"]);
        Refused("");
    }

    private void Refused(string part) => Assert.Contains(part, Assert.Throws<GateFormatException>(() => RequestGate.Load(_folder["gates"])).Message, StringComparison.Ordinal);
}
