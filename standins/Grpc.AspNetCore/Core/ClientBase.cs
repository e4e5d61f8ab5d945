namespace Grpc.Core;

/// <summary>What generated clients derive from.</summary>
public abstract class ClientBase
{
    private readonly ClientBaseConfiguration _configuration;

    protected ClientBase() => _configuration = new ClientBaseConfiguration(new UnusableCallInvoker(), null);

    public ClientBase(ChannelBase channel)
        : this(Checked(channel).CreateCallInvoker())
    {
    }

    public ClientBase(CallInvoker callInvoker)
    {
        ArgumentNullException.ThrowIfNull(callInvoker);
        _configuration = new ClientBaseConfiguration(callInvoker, null);
    }

    protected ClientBase(ClientBaseConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration;
    }

    protected CallInvoker CallInvoker => _configuration.CallInvoker;

    internal ClientBaseConfiguration Configuration => _configuration;

    private static ChannelBase Checked(ChannelBase channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return channel;
    }

    /// <summary>What a client passes on to a copy of itself.</summary>
    protected internal class ClientBaseConfiguration
    {
        internal ClientBaseConfiguration(CallInvoker callInvoker, string? host)
        {
            Inner = callInvoker;
            Host = host;
            CallInvoker = host is null ? callInvoker : new HostCallInvoker(callInvoker, host);
        }

        internal CallInvoker Inner { get; }

        internal CallInvoker CallInvoker { get; }

        internal string? Host { get; }
    }
}

/// <summary>A generated client of type <typeparamref name="T"/>.</summary>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    protected ClientBase()
    {
    }

    public ClientBase(ChannelBase channel)
        : base(channel)
    {
    }

    public ClientBase(CallInvoker callInvoker)
        : base(callInvoker)
    {
    }

    protected ClientBase(ClientBaseConfiguration configuration)
        : base(configuration)
    {
    }

    /// <summary>A client whose calls name that host.</summary>
    public T WithHost(string host) => NewInstance(new ClientBaseConfiguration(Configuration.Inner, host));

    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}
