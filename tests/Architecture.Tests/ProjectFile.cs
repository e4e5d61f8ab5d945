using System.Xml.Linq;

namespace ExpertCluster.Architecture.Tests;

/// <summary>The references that a project file states.</summary>
/// <param name="Folder">Folder below the repository, which is the project's name in <see cref="Arrows"/>.</param>
/// <param name="Projects">Folders of the referenced projects.</param>
/// <param name="Packages">Packages.</param>
/// <param name="RootNamespace">Of the sources that lie beside the project file.</param>
internal sealed record ProjectFile(string Folder, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages, string RootNamespace)
{
    public static ProjectFile Parse(string path, string text)
    {
        string folder = Path.GetDirectoryName(path)!.Replace('\\', '/');
        var items = XDocument.Parse(text).Descendants().ToList();
        return new ProjectFile(
            folder,
            [.. Includes(items, "ProjectReference").Select(reference => Resolve(folder, reference))],
            [.. Includes(items, "PackageReference")],

            // The default is that of Directory.Build.props.
            items.LastOrDefault(item => item.Name.LocalName == "RootNamespace")?.Value ?? "ExpertCluster." + Path.GetFileNameWithoutExtension(path));
    }

    private static IEnumerable<string> Includes(List<XElement> items, string kind) => items
        .Where(item => item.Name.LocalName == kind)
        .Select(item => item.Attribute("Include")?.Value)
        .OfType<string>()
        .SelectMany(value => value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static string Resolve(string folder, string reference)
    {
        string full = Path.GetFullPath(reference.Replace('\\', '/'), Path.Combine("/", folder));
        return Path.GetDirectoryName(full)!.TrimStart('/');
    }
}
