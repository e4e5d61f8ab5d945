using System.Text.Json;
using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Gating.Tests.Support;

/// <summary>A classifier that counts words: each says one label; what it does not know, and that a text begins and ends, says a little for the last one.</summary>
public static class FakeClassifier
{
    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];

    /// <param name="folder">Made.</param>
    /// <param name="words">Each with its label.</param>
    /// <param name="loudness">What a word adds to its label's logit.</param>
    /// <param name="output">Of the graph.</param>
    public static void Write(string folder, IReadOnlyList<(string Word, string Label)> words, float loudness = 4, string output = "logits")
    {
        Directory.CreateDirectory(folder);
        string[] labels = [.. words.Select(w => w.Label).Distinct(StringComparer.Ordinal)];
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), [.. Special, .. words.Select(w => w.Word)]);
        WriteLabels(folder, labels);
        float[] table = new float[(Special.Length + words.Count) * labels.Length];
        foreach (var (at, word) in words.Index())
        {
            table[((Special.Length + at) * labels.Length) + Array.IndexOf(labels, word.Label)] = loudness;
        }

        for (int special = 1; special < Special.Length; special++)
        {
            table[(special * labels.Length) + labels.Length - 1] = loudness / 16;
        }

        GraphBuilder graph = new("classifier");
        graph.Input("input_ids", OnnxType.Int64, "texts", "tokens");
        graph.Input("attention_mask", OnnxType.Int64, "texts", "tokens");
        graph.Constant("table", table, Special.Length + words.Count, labels.Length);
        graph.Constant("axis", [1L], 1);
        graph.Node("Gather", "rows", ["table", "input_ids"]);
        graph.Node("ReduceSum", output, ["rows", "axis"], "", NodeAttribute.Int("keepdims", 0));
        graph.Output(output, OnnxType.Float32, "texts", labels.Length);
        File.Delete(Path.Combine(folder, "model.onnx"));
        graph.Save(Path.Combine(folder, "model.onnx"));
    }

    public static void WriteLabels(string folder, params string[] labels) => File.WriteAllText(
        Path.Combine(folder, "config.json"), JsonSerializer.Serialize(new { id2label = labels.Index().ToDictionary(l => $"{l.Index}", l => l.Item) }));
}
