using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Learning;

namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>A gate of the product's, taught a lesson by its own trainer.</summary>
internal static class TrainedGate
{
    private const string Base = "bench";

    /// <param name="lesson">Taught as a catalogue would be.</param>
    /// <param name="kind">Of the product's gates.</param>
    /// <param name="encoder">The folder of a sentence model, for kinds that need one.</param>
    public static IRequestGate Teach(Lesson lesson, GateKind kind, string? encoder = null)
    {
        string folder = Directory.CreateTempSubdirectory("expertcluster-gate-").FullName;
        try
        {
            GateTrainer.Train(new GateTrainingSet { Experts = [.. lesson.Fields.Select(Of)], Kind = kind, Encoder = encoder }, folder);
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
        Examples = [.. field.Examples.Select(t => new GateExample(t))],
        Keywords = field.Keywords,
        Description = field.Description,
    };
}
