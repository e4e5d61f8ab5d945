using ExpertCluster.Contracts.Routing;
using ExpertCluster.Learning;

namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>The product's gate of sentence vectors.</summary>
internal sealed class EmbeddingsContender(EncodedTexts encoder) : IGateContender
{
    public string Name => $"{encoder.Name}-embeddings";

    public IRequestGate? Teach(Lesson lesson) => TrainedGate.Teach(lesson, GateKind.Embeddings, encoder.Folder);
}
