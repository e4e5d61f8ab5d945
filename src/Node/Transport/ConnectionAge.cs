using System.IO.Pipelines;
using ExpertCluster.Node.Options;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace ExpertCluster.Node.Transport;

/// <summary>
/// Lets no HTTP/2 connection grow old. At its age the client is asked to move (GOAWAY) and what runs goes on; what still runs when
/// the grace is over is cut. A call that meets the GOAWAY on the wire has not been processed, and can be made again.
/// </summary>
/// <param name="options">Age and grace.</param>
/// <param name="time">The clock.</param>
/// <param name="random">0 to 1, once a connection: those opened together must not all come back together.</param>
internal sealed class ConnectionAge(TransportOptions options, TimeProvider time, Func<double> random)
{
    /// <summary>Part of the age by which it varies, either way.</summary>
    private const double Jitter = 0.1;

    /// <summary>What a client gets to read the GOAWAY and close.</summary>
    private static readonly TimeSpan Lingering = TimeSpan.FromSeconds(5);

    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (options.ConnectionMaxAgeSeconds == 0 || connection.Features.Get<IConnectionLifetimeNotificationFeature>() is not { } lifetime)
        {
            await next(connection);
            return;
        }

        var age = TimeSpan.FromSeconds(options.ConnectionMaxAgeSeconds * (1 + (Jitter * ((2 * random()) - 1))));
        var grace = TimeSpan.FromSeconds(options.ConnectionGraceSeconds);
        var transport = connection.Transport;
        await using var asking = time.CreateTimer(_ => lifetime.RequestClose(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var cutting = time.CreateTimer(_ => connection.Abort(TooOld()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        // From the first bytes on: clients keep a connection at hand that they have not spoken on yet, and one that is asked to
        // move before its handshake fails instead.
        connection.Transport = new KeptOpenPipe(transport, () =>
        {
            asking.Change(age, Timeout.InfiniteTimeSpan);
            cutting.Change(age + grace, Timeout.InfiniteTimeSpan);
        });
        try
        {
            await next(connection);
            if (lifetime.ConnectionClosedRequested.IsCancellationRequested && !connection.ConnectionClosed.IsCancellationRequested)
            {
                // What lingers has a bound of its own; a cut here would be the reset that lingering avoids.
                cutting.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                await LingerAsync(transport.Input, connection.ConnectionClosed);
            }
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    /// <summary>
    /// Reads on until the client closes. A request that crossed the GOAWAY on the wire would otherwise meet a closed socket,
    /// and its reset could overtake the GOAWAY, from which the client knows that it may simply ask again elsewhere.
    /// </summary>
    private static async Task LingerAsync(PipeReader input, CancellationToken closed)
    {
        // The wall clock, whatever the age goes by: the client's reading takes real time.
        using var patience = new CancellationTokenSource(Lingering, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, closed);
        try
        {
            ReadResult read;
            do
            {
                read = await input.ReadAsync(either.Token);
                input.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // It closed without ceremony, or takes too long: the connection ends now.
        }
    }

    private ConnectionAbortedException TooOld() => new(FormattableString.Invariant(
        $"the connection is past its age of {options.ConnectionMaxAgeSeconds} s and the grace of {options.ConnectionGraceSeconds} s"));
}
