using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Server-sent events: `data: {json}`, an empty line, and `data: [DONE]` at the end (WHATWG HTML, 9.2).</summary>
/// <param name="target">Where they go.</param>
internal sealed class EventStream(IEventTarget target) : IDisposable
{
    private readonly IBufferWriter<byte> _body = target.Body;
    private readonly Utf8JsonWriter _json = new(target.Body, ApiJson.Writing);
    private int _count;

    /// <param name="body">Where they go.</param>
    /// <param name="waitForReader">Waits for a flush that the reader holds up.</param>
    public EventStream(PipeWriter body, Func<Task, ValueTask> waitForReader)
        : this(new PipeTarget(body, waitForReader))
    {
    }

    public ValueTask WriteAsync<T>(Action<Utf8JsonWriter, T> write, T value, CancellationToken cancellation) => WriteAsync(null, write, value, cancellation);

    /// <param name="name">Of the event, in ASCII; null: it has none.</param>
    /// <param name="write">Writes its data.</param>
    /// <param name="value">Of the data.</param>
    /// <param name="cancellation">Of the caller.</param>
    public async ValueTask WriteAsync<T>(string? name, Action<Utf8JsonWriter, T> write, T value, CancellationToken cancellation)
    {
        Number();
        if (name is not null)
        {
            Append("event: "u8);
            Append(Encoding.ASCII.GetBytes(name));
            Append("\n"u8);
        }

        Append("data: "u8);
        _json.Reset(_body);
        write(_json, value);
        _json.Flush();
        Append("\n\n"u8);
        await target.FlushAsync(cancellation);
    }

    public ValueTask EndAsync(CancellationToken cancellation)
    {
        Number();
        Append("data: [DONE]\n\n"u8);
        return target.FlushAsync(cancellation);
    }

    public void Dispose() => _json.Dispose();

    /// <summary>Browsers send the number of the last event that they got, when they come back.</summary>
    private void Number()
    {
        if (target.IsNumbered)
        {
            Append(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {++_count}\n")));
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_body.GetSpan(bytes.Length));
        _body.Advance(bytes.Length);
    }
}
