using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Backends.Remote;
using ExpertCluster.Router.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Backends.Remote;

/// <summary>One remote model at a fake endpoint, asked once.</summary>
internal static class RemoteTrials
{
    public const string Expert = "cloud";

    /// <summary>One that is waited for longer than any machine is busy.</summary>
    public static RemoteModel ModelOf(string url) => new() { Url = url, Model = "their-name", FirstSeconds = 120, IdleSeconds = 120, Attempts = 1 };

    /// <summary>The least that the catalogue takes, for those that say nothing.</summary>
    public static RemoteModel Impatient(RemoteModel model) => model with { FirstSeconds = 1, IdleSeconds = 1 };

    public static CompletionRequest Asking(string text = "Who?") => new()
    {
        Messages = [new ChatMessage(ChatMessage.User, text)],
        Sampling = Sampling.Default with { Seed = 5 },
    };

    public static BackendCall CallOf(CompletionRequest request, RemoteModel model) => new(request, PlanOf(model), DateTime.MaxValue);

    public static RemoteEndpoint EndpointOf(RemoteModel model, TimeProvider? time = null, ILogger? log = null) =>
        new(Expert, model, new RemoteMetrics(), time ?? TimeProvider.System, log ?? NullLogger.Instance);

    /// <summary>The whole answer of one call.</summary>
    public static async Task<(string Text, CompletionChunk Last, List<CompletionChunk> Chunks)> AskAsync(RemoteEndpoint endpoint, RemoteModel model, CompletionRequest? request = null)
    {
        using var stream = await endpoint.OpenAsync(CallOf(request ?? Asking(), model), static () => { }, TestContext.Current.CancellationToken);
        List<CompletionChunk> chunks = [stream.Current];
        while (await stream.MoveNextAsync(TestContext.Current.CancellationToken))
        {
            chunks.Add(stream.Current);
        }

        return (string.Concat(chunks.Select(c => c.Text)), chunks[^1], chunks);
    }

    /// <summary>One call of an endpoint that answers so.</summary>
    public static async Task<(string Text, CompletionChunk Last, List<CompletionChunk> Chunks)> AskAsync(
        Func<FakeEndpoint.Caller, Task> answer, CompletionRequest? request = null, Func<RemoteModel, RemoteModel>? change = null)
    {
        await using var fake = new FakeEndpoint(answer);
        var model = ModelOf(fake.Url);
        model = change?.Invoke(model) ?? model;
        using var endpoint = EndpointOf(model);
        return await AskAsync(endpoint, model, request);
    }

    private static Plan PlanOf(RemoteModel model) => new()
    {
        Base = Expert,
        Remote = model,
        Merge = "route",
        Form = MergeForm.Route,
        Scope = MergeScope.Request,
        K = 1,
        Experts = [new PlannedExpert(Expert, 1, "r")],
    };
}
