using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ExpertCluster.Node.Security;

/// <summary>
/// Where callers need a certificate, the HTTP port still answers health and metrics without one: kubelets and Prometheus have
/// none. Everything else there is refused with 403.
/// </summary>
internal static class CallerCertificates
{
    private static readonly PathString[] Open = ["/health", "/metrics"];

    public static void Use(WebApplication app)
    {
        if (app.Services.GetService<CertificateSource>() is { Current.Callers.Count: > 0 })
        {
            app.Use(CheckAsync);
        }
    }

    private static Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Connection.ClientCertificate is not null || Open.Any(path => http.Request.Path.StartsWithSegments(path)))
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return http.Response.WriteAsync("a client certificate is required here", http.RequestAborted);
    }
}
