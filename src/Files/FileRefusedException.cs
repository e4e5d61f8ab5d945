namespace ExpertCluster.Files;

/// <summary>
/// A path that is not opened, or a file that is not read: it is no regular file, has too many bytes, or can't be a path at all. The message is
/// one sentence that begins with the path. An <see cref="IOException"/>, so whoever expects a file that can't be read expects this.
/// </summary>
public sealed class FileRefusedException : IOException
{
    /// <param name="path">As the caller has it.</param>
    /// <param name="problem">The end of a sentence that begins with the file's name.</param>
    public FileRefusedException(string path, string problem)
        : base($"{Shown(path)} {problem}") => Problem = problem;

    /// <summary>The end of the sentence, for those who name the file in their own way.</summary>
    public string Problem { get; }

    /// <summary>One line, whatever somebody put into a manifest.</summary>
    private static string Shown(string path) =>
        path.Length == 0 ? "a path" : new string([.. path.Select(c => char.IsControl(c) ? '?' : c)]);
}
