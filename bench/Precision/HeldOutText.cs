using ExpertCluster.Cli.Demo;
using ExpertCluster.Cli.Evaluation;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Bench.Precision;

/// <summary>The demo's held-out sets that its base can answer by itself, as the dialogues that it was trained on.</summary>
internal static class HeldOutText
{
    private static readonly string[] Sets = ["general", "public", "reading"];

    public static IReadOnlyList<Dialogue> Load(Tokenizer tokenizer)
    {
        string folder = Path.Combine(Path.GetDirectoryName(DemoCatalogue.Path)!, "eval");
        return [.. Sets.SelectMany(set => EvalSet.Load(Path.Combine(folder, set + ".jsonl"))).Select(c => Dialogue.Of(tokenizer, c))];
    }
}

/// <summary>A question and its answer.</summary>
/// <param name="Tokens">Both, from the token that begins a text to the one that ends an answer.</param>
/// <param name="AnswerStart">Index of the answer's first token.</param>
internal sealed record Dialogue(int[] Tokens, int AnswerStart)
{
    public static Dialogue Of(Tokenizer tokenizer, EvalCase c)
    {
        int[] question = tokenizer.Encode($"<|bos|><|user|>{c.Prompt}<|end|><|assistant|>");
        return new Dialogue([.. question, .. tokenizer.Encode($"{c.Answer}<|end|>")], question.Length);
    }
}
