using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>What callers said of their answers, the newest first.</summary>
internal sealed class FeedbackList(FeedbackDesk desk)
{
    /// <exception cref="RequestFailedException">The page's size or token is not allowed, or the store does not answer.</exception>
    public async Task<ListFeedbackResponse> OfAsync(ListFeedbackRequest request, CancellationToken cancellation)
    {
        int size = Pages.SizeOf(request.PageSize);
        var all = await desk.ListAsync(cancellation);
        var left = all.AsEnumerable();
        if (request.PageToken.Length > 0)
        {
            left = all.SkipWhile(e => e.RequestId != request.PageToken).Skip(1);
            if (all.All(e => e.RequestId != request.PageToken))
            {
                throw new RequestFailedException(Failure.Invalid("page_token", "page_token is none that a list gave, or its entry is gone"));
            }
        }

        var (page, next) = Pages.Take(
            left.Select(e => new FeedbackRecord
            {
                RequestId = e.RequestId,
                AtUnixMs = e.AtUnixMs,
                Verdict = RouterMetrics.VerdictOf(e.Good),
                Expert = e.Expert,
                Answered = { e.Answered },
                Model = e.Model,
                Text = e.Text,
            }),
            size,
            record => record.RequestId);
        return new ListFeedbackResponse { Feedback = { page }, NextPageToken = next };
    }
}
