namespace ExpertCluster.Learning;

/// <summary>How the gates are trained. Ranges are checked by <see cref="GateTrainingValidator"/>.</summary>
public sealed record GateTrainingOptions
{
    public ulong Seed { get; init; } = 1;

    /// <summary>Documents drawn from an expert's examples. Range 10..10000.</summary>
    public int DocumentsPerExpert { get; init; } = 1_000;

    /// <summary>Compound documents (two experts in one), as a multiple of <see cref="DocumentsPerExpert"/>. Range 0..20.</summary>
    public double CompoundShare { get; init; } = 2;

    /// <summary>Share of expert documents behind general text. Range 0..1.</summary>
    public double PreambleShare { get; init; } = 0.3;

    /// <summary>Windows drawn from a document for the token gate. Range 1..64.</summary>
    public int WindowsPerDocument { get; init; } = 4;

    /// <summary>Share of the examples that temperature and floor are chosen on. Range 0..0.5.</summary>
    public double HeldOutShare { get; init; } = 0.15;

    /// <summary>Passes over the data; small sets get more. Range 1..100.</summary>
    public int Epochs { get; init; } = 6;

    /// <summary>Initial AdaGrad step. Range (0, 10].</summary>
    public double Rate { get; init; } = 0.05;

    /// <summary>L2 decay of the weights. Range 0..1.</summary>
    public double Decay { get; init; } = 1e-5;

    /// <summary>Classes up to which every class of the request gate learns a weight of every n-gram; more learn those of their own examples alone. Range 2..1000.</summary>
    public int DenseClasses { get; init; } = 64;

    /// <summary>Hash buckets of the request gate; more where there are many classes. A power of two, 256..1048576.</summary>
    public int RequestBuckets { get; init; } = 32_768;

    /// <summary>Hash buckets of the token gate. A power of two, 256..1048576.</summary>
    public int TokenBuckets { get; init; } = 8_192;

    /// <summary>Tokens that the token gate sees. Range 2..256.</summary>
    public int Window { get; init; } = 16;

    /// <summary>Tokens at its end that count again. Range 1..Window.</summary>
    public int Recent { get; init; } = 6;
}
