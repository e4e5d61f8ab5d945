using System.Text;

namespace ExpertCluster.Learning;

/// <summary>Texts that gates are taught from whatever the catalogue says; they lie in the assembly.</summary>
internal static class ResourceText
{
    public static IReadOnlyList<GateExample> Examples(string resource)
    {
        using var stream = typeof(ResourceText).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {resource}.");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return ExampleFile.Parse(reader.ReadToEnd(), resource);
    }
}
