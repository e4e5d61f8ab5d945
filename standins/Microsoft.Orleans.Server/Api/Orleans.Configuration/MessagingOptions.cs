namespace Orleans.Configuration;

public abstract class MessagingOptions
{
    /// <summary>How long a caller waits for an answer. Default 30 s.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a request is dropped unserved once its caller has given up. Default true.</summary>
    public bool DropExpiredMessages { get; set; } = true;

    /// <summary>Whether a timeout cancels the token of the call on the other side. Default true.</summary>
    public bool CancelRequestOnTimeout { get; set; } = true;

    /// <summary>Bytes; a larger message is refused before it is sent or allocated. Default 100 MiB.</summary>
    public int MaxMessageBodySize { get; set; } = 100 * 1024 * 1024;
}

public class SiloMessagingOptions : MessagingOptions
{
    /// <summary>How long the silo's own calls (member list, directory) may take. Default 30 s.</summary>
    public TimeSpan SystemResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Waiting calls of one activation before more are refused; 0: this implementation's own bound of 100,000.</summary>
    public int MaxEnqueuedRequestsHardLimit { get; set; }
}
