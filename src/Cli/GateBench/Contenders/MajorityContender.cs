using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>Always the lesson's first field, which is the largest: what is worse than this knows nothing.</summary>
internal sealed class MajorityContender : IGateContender
{
    public string Name => "majority";

    public bool IsBlind => true;

    public IRequestGate? Teach(Lesson lesson)
    {
        string[] classes = [.. lesson.Fields.Where(f => !f.IsGeneralist).Select(f => f.Name)];
        return new ScoredGate(classes, lesson.Generalist, _ => [1, .. Enumerable.Repeat(0.0, classes.Length - 1)], new ScoreScale(Temperature: 0.1, Floor: 0));
    }
}
