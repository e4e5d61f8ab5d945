namespace ExpertCluster.Gating.Artefacts;

/// <summary>What gate.json says: everything that a reader needs beside the weights.</summary>
internal sealed record GateMetadata
{
    public const int CurrentFormat = 2;
    public const string RequestKind = "text-ngrams";
    public const string EmbeddingKind = "text-embeddings";
    public const string StackedKind = "text-stacked";
    public const string ClassifierKind = "text-classifier";
    public const string TokenKind = "token-ngrams";
    public const string FollowUpKind = "text-follow-up";

    /// <summary>Raised whenever features, graph or files change, so that an old gate is never misread.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>One of the constants above.</summary>
    public required string Kind { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    public required string Generalist { get; init; }

    /// <summary>Further classes that are a base alone, where the catalogue has several.</summary>
    public IReadOnlyList<string> OtherGeneralists { get; init; } = [];

    /// <summary>Hash buckets: the rows of the n-grams' weights; 0 where there are none.</summary>
    public required int Buckets { get; init; }

    /// <summary>Tokens of a window; 0 for a request gate.</summary>
    public int Window { get; init; }

    /// <summary>Tokens at the window's end that count again; 0 for a request gate.</summary>
    public int Recent { get; init; }

    /// <summary>Divides the n-grams' scores before the softmax; a token gate's graph has it as well.</summary>
    public required double Temperature { get; init; }

    public required double Floor { get; init; }

    /// <summary>Of <see cref="EmbeddingKind"/> and <see cref="StackedKind"/>.</summary>
    public EmbeddingMetadata? Embeddings { get; init; }

    /// <summary>Of <see cref="StackedKind"/>.</summary>
    public StackMetadata? Stack { get; init; }

    /// <summary>Of <see cref="ClassifierKind"/>: by class, where its label stands in what the classifier gives; -1: it has none.</summary>
    public IReadOnlyList<int>? Columns { get; init; }

    /// <summary>Null: the gate takes probabilities as they are.</summary>
    public FieldMetadata? Field { get; init; }

    /// <summary>Accuracy on the examples that were held out of the training that chose temperature and floor; 0..1, 0 where there were none.</summary>
    public double HeldOutAccuracy { get; init; }

    /// <summary>Examples that it was measured on.</summary>
    public int HeldOut { get; init; }

    /// <summary>Share of everyday text held out that the floor gives to the generalist; 0..1.</summary>
    public double OutOfFieldRefused { get; init; }

    /// <summary>Share of the experts' text held out that it costs: below the floor, or given to the generalist; 0..1.</summary>
    public double InFieldLost { get; init; }

    /// <summary>Training documents or windows.</summary>
    public int Samples { get; init; }

    /// <summary>Classes that were learned beside others, whose weights stayed as they were, since all were learned together.</summary>
    public int LearnedBeside { get; init; }

    public bool IsGeneralist(int index) => Classes[index] == Generalist || OtherGeneralists.Contains(Classes[index]);
}
