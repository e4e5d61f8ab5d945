using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Gating.Tests.Support;

/// <summary>A sentence model that is a table of random vectors, one a word: small, and quick to open.</summary>
public static class FakeEncoder
{
    public const int Width = 16;

    private static readonly string[] Words =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", ".", ",", "?", "a", "the", "of", "boil", "pasta", "soup", "sail", "anchor", "harbour", "bishop", "pawn", "king",
        "court", "lease", "tenant", "hello", "weather",
    ];

    /// <param name="folder">Made.</param>
    /// <param name="output">Of the graph.</param>
    /// <param name="rows">Of the table; null: one a word.</param>
    /// <param name="width">Of the table; 0: it has one dimension.</param>
    /// <param name="fill">Of all vectors; null: random ones.</param>
    /// <param name="mask">The second input.</param>
    /// <param name="more">A third one; null: there is none.</param>
    public static void Write(
        string folder, string output = "last_hidden_state", int? rows = null, int width = Width, float? fill = null, string mask = "attention_mask", string? more = null)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), Words);
        int count = rows ?? Words.Length;
        Random random = new(1);
        float[] table = [.. Enumerable.Range(0, count * Math.Max(1, width)).Select(_ => fill ?? (float)(random.NextDouble() - 0.5))];
        GraphBuilder graph = new("encoder");
        graph.Input("input_ids", OnnxType.Int64, "texts", "tokens");
        graph.Input(mask, OnnxType.Int64, "texts", "tokens");
        if (more is not null)
        {
            graph.Input(more, OnnxType.Int64, "texts", "tokens");
        }

        graph.Constant("table", table, width == 0 ? [count] : [count, width]);
        graph.Node("Gather", output, ["table", "input_ids"]);
        if (width == 0)
        {
            graph.Output(output, OnnxType.Float32, "texts", "tokens");
        }
        else
        {
            graph.Output(output, OnnxType.Float32, "texts", "tokens", width);
        }

        // A graph is never written over.
        File.Delete(Path.Combine(folder, "model.onnx"));
        graph.Save(Path.Combine(folder, "model.onnx"));
    }
}
