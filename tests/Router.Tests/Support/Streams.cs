using ExpertCluster.Router.Dispatch;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>An answer of fake hosts, opened and read.</summary>
internal static class Streams
{
    public static Task<ResumingStream> OpenAsync(FakeHosts hosts) => ResumingStream.OpenAsync(
        hosts.Dispatcher,
        new GenerateRequest { Experts = { new ExpertActivationRef { Name = "law" } } },
        DateTime.MaxValue,
        hosts.Metrics,
        TestContext.Current.CancellationToken);

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
