namespace ExpertCluster.Gating;

/// <summary>A gate's files are missing, malformed or of another format. Retrying does not help; training again does.</summary>
public sealed class GateFormatException : Exception
{
    public GateFormatException()
    {
    }

    public GateFormatException(string message)
        : base(message is null ? null : ErrorText.OneLine(message))
    {
    }

    public GateFormatException(string message, Exception innerException)
        : base(message is null ? null : ErrorText.OneLine(message), innerException)
    {
    }
}
