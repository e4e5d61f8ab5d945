using System.Net.Http;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>
/// What every request of every source passes: no plain HTTP but to hosts that may, no address but a checked one, no redirect followed
/// unseen, no proxy (whose address would be the one that is checked), an answer within the time.
/// </summary>
internal sealed class GuardedHandler(SourceOptions options, HostResolver resolve, TimeProvider time) : DelegatingHandler(Inner(options, resolve))
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri!;
        string host = $"{uri.IdnHost}:{uri.Port}";
        if (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && options.AllowedHosts.AllowsPlain(uri.IdnHost, uri.Port)))
        {
            throw new ContentException($"{host} would be asked without TLS; {SourceEnvironment.AllowedHosts} names the hosts that may be, as http://{host}");
        }

        using var late = new CancellationTokenSource(options.StallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await base.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException error) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ContentException($"{host} didn't answer within {options.StallTimeout.TotalSeconds:0} s", error) { RetryHelps = true };
        }
        catch (HttpRequestException error) when (error.InnerException is ContentException refused)
        {
            throw new ContentException(refused.Message, error) { RetryHelps = refused.RetryHelps };
        }
        catch (HttpRequestException error)
        {
            throw new ContentException($"{host} can't be asked: {error.HttpRequestError}", error)
            {
                RetryHelps = error.HttpRequestError is not (HttpRequestError.SecureConnectionError or HttpRequestError.ConfigurationLimitExceeded),
            };
        }
    }

    private static SocketsHttpHandler Inner(SourceOptions options, HostResolver resolve) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = options.ConnectTimeout,
        MaxResponseHeadersLength = 64,
        ActivityHeadersPropagator = null,
        ConnectCallback = (context, cancellation) => new ValueTask<Stream>(
            new GuardedConnector(options.AllowedHosts, resolve, GuardedConnector.BySocketAsync).ConnectAsync(context.DnsEndPoint, cancellation)),
    };
}
