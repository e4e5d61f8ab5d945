using ExpertCluster.Contracts.Routing;
using ExpertCluster.Learning;

namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>The product's n-grams where they are sure, else both they and sentence vectors.</summary>
internal sealed class StackedContender(EncodedTexts encoder) : IGateContender
{
    public string Name => $"{encoder.Name}-stacked";

    public IRequestGate? Teach(Lesson lesson) => TrainedGate.Teach(lesson, GateKind.Stacked, encoder.Folder);
}
