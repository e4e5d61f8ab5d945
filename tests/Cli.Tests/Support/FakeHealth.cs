using System.Net;

namespace ExpertCluster.Cli.Tests.Support;

/// <summary>Answers for nodes that are asked for their health.</summary>
/// <param name="answer">The status for the n-th question, from 0; it may throw.</param>
internal sealed class FakeHealth(Func<int, HttpStatusCode> answer) : HttpMessageHandler
{
    private int _asked;

    public List<Uri> Asked { get; } = [];

    public static FakeHealth Good() => new(_ => HttpStatusCode.OK);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Add(request.RequestUri!);
        return Task.FromResult(new HttpResponseMessage(answer(_asked++)));
    }
}
