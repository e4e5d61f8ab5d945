namespace ExpertCluster.Models.Checkpoints;

/// <summary>
/// A model or adapter on disk that cannot be used. The message is one line and names the file and the field or tensor.
/// Trying again does not help: the file has to change.
/// </summary>
public sealed class CheckpointException : Exception
{
    public CheckpointException(string file, string? field, string problem, Exception? inner = null)
        : base(ErrorText.OneLine(field is null ? $"{file}: {problem}" : $"{file}: {field}: {problem}"), inner)
    {
        File = file;
        Field = field;
    }

    /// <summary>The file's name inside its folder, never a full path.</summary>
    public string File { get; }

    /// <summary>The JSON field or the tensor; null where the file as a whole is wrong.</summary>
    public string? Field { get; }
}
