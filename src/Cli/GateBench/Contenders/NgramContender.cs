using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Learning;

namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>The product's gate of hashed n-grams, by its own trainer. A sentence about a field, where there is no more, is its one example.</summary>
internal sealed class NgramContender : IGateContender
{
    private const string Base = "bench";

    public string Name => "n-grams";

    public IRequestGate? Teach(Lesson lesson)
    {
        string folder = Directory.CreateTempSubdirectory("expertcluster-gate-").FullName;
        try
        {
            GateTrainer.Train(new GateTrainingSet { Experts = [.. lesson.Fields.Select(Of)] }, folder);
            return RequestGate.Load(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static GateExpert Of(LessonField field) => new()
    {
        Name = field.Name,
        Base = Base,
        IsGeneralist = field.IsGeneralist,
        Examples = [.. (field.Keywords.Count > 0 ? field.Examples : field.Texts).Select(t => new GateExample(t))],
        Keywords = field.Keywords,
    };
}
