using System.Text;

namespace ExpertCluster.Learning;

/// <summary>
/// Prompts of no field, taught to every generalist class beside its own examples, so that a gate knows what general
/// talk looks like even where the catalogue says nothing about it.
/// </summary>
internal static class GenericText
{
    private const string Resource = "ExpertCluster.Learning.generic.txt";

    public static IReadOnlyList<GateExample> Examples { get; } = Load();

    private static IReadOnlyList<GateExample> Load()
    {
        using var stream = typeof(GenericText).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {Resource}.");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return ExampleFile.Parse(reader.ReadToEnd(), Resource);
    }
}
