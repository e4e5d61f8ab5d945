using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>Models and adapters as people keep them, which nobody has checked yet.</summary>
internal static class SourceFiles
{
    /// <summary>Refuses a folder with a FIFO, a socket or a device in it, before anything opens one.</summary>
    public static void RequireRegular(string folder, string what)
    {
        if (Directory.EnumerateFiles(folder).FirstOrDefault(path => !RegularFile.Exists(path)) is { } other)
        {
            throw new CatalogueException($"{what}: {Path.GetFileName(other)} is no regular file");
        }
    }

    /// <summary>Where a file of a folder really lies.</summary>
    /// <exception cref="CatalogueException">It is missing, no regular file, or a link that leaves the folder (the model, in the Hugging Face cache).</exception>
    public static string Real(string folder, string name, string what)
    {
        string real = RealPath.Of(Path.Combine(folder, name)) ?? throw new CatalogueException($"{what}: {name} is missing");
        if (!RealPath.IsBelow(real, FolderRoot.Of(RealPath.Of(folder)!)))
        {
            throw new CatalogueException($"{what}: {name} is a link that leaves its folder");
        }

        return RegularFile.Exists(real) ? real : throw new CatalogueException($"{what}: {name} is no regular file");
    }
}
