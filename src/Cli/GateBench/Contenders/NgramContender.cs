using ExpertCluster.Contracts.Routing;
using ExpertCluster.Learning;

namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>The product's gate of hashed n-grams. It learns of no expert that has a description alone, so a sentence, where there is no more, is its one example.</summary>
internal sealed class NgramContender : IGateContender
{
    public string Name => "n-grams";

    public IRequestGate? Teach(Lesson lesson) => TrainedGate.Teach(
        new Lesson([.. lesson.Fields.Select(f => f.Examples.Count + f.Keywords.Count > 0 ? f : f with { Examples = f.Texts, Description = "" })]), GateKind.Ngrams);
}
