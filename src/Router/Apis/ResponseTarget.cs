using ExpertCluster.Node.Hosting;

namespace ExpertCluster.Router.Apis;

/// <summary>Events that go to the caller alone: when the caller leaves, they end.</summary>
internal sealed class ResponseTarget(HttpContext http, StallGuard stalls) : PipeTarget(http.Response.BodyWriter, flush => stalls.WaitAsync(flush, http))
{
    public override bool IsGone => http.RequestAborted.IsCancellationRequested;

    /// <summary>With the first event, so that what fails before it still gets its proper status.</summary>
    public override void Begin() => AnswerCalls.BeginStream(http);
}
