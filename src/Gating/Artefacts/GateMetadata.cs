namespace ExpertCluster.Gating.Artefacts;

/// <summary>What gate.json says beside gate.onnx: everything that a reader needs to build the model's inputs.</summary>
internal sealed record GateMetadata
{
    public const int CurrentFormat = 1;
    public const string RequestKind = "text-ngrams";
    public const string TokenKind = "token-ngrams";

    /// <summary>Raised whenever features or graph change, so that an old gate is never misread.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary><see cref="RequestKind"/> or <see cref="TokenKind"/>.</summary>
    public required string Kind { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    public required string Generalist { get; init; }

    /// <summary>Hash buckets: the rows of the model's weights.</summary>
    public required int Buckets { get; init; }

    /// <summary>Tokens of a window; 0 for a request gate.</summary>
    public int Window { get; init; }

    /// <summary>Tokens at the window's end that count again; 0 for a request gate.</summary>
    public int Recent { get; init; }

    /// <summary>Divides the scores before the softmax; it is part of the model, here for the reader.</summary>
    public required double Temperature { get; init; }

    public required double Floor { get; init; }

    /// <summary>Accuracy on the examples that were held out of the training that chose temperature and floor; 0..1.</summary>
    public double HeldOutAccuracy { get; init; }

    /// <summary>Training documents or windows.</summary>
    public int Samples { get; init; }
}
