using ExpertCluster.Gating.Embeddings;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Gating.Tests.Embeddings;

/// <summary>The real all-MiniLM-L6-v2, opened once for a class of tests.</summary>
public sealed class MiniLm : IDisposable
{
    public SentenceEncoder Encoder { get; } = SentenceEncoder.Load(SentenceModels.MiniLm);

    public void Dispose() => Encoder.Dispose();
}
