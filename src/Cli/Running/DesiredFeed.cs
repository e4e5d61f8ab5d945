using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Cli.Running;

/// <summary>Hears from a router what the admin API wants; a router that goes away is asked again until it is back.</summary>
/// <param name="errors">Told why nothing can be heard, once for each reason.</param>
/// <param name="time">Of the pauses.</param>
internal sealed class DesiredFeed(TextWriter errors, TimeProvider time) : IDesiredFeed
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private volatile Heard _heard = new(null);
    private string _told = "";

    public DesiredState? Current => _heard.State;

    public async Task OtherThanAsync(DesiredState? known, CancellationToken cancellation)
    {
        while (true)
        {
            var heard = _heard;
            if (!ReferenceEquals(heard.State, known))
            {
                return;
            }

            await heard.Next.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>Until asked to stop.</summary>
    /// <param name="client">Of the router.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Admin.AdminClient client, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var call = client.WatchDesiredState(new WatchDesiredStateRequest(), cancellationToken: stop);
                while (await call.ResponseStream.MoveNext(stop))
                {
                    Hear(DesiredStateJson.ReadState(call.ResponseStream.Current.Document));
                    _told = "";
                }
            }
            catch (Exception error) when (error is OperationCanceledException or RpcException { StatusCode: StatusCode.DeadlineExceeded or StatusCode.Unavailable or StatusCode.Cancelled })
            {
                // It was told to stop; or a call lasts so long and no longer; or the router went, and comes back.
            }
            catch (Exception error) when (error is RpcException or CatalogueException or ClusterCallException)
            {
                await TellAsync(error is RpcException refusal ? refusal.Status.Detail : error.Message);
            }

            await Task.Delay(Pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Hear(DesiredState state)
    {
        var before = _heard;
        _heard = new Heard(state);
        before.Next.TrySetResult();
    }

    private async Task TellAsync(string reason)
    {
        if (_told != reason)
        {
            _told = reason;
            await errors.WriteLineAsync($"what the admin API wants can't be heard: {reason.ReplaceLineEndings(" ")}");
        }
    }

    private sealed record Heard(DesiredState? State)
    {
        public TaskCompletionSource Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
