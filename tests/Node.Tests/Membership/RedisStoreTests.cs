using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ExpertCluster.Node.Membership;

namespace ExpertCluster.Node.Tests.Membership;

public sealed class RedisStoreTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private volatile bool _answers;

    public RedisStoreTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Prepare_FirstTryGotNoAnswer_AnotherHearsTheRefusal()
    {
        var served = ServeAsync();
        var store = new RedisStore(string.Create(CultureInfo.InvariantCulture, $"{_listener.LocalEndpoint},password=wrong,connectTimeout=200,asyncTimeout=200"));
        Assert.Null(await RefusalAsync(store));

        _answers = true;
        string? refusal = null;
        while (refusal is null)
        {
            _cancellation.ThrowIfCancellationRequested();
            refusal = await RefusalAsync(store);
        }

        Assert.StartsWith("ExpertCluster:Clustering:ConnectionString: ", refusal, StringComparison.Ordinal);
        _listener.Stop();
        await served;
    }

    private async Task<string?> RefusalAsync(RedisStore store) =>
        store.RefusalOf(await Assert.ThrowsAnyAsync<Exception>(() => store.PrepareAsync(_cancellation)));

    /// <summary>A Redis that first says nothing, and then that the password is wrong.</summary>
    private async Task ServeAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(AnswerAsync(await _listener.AcceptSocketAsync(_cancellation), _answers));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(Socket socket, bool answers)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        try
        {
            // A command is an array of strings: "*2", "$4", "AUTH", "$5", "wrong".
            while (await reader.ReadLineAsync(_cancellation) is { } line)
            {
                if (!answers)
                {
                    continue;
                }

                for (int i = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture); i > 0; i--)
                {
                    await reader.ReadLineAsync(_cancellation);
                    await reader.ReadLineAsync(_cancellation);
                }

                await stream.WriteAsync("-WRONGPASS invalid username-password pair or user is disabled.\r\n"u8.ToArray(), _cancellation);
            }
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }
}
