using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Tests.Support;

/// <summary>All of a row's score is the class of its newest token modulo the classes. Notes what it is asked.</summary>
internal sealed class ModuloScorer(int window, int classes) : IRowScorer
{
    public List<string> Windows { get; } = [];

    public List<int> Batches { get; } = [];

    public bool Fails { get; init; }

    public int Window => window;

    public int Classes => classes;

    public void Score(ReadOnlySpan<int> windows, int count, Span<float> scores)
    {
        if (Fails)
        {
            throw new InvalidOperationException("no scores today");
        }

        Batches.Add(count);
        scores.Clear();
        for (int i = 0; i < count; i++)
        {
            var row = windows.Slice(i * window, window);
            Windows.Add(string.Join(',', row.ToArray()));
            scores[(i * classes) + (row[^1] % classes)] = 1;
        }
    }
}
