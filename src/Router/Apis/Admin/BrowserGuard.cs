using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>
/// Changes are for programs. A page in an operator's browser can send simple requests to any address of the machine, but none with this type, nor a
/// DELETE or a PUT, without being asked first; and where a name suddenly leads here, it says from which page it comes.
/// </summary>
internal static class BrowserGuard
{
    /// <exception cref="RequestFailedException">The request may be a page's.</exception>
    public static void Demand(HttpContext http)
    {
        if (HttpMethods.IsPost(http.Request.Method) && http.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new RequestFailedException(Failure.Invalid("Content-Type", "Content-Type must be application/json"));
        }

        if (http.Request.Headers.Origin.Count > 0)
        {
            throw new RequestFailedException(FailureKind.Forbidden, "pages of a browser may not change the cluster");
        }
    }
}
