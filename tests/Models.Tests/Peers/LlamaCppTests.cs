using System.Text.Json;
using System.Text.Json.Nodes;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Reference;
using ExpertCluster.Reference.Peers;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Models.Tests.Peers;

/// <summary>The oracle itself, family by family, against llama.cpp on the same weights.</summary>
public sealed class LlamaCppTests : IDisposable
{
    private const float Tolerance = 2e-5f;

    // Its GELU looks values up in a table of 16-bit floats.
    private const float GeluTolerance = 5e-3f;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Where llama.cpp knows less than the family's definition, the configuration keeps to what it knows: queries as wide as the
    // hidden state in Qwen 2 and Phi-3, no window in Llama's and Phi-3's graph, scores scaled by the head's size in Gemma 2,
    // 256 positions at the least.
    public static TheoryData<string, string> Models => new()
    {
        { "llama", "{}" }, { "llama-biases", "{}" }, { "llama-linear", "{}" }, { "llama-dynamic", "{}" }, { "llama-llama3", "{}" },
        { "llama-yarn", "{}" }, { "mistral-full", "{}" }, { "qwen3", "{}" },
        { "qwen2", """{"num_attention_heads": 4}""" },
        { "phi3", """{"num_attention_heads": 4, "sliding_window": null}""" },
        { "phi3-partial", """{"num_attention_heads": 2, "num_key_value_heads": 1}""" },
        { "phi3-long", """{"num_attention_heads": 4, "max_position_embeddings": 2048, "original_max_position_embeddings": 256}""" },
        { "gemma2", """{"query_pre_attn_scalar": 16}""" },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_OfTheSameWeights_EqualLlamaCpp(string name, string changes)
    {
        var config = RandomFamilies.Config(name);
        foreach ((string field, var value) in JsonNode.Parse(changes)!.AsObject())
        {
            config[field] = value?.DeepClone();
        }

        string checkpoint = RandomCheckpoint.Write(_folder["model"], config);
        GgufExport.Write(config, ReferenceWeights.Load(checkpoint), _folder["model.gguf"]);
        int[] tokens = RandomFamilies.Prompt();

        float[][] expected = ReferenceModel.Load(checkpoint).Logits(tokens);
        float[][] actual = Ask(_folder["model.gguf"], tokens, expected[0].Length);

        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(Worst(expected, actual), 0, name == "gemma2" ? GeluTolerance : Tolerance);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen3")]
    public void Logits_WithAnAdapter_EqualLlamaCpp(string name)
    {
        var config = RandomFamilies.Config(name);
        string checkpoint = RandomCheckpoint.Write(_folder["model"], config);
        var weights = ReferenceWeights.Load(checkpoint);
        GgufExport.Write(config, weights, _folder["model.gguf"]);
        string folder = RandomAdapter.Write(_folder["adapter"], weights.Config.Shape);
        GgufAdapter.Write(folder, weights.Config, _folder["adapter.gguf"]);
        int[] tokens = RandomFamilies.Prompt();
        AdapterShare[] mix = [new(PeftAdapter.Load(folder, weights.Config.Shape), 1)];

        float[][] expected = new ReferenceModel(weights).Logits(tokens, _ => mix);
        float[][] actual = Ask(_folder["model.gguf"], tokens, expected[0].Length, _folder["adapter.gguf"]);

        Assert.InRange(Worst(expected, actual), 0, Tolerance);
    }

    private static float Worst(float[][] expected, float[][] actual) =>
        expected.Zip(actual, (e, a) => e.Zip(a, (x, y) => MathF.Abs(x - y)).Max()).Max();

    private static float[][] Ask(string path, int[] tokens, int vocabulary, string? adapter = null)
    {
        string directory = NpmPackages.Install("Models.Tests/Peers");
        string script = RepositoryRoot.Combine("tests", "Models.Tests", "Peers", "npm", "logits.mjs");
        string request = JsonSerializer.Serialize(new { directory, path, adapter, tokens, vocabulary }, Json);
        var answer = JsonSerializer.Deserialize<Answer>(Tool.Run("node", [script], input: request), Json)!;
        Assert.True(answer.Logits is not null, answer.Error);
        return answer.Logits!;
    }

    private sealed record Answer(float[][]? Logits, string? Error);
}
