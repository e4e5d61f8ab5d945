using System.Net.Http.Headers;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>Puts the key on each attempt, behind all that keeps or logs requests.</summary>
internal sealed class KeyHandler(RemoteModel model, Action<string> trouble, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = RemoteKey.Read(model, trouble) is { } key ? new AuthenticationHeaderValue("Bearer", key) : null;
        return base.SendAsync(request, cancellationToken);
    }
}
