namespace Grpc.Core;

/// <summary>Adds metadata, such as a token, to a call.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);

/// <summary>Which call asks for credentials.</summary>
public class AuthInterceptorContext
{
    public AuthInterceptorContext(string serviceUrl, string methodName)
        : this(serviceUrl, methodName, CancellationToken.None)
    {
    }

    public AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceUrl);
        ArgumentNullException.ThrowIfNull(methodName);
        ServiceUrl = serviceUrl;
        MethodName = methodName;
        CancellationToken = cancellationToken;
    }

    public string ServiceUrl { get; }

    public string MethodName { get; }

    public CancellationToken CancellationToken { get; }
}

/// <summary>How a single call proves itself.</summary>
public abstract class CallCredentials
{
    private protected CallCredentials()
    {
    }

    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        return new Single(interceptor);
    }

    public static CallCredentials Compose(params CallCredentials[] credentials)
    {
        if (credentials.Length < 2)
            throw new ArgumentException("Composite call credentials need two credentials or more.", nameof(credentials));
        return new Composite([.. credentials]);
    }

    internal abstract Task AddMetadataAsync(AuthInterceptorContext context, Metadata metadata);

    private sealed class Single(AsyncAuthInterceptor interceptor) : CallCredentials
    {
        internal override Task AddMetadataAsync(AuthInterceptorContext context, Metadata metadata) => interceptor(context, metadata);
    }

    private sealed class Composite(CallCredentials[] parts) : CallCredentials
    {
        internal override async Task AddMetadataAsync(AuthInterceptorContext context, Metadata metadata)
        {
            foreach (CallCredentials part in parts)
                await part.AddMetadataAsync(context, metadata).ConfigureAwait(false);
        }
    }
}
