using System.IO.Pipelines;
using System.Text;
using System.Text.Json;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Server-sent events: `data: {json}`, an empty line, and `data: [DONE]` at the end (WHATWG HTML, 9.2).</summary>
/// <param name="body">Where they go.</param>
/// <param name="waitForReader">Waits for a flush that the reader holds up.</param>
internal sealed class EventStream(PipeWriter body, Func<Task, ValueTask> waitForReader) : IDisposable
{
    private readonly Utf8JsonWriter _json = new(body);

    public ValueTask WriteAsync<T>(Action<Utf8JsonWriter, T> write, T value, CancellationToken cancellation) => WriteAsync(null, write, value, cancellation);

    /// <param name="name">Of the event, in ASCII; null: it has none.</param>
    /// <param name="write">Writes its data.</param>
    /// <param name="value">Of the data.</param>
    /// <param name="cancellation">Of the caller.</param>
    public async ValueTask WriteAsync<T>(string? name, Action<Utf8JsonWriter, T> write, T value, CancellationToken cancellation)
    {
        if (name is not null)
        {
            Append("event: "u8);
            Append(Encoding.ASCII.GetBytes(name));
            Append("\n"u8);
        }

        Append("data: "u8);
        _json.Reset(body);
        write(_json, value);
        _json.Flush();
        Append("\n\n"u8);
        await FlushAsync(cancellation);
    }

    public async ValueTask EndAsync(CancellationToken cancellation)
    {
        Append("data: [DONE]\n\n"u8);
        await FlushAsync(cancellation);
    }

    public void Dispose() => _json.Dispose();

    private ValueTask FlushAsync(CancellationToken cancellation)
    {
        var flush = body.FlushAsync(cancellation);
        if (!flush.IsCompletedSuccessfully)
        {
            return waitForReader(flush.AsTask());
        }

        _ = flush.Result;
        return ValueTask.CompletedTask;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(body.GetSpan(bytes.Length));
        body.Advance(bytes.Length);
    }
}
