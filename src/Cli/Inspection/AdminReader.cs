using ExpertCluster.Cli.Running;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Cli.Inspection;

/// <summary>Asks a router's admin API, page by page; who can't be asked is named in one sentence.</summary>
/// <param name="address">Of the router, for that sentence.</param>
/// <param name="client">Calls it.</param>
internal sealed class AdminReader(string address, Admin.AdminClient client)
{
    private const int PageSize = 1000;

    /// <summary>The longest ones, in any script, stay below what a router takes in one message.</summary>
    private const int TextsAtOnce = 200;
    private const string Hint = "--grpc-address says where the router of a running cluster is";

    /// <exception cref="ClusterCallException">Nobody answers, or the router refuses.</exception>
    public Task<IReadOnlyList<ExpertStatus>> ExpertsAsync(CancellationToken cancellation) => AllAsync<ExpertStatus>(async token =>
    {
        var page = await client.ListExpertsAsync(new ListExpertsRequest { PageSize = PageSize, PageToken = token }, cancellationToken: cancellation);
        return (page.Experts, page.NextPageToken);
    });

    /// <exception cref="ClusterCallException">Nobody answers, or the router refuses.</exception>
    public Task<IReadOnlyList<HostStatus>> HostsAsync(CancellationToken cancellation) => AllAsync<HostStatus>(async token =>
    {
        var page = await client.ListHostsAsync(new ListHostsRequest { PageSize = PageSize, PageToken = token }, cancellationToken: cancellation);
        return (page.Hosts, page.NextPageToken);
    });

    /// <exception cref="ClusterCallException">Nobody answers, or the router refuses.</exception>
    public Task<IReadOnlyList<ChangeRecord>> ChangesAsync(CancellationToken cancellation) => AllAsync<ChangeRecord>(async token =>
    {
        var page = await client.ListChangesAsync(new ListChangesRequest { PageSize = PageSize, PageToken = token }, cancellationToken: cancellation);
        return (page.Changes, page.NextPageToken);
    });

    /// <exception cref="ClusterCallException">Nobody answers, or the router refuses.</exception>
    public Task<IReadOnlyList<FeedbackRecord>> FeedbackAsync(CancellationToken cancellation) => AllAsync<FeedbackRecord>(async token =>
    {
        var page = await client.ListFeedbackAsync(new ListFeedbackRequest { PageSize = PageSize, PageToken = token }, cancellationToken: cancellation);
        return (page.Feedback, page.NextPageToken);
    });

    /// <exception cref="ClusterCallException">Nobody answers, or the router refuses.</exception>
    public Task<GateStatus> GateAsync(CancellationToken cancellation) =>
        OneAsync(async () => await client.GetGateAsync(new GetGateRequest(), cancellationToken: cancellation));

    /// <summary>What both gates say of texts, in their order.</summary>
    /// <exception cref="ClusterCallException">Nobody answers, or the router refuses.</exception>
    public async Task<IReadOnlyList<GateDifference>> DiffGatesAsync(IReadOnlyList<string> texts, CancellationToken cancellation)
    {
        List<GateDifference> all = [];
        foreach (string[] some in texts.Chunk(TextsAtOnce))
        {
            var answer = await OneAsync(async () => await client.DiffGatesAsync(new DiffGatesRequest { Texts = { some } }, cancellationToken: cancellation));
            all.AddRange(answer.Differences);
        }

        return all;
    }

    /// <summary>Until it is cancelled. A watch whose time is up begins anew, with all experts again.</summary>
    /// <param name="view">Gets each message.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ClusterCallException">Nobody answers, the router refuses, or it stopped.</exception>
    public async Task WatchAsync(IWatchView view, CancellationToken cancellation)
    {
        while (true)
        {
            bool heard = false;
            view.Begin();
            try
            {
                using var call = client.WatchExperts(new WatchExpertsRequest(), cancellationToken: cancellation);
                while (await call.ResponseStream.MoveNext(cancellation))
                {
                    heard = true;
                    view.Show(call.ResponseStream.Current);
                }

                throw new ClusterCallException($"{address} ended the watch");
            }
            catch (RpcException error) when (heard && error.StatusCode == StatusCode.DeadlineExceeded)
            {
                // A call lasts so long and no longer.
            }
            catch (RpcException error) when (heard && error.StatusCode == StatusCode.Unavailable)
            {
                throw new ClusterCallException($"{address} went away");
            }
            catch (RpcException error) when (Explain(address, error) is { } sentence)
            {
                throw new ClusterCallException(sentence);
            }
        }
    }

    private async Task<T> OneAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RpcException error) when (error.StatusCode is StatusCode.FailedPrecondition or StatusCode.InvalidArgument)
        {
            throw new ClusterCallException($"{address} refuses: {error.Status.Detail}");
        }
        catch (RpcException error) when (Explain(address, error) is { } sentence)
        {
            throw new ClusterCallException(sentence);
        }
    }

    private async Task<IReadOnlyList<T>> AllAsync<T>(Func<string, Task<(IEnumerable<T> Page, string Next)>> ask)
    {
        List<T> all = [];
        string token = "";
        do
        {
            try
            {
                var (page, next) = await ask(token);
                all.AddRange(page);
                token = next;
            }
            catch (RpcException error) when (Explain(address, error) is { } sentence)
            {
                throw new ClusterCallException(sentence);
            }
        }
        while (token.Length > 0);

        return all;
    }

    /// <summary>One sentence for what a user can mend; null for anything else.</summary>
    public static string? Explain(string address, RpcException error) => error.StatusCode switch
    {
        StatusCode.Unavailable or StatusCode.DeadlineExceeded => $"nobody answers at {address}; {Hint}",
        StatusCode.Internal when error.Status.DebugException is HttpRequestException or IOException => $"nobody who speaks gRPC answers at {address}; {Hint}",
        StatusCode.Unimplemented => $"{address} is no router with the admin API, or has another port for that; {Hint}",
        StatusCode.Unauthenticated => $"{address} refuses: {error.Status.Detail}; --token-file or {AdminLogin.Token} has it",
        StatusCode.PermissionDenied or StatusCode.ResourceExhausted => $"{address} refuses: {error.Status.Detail}",
        _ => null,
    };
}
