using ExpertCluster.V1;
using Google.Protobuf;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>What there is, over HTTP.</summary>
internal sealed class AdminEndpoints(AdminLists lists, FeedbackList feedback, AdminAnswers answers)
{
    public Task ListExpertsAsync(HttpContext http) =>
        AnswerAsync(http, () => lists.Experts(new ListExpertsRequest { PageSize = AdminAnswers.SizeOf(http), PageToken = AdminAnswers.TokenOf(http) }));

    public Task GetExpertAsync(HttpContext http, string name) => AnswerAsync(http, () => lists.Expert(new GetExpertRequest { Name = name }));

    public Task ListHostsAsync(HttpContext http) =>
        AnswerAsync(http, () => lists.Hosts(new ListHostsRequest { PageSize = AdminAnswers.SizeOf(http), PageToken = AdminAnswers.TokenOf(http) }));

    public Task ListFeedbackAsync(HttpContext http) => answers.WriteAsync(http, async () =>
        await feedback.OfAsync(new ListFeedbackRequest { PageSize = AdminAnswers.SizeOf(http), PageToken = AdminAnswers.TokenOf(http) }, http.RequestAborted));

    private Task AnswerAsync(HttpContext http, Func<IMessage> answer) => answers.WriteAsync(http, () => Task.FromResult(answer()));
}
