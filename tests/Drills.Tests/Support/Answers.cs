using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Drills.Support;

/// <summary>What a client of the cluster sees.</summary>
internal static class Answers
{
    /// <summary>The host that answers.</summary>
    public static async Task<string> HostOfAsync(DrillCluster cluster, string expert) => (await AskAgainAsync(cluster.Client, Requests.Chat(expert, "Who decides?", 8))).Plan.Host;

    /// <summary>A refusal is asked again, as clients do with UNAVAILABLE, and tells nothing of the inside.</summary>
    public static async Task<Answer> AskAgainAsync(Completions.CompletionsClient client, CompleteRequest request)
    {
        while (true)
        {
            try
            {
                return await client.AskAsync(request);
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                SaysNothingOfTheInside(error.Status.Detail);
            }
        }
    }

    /// <summary>Until the expert that only the victim had is answered by another host; writes down how long that took.</summary>
    public static async Task ServedByAnotherAsync(DrillCluster cluster, Node victim)
    {
        long start = TimeProvider.System.GetTimestamp();
        string host;
        do
        {
            host = await HostOfAsync(cluster, DrillCatalogue.Single);
        }
        while (host == victim.Name);
        TestContext.Current.TestOutputHelper!.WriteLine($"{DrillCatalogue.Single} served by {host} after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s");
    }

    private static void SaysNothingOfTheInside(string text)
    {
        foreach (string word in (string[])["Orleans", "Exception", "silo", "Silo", "10.77.", "127.77.", "   at ", "HTTP/2", "http:"])
        {
            Assert.DoesNotContain(word, text, StringComparison.Ordinal);
        }
    }
}
