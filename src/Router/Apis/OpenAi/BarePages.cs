using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Gives what routing refuses without a word, unknown paths and methods, the error that OpenAI's clients read.</summary>
internal static class BarePages
{
    public static async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Response is not { HasStarted: false, ContentLength: null, ContentType: null } || HttpMethods.IsHead(http.Request.Method)
            || http.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
        {
            return;
        }

        string what = $"{RequestLimits.Shorten(http.Request.Method)} {RequestLimits.Shorten(http.Request.Path.ToString())}";
        if (http.Response.StatusCode == StatusCodes.Status404NotFound)
        {
            await OpenAiErrors.WriteAsync(http.Response, new Failure(FailureKind.NotFound, $"there is no {what}"));
        }
        else if (http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
        {
            await OpenAiErrors.WriteAsync(http.Response, new Failure(FailureKind.NotFound, $"there is no {what}; the path takes {http.Response.Headers.Allow}"), StatusCodes.Status405MethodNotAllowed);
        }
    }
}
