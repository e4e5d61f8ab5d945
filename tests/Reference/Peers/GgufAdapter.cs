using System.Text.Json.Nodes;

namespace ExpertCluster.Reference.Peers;

/// <summary>A PEFT LoRA folder as the file that llama.cpp loads beside a model.</summary>
public static class GgufAdapter
{
    /// <param name="directory">adapter_config.json and adapter_model.safetensors.</param>
    /// <param name="config">The base's.</param>
    /// <param name="path">The file to write.</param>
    public static void Write(string directory, ReferenceConfig config, string path)
    {
        var peft = JsonNode.Parse(File.ReadAllText(Path.Combine(directory, "adapter_config.json")))!;
        int rank = (int)peft["r"]!;
        var weights = ReferenceWeights.Load(directory, config);
        GgufLayout layout = new(config);
        using GgufWriter file = new();
        file.Add("general.architecture", layout.Architecture);
        file.Add("general.type", "adapter");
        file.Add("adapter.type", "lora");
        file.Add("adapter.lora.alpha", (double)peft["lora_alpha"]!);
        for (int layer = 0; layer < config.Layers; layer++)
        {
            foreach ((string ours, string theirs) in layout.Modules)
            {
                string module = $"base_model.model.model.layers.{layer}.{ours}";
                if (!weights.Has($"{module}.lora_A.weight"))
                {
                    continue;
                }

                float[] a = weights[$"{module}.lora_A.weight"];
                float[] b = layout.Arrange(ours, weights[$"{module}.lora_B.weight"], rank);
                file.Tensor($"blk.{layer}.{theirs}.weight.lora_a", [rank, a.Length / rank], a);
                file.Tensor($"blk.{layer}.{theirs}.weight.lora_b", [b.Length / rank, rank], b);
            }
        }

        file.Save(path);
    }
}
