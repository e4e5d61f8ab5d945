using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>A remote model's endpoint down to the bytes: what it answers, a test writes out. One connection is one request.</summary>
internal sealed class FakeEndpoint : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<Caller, Task> _answer;
    private readonly Task _accepting;
    private readonly ConcurrentQueue<Task> _calls = [];

    public FakeEndpoint(Func<Caller, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public string Url => FormattableString.Invariant($"http://127.0.0.1:{Port}/v1");

    /// <summary>All that came, in order.</summary>
    public ConcurrentQueue<Asked> Requests { get; } = [];

    /// <summary>Events as OpenAI has them: the texts, the end, the usage.</summary>
    public static FakeEndpoint Saying(params string[] texts) => new(async caller =>
    {
        await caller.BeginAsync();
        foreach (string text in texts)
        {
            await caller.SayAsync(text);
        }

        await caller.EndAsync();
    });

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_calls);
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _calls.Enqueue(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var asked = await ReadAsync(client.GetStream());
                int number = Requests.Count;
                Requests.Enqueue(asked);
                await _answer(new Caller(client, number, _end.Token));
            }
            catch (Exception error) when (error is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // The caller went first, or the test is over.
            }
        }
    }

    private async Task<Asked> ReadAsync(NetworkStream stream)
    {
        List<byte> head = [];
        byte[] one = new byte[1];
        while (head.Count < 4 || !head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            await stream.ReadExactlyAsync(one, _end.Token);
            head.Add(one[0]);
        }

        string[] lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(l => l.Split(':', 2)).ToDictionary(p => p[0].Trim(), p => p[1].Trim(), StringComparer.OrdinalIgnoreCase);
        byte[] body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _end.Token);
        return new Asked(lines[0], headers, JsonDocument.Parse(body.Length > 0 ? body : "{}"u8.ToArray()).RootElement);
    }

    /// <param name="Line">"POST /v1/chat/completions HTTP/1.1".</param>
    internal sealed record Asked(string Line, IReadOnlyDictionary<string, string> Headers, JsonElement Body);

    /// <summary>Who asks, and what he gets.</summary>
    /// <param name="client">His connection.</param>
    /// <param name="number">Requests before this one.</param>
    /// <param name="end">Of the test.</param>
    internal sealed class Caller(TcpClient client, int number, CancellationToken end)
    {
        public int Number => number;

        public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

        public async Task WriteAsync(byte[] bytes) => await client.GetStream().WriteAsync(bytes, end);

        /// <summary>The head of an answer, whose body goes on until the connection ends.</summary>
        public Task BeginAsync(string type = "text/event-stream", string status = "200 OK", string more = "") =>
            WriteAsync($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nConnection: close\r\n{more}\r\n");

        public Task EventAsync(string data) => WriteAsync($"data: {data}\n\n");

        public Task SayAsync(string text) => EventAsync(Chunk($$"""{"content":{{JsonSerializer.Serialize(text)}}}""", "null"));

        public async Task EndAsync(string reason = "stop", string usage = """{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}""")
        {
            await EventAsync(Chunk("{}", $"\"{reason}\""));
            if (usage.Length > 0)
            {
                await EventAsync($$"""{"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{{usage}}}""");
            }

            await EventAsync("[DONE]");
        }

        public static string Chunk(string delta, string reason) =>
            $$"""{"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{reason}}}]}""";

        /// <summary>Says nothing any more, and leaves the connection open.</summary>
        public Task FallSilentAsync() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end);

        /// <summary>Ends the connection with a reset.</summary>
        public void Reset() => client.Client.Close(timeout: 0);
    }
}
