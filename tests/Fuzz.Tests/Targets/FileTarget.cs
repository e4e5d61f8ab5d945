using ExpertCluster.Fuzz.Engine;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>A target whose input is a file.</summary>
/// <param name="folder">Its own, empty.</param>
/// <param name="file">The file's name there.</param>
internal abstract class FileTarget(string folder, string file) : FuzzTarget
{
    protected string Folder => folder;

    protected string File { get; } = Path.Combine(folder, file);

    protected void Write(byte[] input) => System.IO.File.WriteAllBytes(File, input);

    protected static byte[] Demo(params string[] parts) => System.IO.File.ReadAllBytes(TestSupport.RepositoryRoot.Combine(["models", "demo", .. parts]));
}
