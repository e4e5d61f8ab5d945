using System.Globalization;

namespace ExpertCluster.Cli.Running;

/// <summary>Waits for a health endpoint to say yes.</summary>
/// <param name="handler">Carries the questions; disposed of with this.</param>
/// <param name="scheme">Of the nodes' addresses.</param>
/// <param name="time">Of patience and pauses.</param>
internal sealed class Readiness(HttpMessageHandler handler, string scheme, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _client = new(handler) { Timeout = TimeSpan.FromSeconds(2) };

    /// <exception cref="ClusterStartException">The process ended, or time is up.</exception>
    public async Task WaitAsync(ClusterNode node, CancellationToken cancellation)
    {
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{node.HttpPort}/health/ready"));
        var process = node.Process;
        long start = time.GetTimestamp();
        while (!await IsHealthyAsync(address, cancellation))
        {
            if (process.HasExited)
            {
                throw new ClusterStartException($"{node.Name} ended before it was ready: {await process.LastLineAsync()} (log: {process.Log})");
            }

            if (time.GetElapsedTime(start) > Patience)
            {
                throw new ClusterStartException($"{node.Name} was not ready after {Patience.TotalSeconds} s (log: {process.Log})");
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<bool> IsHealthyAsync(Uri address, CancellationToken cancellation)
    {
        try
        {
            using var response = await _client.GetAsync(address, cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
