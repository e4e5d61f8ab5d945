namespace ExpertCluster.Learning;

/// <summary>
/// Prompts of no field, taught to every generalist class beside its own examples, so that a gate knows what general
/// talk looks like even where the catalogue says nothing about it.
/// </summary>
internal static class GenericText
{
    public static IReadOnlyList<GateExample> Examples { get; } = ResourceText.Examples("ExpertCluster.Learning.generic.txt");
}
