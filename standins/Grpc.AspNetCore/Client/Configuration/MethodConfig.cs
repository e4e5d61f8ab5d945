namespace Grpc.Net.Client.Configuration;

/// <summary>What applies to some methods.</summary>
public sealed class MethodConfig
{
    public IList<MethodName> Names { get; } = [];

    /// <summary>Null: calls are not retried.</summary>
    public RetryPolicy? RetryPolicy { get; set; }
}

/// <summary>Names one method, all methods of a service, or all methods.</summary>
public sealed class MethodName
{
    /// <summary>All methods of all services.</summary>
    public static readonly MethodName Default = new();

    public MethodName()
    {
    }

    /// <summary>Such as "package.Service"; null or empty: all services.</summary>
    public string? Service { get; set; }

    /// <summary>Such as "Method"; null or empty: all methods of the service.</summary>
    public string? Method { get; set; }
}
