using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Learning;

/// <summary>How a kind of request gate is taught. A new kind is one class beside the others, and one line in <see cref="RequestTrainings"/>.</summary>
internal interface IRequestTraining
{
    /// <summary>The same for the same input.</summary>
    GateModel Train(IReadOnlyList<GateClass> classes, GateTrainingSet set, GateTrainingOptions options);
}
