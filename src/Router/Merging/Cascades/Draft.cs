using ExpertCluster.Contracts.Answers;

namespace ExpertCluster.Router.Merging.Cascades;

/// <summary>An answer that nobody has seen yet.</summary>
/// <param name="Expert">Who gave it.</param>
/// <param name="Host">Where.</param>
/// <param name="Chunks">All of it, or as far as it was worth it.</param>
/// <param name="IsWhole">Whether it came to its end.</param>
/// <param name="Seen">What its doubt is made of, 0 to 1; null: nothing is known.</param>
/// <param name="Usage">What it cost.</param>
internal sealed record Draft(string Expert, string Host, IReadOnlyList<CompletionChunk> Chunks, bool IsWhole, double? Seen, IReadOnlyList<ExpertUsage> Usage)
{
    public string Text => string.Concat(Chunks.Select(c => c.Text));

    /// <summary>In the vocabulary of its base; empty: it has none that is known here.</summary>
    public IReadOnlyList<int> Tokens
    {
        get
        {
            int[] tokens = [.. Chunks.SelectMany(c => c.Tokens).Select(t => t.Id)];
            return Array.TrueForAll(tokens, t => t >= 0) ? tokens : [];
        }
    }
}
