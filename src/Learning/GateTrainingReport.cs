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
    string Path, IReadOnlyList<string> Classes, int Samples, double HeldOutAccuracy, double Temperature, double Floor);
