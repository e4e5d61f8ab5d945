using System.Text.Json.Nodes;
using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Reference;

/// <summary>Small checkpoints of random weights, the same for the same seed.</summary>
public static class RandomCheckpoint
{
    /// <summary>A shape that is odd enough to show mixed-up dimensions, and small enough to be quick.</summary>
    public static ModelShape Shape { get; } = new()
    {
        Vocabulary = 272,
        Hidden = 64,
        Intermediate = 160,
        Layers = 2,
        Heads = 6,
        KeyValueHeads = 2,
        HeadDimension = 16,
        MaxPositions = 64,
        RopeTheta = 10000,
        NormEpsilon = 1e-5,
        TiedEmbeddings = true,
    };

    /// <summary>A Llama of that shape; see the other overload.</summary>
    public static string Write(string directory, ModelShape shape, int seed = 1, string type = "F32") =>
        Write(directory, Config(shape), seed, type);

    /// <summary>Writes config.json, generation_config.json, model.safetensors and a stub of a tokenizer; returns the folder.</summary>
    /// <param name="directory">The folder to write, made where it is missing.</param>
    /// <param name="config">config.json, with every size in it.</param>
    /// <param name="seed">Decides the weights.</param>
    /// <param name="type">F32, F16 or BF16.</param>
    public static string Write(string directory, JsonObject config, int seed = 1, string type = "F32")
    {
        Directory.CreateDirectory(directory);
        Random random = new(seed);
        ReferenceConfig reference = new(config);
        var tensors = FamilyTensors.All(reference).Select(t => (t.Name, t.Shape, Values(random, t.Shape, t.Center)));
        SafetensorsWriter.Write(Path.Combine(directory, "model.safetensors"), tensors, type);
        File.WriteAllText(Path.Combine(directory, "config.json"), config.ToJsonString());
        File.WriteAllText(Path.Combine(directory, "generation_config.json"), """{"bos_token_id": 1, "eos_token_id": [2, 3]}""");
        File.WriteAllText(Path.Combine(directory, "tokenizer.json"), RandomTokenizer.Json(reference.Vocabulary));
        File.WriteAllText(Path.Combine(directory, "tokenizer_config.json"), "{}");
        return directory;
    }

    public static JsonObject Config(ModelShape shape) => new()
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["model_type"] = "llama",
        ["vocab_size"] = shape.Vocabulary,
        ["hidden_size"] = shape.Hidden,
        ["intermediate_size"] = shape.Intermediate,
        ["num_hidden_layers"] = shape.Layers,
        ["num_attention_heads"] = shape.Heads,
        ["num_key_value_heads"] = shape.KeyValueHeads,
        ["head_dim"] = shape.HeadDimension,
        ["max_position_embeddings"] = shape.MaxPositions,
        ["rope_theta"] = shape.RopeTheta,
        ["rms_norm_eps"] = shape.NormEpsilon,
        ["hidden_act"] = "silu",
        ["tie_word_embeddings"] = shape.TiedEmbeddings,
    };

    /// <summary>Values that keep activations near 1: vectors around their center, matrices with deviation 1/sqrt(inputs).</summary>
    public static float[] Values(Random random, int[] shape, double center = 1)
    {
        float[] values = new float[shape.Aggregate(1, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            values[i] = (float)(shape.Length == 1 ? center + (0.1 * normal) : normal / Math.Sqrt(shape[^1]));
        }

        return values;
    }
}
