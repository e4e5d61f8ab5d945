namespace ExpertCluster.Files;

/// <summary>A folder's files as they are now; messages give their paths.</summary>
/// <param name="folder">Where they are.</param>
public sealed class FolderFiles(string folder) : INamedFiles
{
    /// <summary>The folder of a file.</summary>
    public static FolderFiles Of(string path) => new(Path.GetDirectoryName(path) ?? "");

    /// <inheritdoc/>
    public byte[]? Read(string name, int mostBytes) => Describe(name) is var path && Path.Exists(path) ? RegularFile.ReadAllBytes(path, mostBytes) : null;

    /// <inheritdoc/>
    public string Describe(string name) => Path.Combine(folder, name);
}
