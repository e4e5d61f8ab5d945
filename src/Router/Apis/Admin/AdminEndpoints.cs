using ExpertCluster.V1;
using Google.Protobuf;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>What there is, over HTTP.</summary>
internal sealed class AdminEndpoints(AdminLists lists, AdminAnswers answers)
{
    public Task ListExpertsAsync(HttpContext http) =>
        AnswerAsync(http, () => lists.Experts(new ListExpertsRequest { PageSize = AdminAnswers.SizeOf(http), PageToken = AdminAnswers.TokenOf(http) }));

    public Task GetExpertAsync(HttpContext http, string name) => AnswerAsync(http, () => lists.Expert(new GetExpertRequest { Name = name }));

    public Task ListHostsAsync(HttpContext http) =>
        AnswerAsync(http, () => lists.Hosts(new ListHostsRequest { PageSize = AdminAnswers.SizeOf(http), PageToken = AdminAnswers.TokenOf(http) }));

    private Task AnswerAsync(HttpContext http, Func<IMessage> answer) => answers.WriteAsync(http, () => Task.FromResult(answer()));
}
