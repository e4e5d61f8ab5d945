using System.Text.Json;
using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Gating.Tests.Support;

/// <summary>A cross encoder that adds up numbers of the words of the second text, and looks at no word of the first: small, and quick to open.</summary>
public static class FakeCrossEncoder
{
    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];

    /// <param name="folder">Made.</param>
    /// <param name="words">Each with its number.</param>
    /// <param name="config">More of config.json: names and values; null: nothing.</param>
    /// <param name="tokens">That it reads.</param>
    public static void Write(string folder, IReadOnlyList<(string Word, float Number)> words, Dictionary<string, object>? config = null, int tokens = 512)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), [.. Special, .. words.Select(w => w.Word)]);
        Dictionary<string, object> all = new(config ?? []) { ["id2label"] = new Dictionary<string, string> { ["0"] = "LABEL_0" } };
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(all));
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), JsonSerializer.Serialize(new { model_max_length = tokens }));
        GraphBuilder graph = new("cross-encoder");
        graph.Input("input_ids", OnnxType.Int64, "texts", "tokens");
        graph.Input("attention_mask", OnnxType.Int64, "texts", "tokens");
        graph.Input("token_type_ids", OnnxType.Int64, "texts", "tokens");
        graph.Constant("table", [.. new float[Special.Length], .. words.Select(w => w.Number)], Special.Length + words.Count);
        graph.Constant("axis", [1L], 1);
        graph.Node("Gather", "numbers", ["table", "input_ids"]);
        graph.Node("Cast", "second", ["token_type_ids"], "", NodeAttribute.Int("to", 1));
        graph.Node("Mul", "counted", ["numbers", "second"]);
        graph.Node("ReduceSum", "logits", ["counted", "axis"], "", NodeAttribute.Int("keepdims", 1));
        graph.Output("logits", OnnxType.Float32, "texts", 1);
        File.Delete(Path.Combine(folder, "model.onnx"));
        graph.Save(Path.Combine(folder, "model.onnx"));
    }
}
