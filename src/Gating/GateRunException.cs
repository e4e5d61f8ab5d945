namespace ExpertCluster.Gating;

/// <summary>A gate that was let in failed at a text. The next text may fare better: whoever asked goes on without the gate's word.</summary>
public sealed class GateRunException : Exception
{
    public GateRunException()
    {
    }

    public GateRunException(string message)
        : base(message is null ? null : ErrorText.OneLine(message))
    {
    }

    public GateRunException(string message, Exception innerException)
        : base(message is null ? null : ErrorText.OneLine(message), innerException)
    {
    }
}
