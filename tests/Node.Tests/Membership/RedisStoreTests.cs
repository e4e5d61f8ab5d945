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
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        var served = ServeAsync(ended.Token);
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
        await ended.CancelAsync();
        await served;
    }

    private async Task<string?> RefusalAsync(RedisStore store) =>
        store.RefusalOf(await Assert.ThrowsAnyAsync<Exception>(() => store.PrepareAsync(_cancellation)));

    /// <summary>A Redis that first says nothing, and then that the password is wrong.</summary>
    private async Task ServeAsync(CancellationToken ended)
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(AnswerAsync(await _listener.AcceptSocketAsync(ended), _answers, ended));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private static int Number(string? line) => int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);

    private async Task AnswerAsync(Socket socket, bool answers, CancellationToken ended)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        try
        {
            // A command is an array of strings: "*2", "$4", "AUTH", "$5", "wrong".
            while (await reader.ReadLineAsync(ended) is { } line)
            {
                if (!answers)
                {
                    continue;
                }

                for (int i = Number(line); i > 0; i--)
                {
                    // What a string holds may be any bytes, ends of lines too.
                    int length = Number(await reader.ReadLineAsync(ended)) + "\r\n".Length;
                    await reader.ReadBlockAsync(new char[length], ended);
                }

                await stream.WriteAsync("-WRONGPASS invalid username-password pair or user is disabled.\r\n"u8.ToArray(), ended);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The client has gone, or the test has seen what it wanted.
        }
    }
}
