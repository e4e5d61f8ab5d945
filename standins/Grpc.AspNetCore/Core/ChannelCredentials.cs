namespace Grpc.Core;

/// <summary>How a channel proves itself and what it demands of the other side.</summary>
public abstract class ChannelCredentials
{
    private protected ChannelCredentials()
    {
    }

    /// <summary>Plain text.</summary>
    public static ChannelCredentials Insecure { get; } = new Kind(secure: false);

    /// <summary>TLS, with the machine's trusted roots.</summary>
    public static ChannelCredentials SecureSsl { get; } = new Kind(secure: true);

    internal abstract bool IsSecure { get; }

    internal virtual CallCredentials? PerCall => null;

    /// <summary>TLS, and metadata that the call credentials add to each call.</summary>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        ArgumentNullException.ThrowIfNull(channelCredentials);
        ArgumentNullException.ThrowIfNull(callCredentials);
        return new Composite(channelCredentials, callCredentials);
    }

    private sealed class Kind(bool secure) : ChannelCredentials
    {
        internal override bool IsSecure => secure;
    }

    private sealed class Composite(ChannelCredentials channel, CallCredentials perCall) : ChannelCredentials
    {
        internal override bool IsSecure => channel.IsSecure;

        internal override CallCredentials? PerCall { get; } =
            channel.PerCall is { } outer ? CallCredentials.Compose(outer, perCall) : perCall;
    }
}
