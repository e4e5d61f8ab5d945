namespace ExpertCluster.Files;

/// <summary>
/// How far the links of a model's or adapter's folder may lead: anywhere below the folder itself (a Kubernetes volume's files are links to
/// <c>..data/</c>, which is one itself), and in the Hugging Face cache below the model's folder, whose snapshots are links to its blobs.
/// </summary>
public static class FolderRoot
{
    private const string Snapshots = "snapshots";

    /// <summary>Of a model's folder in the cache; <c>models--owner--name</c>.</summary>
    private const string ModelPrefix = "models--";

    /// <param name="folder">A real path, as <see cref="RealPath"/> gives it: a folder, or one within a snapshot.</param>
    public static string Of(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        for (string? inner = folder; Path.GetDirectoryName(inner) is { } outer; inner = outer)
        {
            if (Path.GetFileName(outer) == Snapshots && Path.GetDirectoryName(outer) is { } model
                && Path.GetFileName(model).StartsWith(ModelPrefix, StringComparison.Ordinal))
            {
                return model;
            }
        }

        return folder;
    }
}
