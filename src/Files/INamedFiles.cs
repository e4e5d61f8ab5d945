namespace ExpertCluster.Files;

/// <summary>The files of one folder by their plain names, each read whole.</summary>
public interface INamedFiles
{
    /// <param name="name">Without a folder.</param>
    /// <param name="mostBytes">A file with more is refused.</param>
    /// <returns>Null: there is none.</returns>
    /// <exception cref="FileRefusedException">It is no regular file, too large, stands for one that Git LFS keeps elsewhere, or is not what it should be.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read it.</exception>
    /// <exception cref="IOException">It can't be read; the message says why.</exception>
    byte[]? Read(string name, int mostBytes);

    /// <summary>What a message calls a file.</summary>
    string Describe(string name);
}
