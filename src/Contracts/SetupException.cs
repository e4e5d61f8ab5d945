namespace ExpertCluster.Contracts;

/// <summary>
/// What an operator must mend before a program can run: a file, a folder, a device. The message is one sentence that names it;
/// programs print that alone, and no retry helps.
/// </summary>
public class SetupException : Exception
{
    public SetupException(string message)
        : base(message is null ? null : ErrorText.OneLine(message))
    {
    }

    public SetupException(string message, Exception innerException)
        : base(message is null ? null : ErrorText.OneLine(message), innerException)
    {
    }

    public SetupException()
    {
    }
}
