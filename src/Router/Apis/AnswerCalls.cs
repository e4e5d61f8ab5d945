using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace ExpertCluster.Router.Apis;

/// <summary>What calls over HTTP that answer with a completion have in common, whatever API they come by.</summary>
internal static class AnswerCalls
{
    /// <param name="http">The call.</param>
    /// <param name="answer">Answers it.</param>
    /// <param name="refuse">Says why it is not answered, in the API's own words.</param>
    public static async Task RunAsync(HttpContext http, Func<Task> answer, Func<Failure, Task> refuse)
    {
        try
        {
            await answer();
        }
        catch (Exception error) when (error is RequestFailedException or OperationCanceledException && http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to tell: while the body was read, or later, when the pipeline has counted it.
            http.Abort();
        }
        catch (StalledReaderException)
        {
            // Its stream is reset already; whoever does not read gets no message.
            http.Abort();
        }
        catch (RequestFailedException) when (http.Response.HasStarted)
        {
            // A cut connection tells a cut answer from a whole one.
            http.Abort();
        }
        catch (RequestFailedException error)
        {
            await refuse(error.Failure);
        }
    }

    /// <summary>With the first event, so that what fails before it still gets its proper status.</summary>
    public static void BeginStream(HttpContext http)
    {
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache";
    }
}
