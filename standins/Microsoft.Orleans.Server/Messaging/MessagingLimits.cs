using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.OneMachine.Messaging;

/// <summary>Sizes and times of messages.</summary>
internal sealed class MessagingLimits(IOptions<SiloMessagingOptions> options)
{
    public int MaxBodySize => options.Value.MaxMessageBodySize;

    public int MaxFrameLength => options.Value.MaxMessageBodySize + Frame.HeaderSize;

    public TimeSpan ResponseTimeout => options.Value.ResponseTimeout;

    public TimeSpan SystemResponseTimeout => options.Value.SystemResponseTimeout;

    public bool CancelRequestOnTimeout => options.Value.CancelRequestOnTimeout;

    public bool DropExpired => options.Value.DropExpiredMessages;
}
