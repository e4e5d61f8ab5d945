namespace ExpertCluster.Learning;

/// <summary>What a training gave, gate by gate.</summary>
public sealed record GateTrainingReport(IReadOnlyList<TrainedGate> Gates);

/// <param name="Path">Folder of the gate, relative to the directory that was written.</param>
/// <param name="Classes">Experts and generalists it can tell apart.</param>
/// <param name="Samples">Documents or windows it learned from.</param>
/// <param name="HeldOutAccuracy">Share of held-out samples whose class came first, before the final training on all; 0..1.</param>
/// <param name="Temperature">Divides the scores.</param>
/// <param name="Floor">Least probability of the likeliest expert.</param>
public sealed record TrainedGate(
    string Path, IReadOnlyList<string> Classes, int Samples, double HeldOutAccuracy, double Temperature, double Floor)
{
    /// <summary>What the accuracy was measured on; with 0 it says nothing.</summary>
    public int HeldOut { get; init; }

    /// <summary>Share of everyday text held out that the generalist answers; 0..1.</summary>
    public double OutOfFieldRefused { get; init; }

    /// <summary>Share of the experts' text held out that it answers as well: what the floor costs; 0..1.</summary>
    public double InFieldLost { get; init; }
}
