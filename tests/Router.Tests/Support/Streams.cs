using ExpertCluster.Contracts.Selection;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>An answer of fake hosts, opened and read.</summary>
internal static class Streams
{
    public static Task<ResumingStream> OpenAsync(FakeHosts hosts) => OpenAsync(hosts, new GenerateRequest(), TestContext.Current.CancellationToken);

    public static Task<ResumingStream> OpenAsync(FakeHosts hosts, GenerateRequest request, CancellationToken cancellation) =>
        ResumingStream.OpenAsync(hosts.Dispatcher, CallOf(request, DateTime.MaxValue), hosts.Metrics, cancellation);

    /// <summary>A call for one expert.</summary>
    public static HostCall CallOf(GenerateRequest request, DateTime deadline)
    {
        request.Experts.Add(new ExpertActivationRef { Name = "law" });
        return new HostCall(request, new HostChoice(["law"], PromptKey: 0), deadline);
    }

    /// <summary>The tokens from the current chunk to the end.</summary>
    public static async Task<List<int>> ReadAsync(ResumingStream stream)
    {
        List<int> tokens = [];
        do
        {
            tokens.AddRange(stream.Current.Tokens.Select(token => token.Id));
        }
        while (await stream.MoveNextAsync(TestContext.Current.CancellationToken));

        return tokens;
    }
}
