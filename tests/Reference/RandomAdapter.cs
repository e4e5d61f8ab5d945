using System.Text.Json.Nodes;
using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Reference;

/// <summary>PEFT adapters of random weights for a shape.</summary>
public static class RandomAdapter
{
    public static IReadOnlyList<string> Projections { get; } =
    [
        "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj",
    ];

    /// <summary>Those of a family whose checkpoints have q, k and v, and gate and up, in one module each.</summary>
    public static IReadOnlyList<string> FusedProjections { get; } =
        ["self_attn.qkv_proj", "self_attn.o_proj", "mlp.gate_up_proj", "mlp.down_proj"];

    /// <summary>Writes adapter_config.json and adapter_model.safetensors; returns the folder.</summary>
    /// <param name="directory">The folder to write, made where it is missing.</param>
    /// <param name="shape">The base.</param>
    /// <param name="rank">Of every projection, unless <paramref name="rankOf"/> says otherwise.</param>
    /// <param name="seed">Decides the weights.</param>
    /// <param name="adapts">Which modules ("model.layers.0.self_attn.q_proj") have tensors; default all.</param>
    /// <param name="rankOf">The rank of a module; default <paramref name="rank"/>.</param>
    /// <param name="configure">Changes adapter_config.json before it is written.</param>
    public static string Write(
        string directory,
        ModelShape shape,
        int rank = 4,
        int seed = 1,
        Func<string, bool>? adapts = null,
        Func<string, int>? rankOf = null,
        Action<JsonObject>? configure = null)
    {
        Directory.CreateDirectory(directory);
        Random random = new(seed);
        var tensors = Tensors(shape, random, adapts ?? (_ => true), rankOf ?? (_ => rank));
        SafetensorsWriter.Write(Path.Combine(directory, "adapter_model.safetensors"), tensors);
        JsonObject config = new()
        {
            ["peft_type"] = "LORA",
            ["task_type"] = "CAUSAL_LM",
            ["r"] = rank,
            ["lora_alpha"] = 2 * rank,
            ["target_modules"] = new JsonArray([.. Of(shape).Select(p => JsonValue.Create(p.Split('.')[1]))]),
        };
        configure?.Invoke(config);
        File.WriteAllText(Path.Combine(directory, "adapter_config.json"), config.ToJsonString());
        return directory;
    }

    private static IEnumerable<(string Name, int[] Shape, float[] Values)> Tensors(
        ModelShape shape, Random random, Func<string, bool> adapts, Func<string, int> rankOf)
    {
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            foreach (string projection in Of(shape))
            {
                string module = $"model.layers.{layer}.{projection}";
                if (!adapts(module))
                {
                    continue;
                }

                (int outputs, int inputs) = FamilyTensors.Size(shape, projection);
                int[] a = [rankOf(module), inputs];
                int[] b = [outputs, rankOf(module)];
                yield return ($"base_model.model.{module}.lora_A.weight", a, RandomCheckpoint.Values(random, a));
                yield return ($"base_model.model.{module}.lora_B.weight", b, RandomCheckpoint.Values(random, b));
            }
        }
    }

    private static IReadOnlyList<string> Of(ModelShape shape) => shape.FusedProjections ? FusedProjections : Projections;
}
