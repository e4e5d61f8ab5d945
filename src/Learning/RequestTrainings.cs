namespace ExpertCluster.Learning;

/// <summary>By kind.</summary>
internal static class RequestTrainings
{
    public static IRequestTraining Of(GateKind kind) => kind switch
    {
        GateKind.Ngrams => new NgramTraining(),
        GateKind.Embeddings => new EmbeddingTraining(),
        GateKind.Stacked => new StackedTraining(),
        GateKind.Classifier => new ClassifierTraining(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
