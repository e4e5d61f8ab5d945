using System.Buffers;
using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Apis.Responses;

/// <summary>The events of a streamed response: its items one behind the other, each opened, grown and closed.</summary>
/// <param name="events">Where they go.</param>
/// <param name="answer">Writes what they have in common with whole responses.</param>
/// <param name="tools">Reads calls; null: there are none.</param>
/// <param name="tell">Gets the response as JSON when it begins and when it ends; null: nobody asks.</param>
internal sealed class ResponsesStream(EventStream events, ResponsesAnswer answer, ToolAnswer? tools, Action<ReadOnlyMemory<byte>>? tell = null)
{
    private readonly List<(OutputItem Item, string Status)> _done = [];
    private readonly List<Token> _tokens = [];
    private OutputItem? _open;
    private Plan? _plan;
    private int _number;

    /// <summary>Whether any event went out.</summary>
    public bool HasBegun => _number > 0;

    public async ValueTask TakeAsync(CompletionChunk chunk, CancellationToken cancellation)
    {
        if (!HasBegun)
        {
            _plan = chunk.Plan;
            await WriteAsync("response.created", new ResponseState(ResponsesAnswer.InProgress) { Plan = _plan }, cancellation);
            await WriteAsync("response.in_progress", json => WriteResponse(json, new ResponseState(ResponsesAnswer.InProgress)), cancellation);
        }

        // Valid until this returns, and told with the next event that goes out.
        _plan = chunk.Plan ?? _plan;
        _tokens.AddRange(chunk.Tokens);
        var part = AnswerPart.Of(chunk, tools);
        if (part.Continued is { } more)
        {
            await CallAsync(more, cancellation);
        }

        if (part.Text.Length > 0)
        {
            await SayAsync(part.Text, cancellation);
        }

        foreach (var call in part.Begun)
        {
            await CallAsync(call, cancellation);
        }

        if (chunk.Finish != FinishReason.None)
        {
            await EndAsync(chunk, cancellation);
        }
    }

    /// <summary>It failed on the way.</summary>
    public ValueTask FailAsync(Failure failure, CancellationToken cancellation) => WriteAsync(
        "response.failed", new ResponseState(ResponsesAnswer.Failed) { Output = Output(ResponsesAnswer.Incomplete), Failure = failure }, cancellation);

    /// <summary>A caller had it cancelled. OpenAI has a status for that and no event, so it is an event that clients know, with that status.</summary>
    public ValueTask CancelAsync(CancellationToken cancellation) => WriteAsync(
        "response.incomplete", new ResponseState(ResponsesAnswer.Cancelled) { Output = Output(ResponsesAnswer.Incomplete), Plan = _plan }, cancellation);

    private async ValueTask SayAsync(string text, CancellationToken cancellation)
    {
        if (_open is not { IsCall: false })
        {
            await CloseAsync(ResponsesAnswer.Completed, cancellation);
            await OpenAsync(answer.Message(_done.Count), cancellation);
            await WriteAsync("response.content_part.added", WritePart, cancellation);
        }

        _open!.Text.Append(text);
        await WriteAsync("response.output_text.delta", json => WriteDelta(json, text), cancellation);
    }

    private async ValueTask CallAsync(CallPart call, CancellationToken cancellation)
    {
        if (call.Id is not null)
        {
            await CloseAsync(ResponsesAnswer.Completed, cancellation);
            await OpenAsync(answer.Call(_done.Count, call.Id, call.Name!), cancellation);
        }

        if (call.Arguments.Length > 0)
        {
            _open!.Text.Append(call.Arguments);
            await WriteAsync("response.function_call_arguments.delta", json => WriteDelta(json, call.Arguments), cancellation);
        }
    }

    private async ValueTask EndAsync(CompletionChunk chunk, CancellationToken cancellation)
    {
        string status = ResponsesAnswer.StatusOf(chunk.Finish);
        await CloseAsync(status, cancellation);
        var state = new ResponseState(status) { Output = _done, Usage = chunk.Usage, Plan = _plan, Tokens = [.. _tokens] };
        await WriteAsync($"response.{status}", state, cancellation);
    }

    private ValueTask OpenAsync(OutputItem item, CancellationToken cancellation)
    {
        _open = item;
        return WriteAsync("response.output_item.added", json => WriteItem(json, ResponsesAnswer.InProgress), cancellation);
    }

    private async ValueTask CloseAsync(string status, CancellationToken cancellation)
    {
        if (_open is not { } item)
        {
            return;
        }

        if (item.IsCall)
        {
            await WriteAsync("response.function_call_arguments.done", WriteArguments, cancellation);
        }
        else
        {
            await WriteAsync("response.output_text.done", WriteText, cancellation);
            await WriteAsync("response.content_part.done", WritePart, cancellation);
        }

        await WriteAsync("response.output_item.done", json => WriteItem(json, status), cancellation);
        _done.Add((item, status));
        _open = null;
    }

    private (OutputItem Item, string Status)[] Output(string status) => _open is { } item ? [.. _done, (item, status)] : [.. _done];

    private void WriteResponse(Utf8JsonWriter json, ResponseState state)
    {
        json.WritePropertyName("response");
        answer.Write(json, state);
    }

    private void WriteItem(Utf8JsonWriter json, string status)
    {
        json.WriteNumber("output_index", _done.Count);
        json.WritePropertyName("item");
        _open!.Write(json, status);
    }

    private void WritePart(Utf8JsonWriter json)
    {
        WritePlace(json);
        json.WritePropertyName("part");
        _open!.WritePart(json);
    }

    private void WriteDelta(Utf8JsonWriter json, string text)
    {
        WritePlace(json);
        json.WriteString("delta", text);
        if (!_open!.IsCall)
        {
            WriteNoLogprobs(json);
        }

        if (_tokens.Count > 0)
        {
            OpenAiExperts.Write(json, null, _tokens);
            _tokens.Clear();
        }
    }

    private void WriteText(Utf8JsonWriter json)
    {
        WritePlace(json);
        json.WriteString("text", _open!.Text.ToString());
        WriteNoLogprobs(json);
    }

    private void WriteArguments(Utf8JsonWriter json)
    {
        WritePlace(json);
        json.WriteString("name", _open!.Name);
        json.WriteString("arguments", _open.Text.ToString());
    }

    private void WritePlace(Utf8JsonWriter json)
    {
        json.WriteString("item_id", _open!.Id);
        json.WriteNumber("output_index", _done.Count);
        if (!_open.IsCall)
        {
            json.WriteNumber("content_index", 0);
        }
    }

    private static void WriteNoLogprobs(Utf8JsonWriter json)
    {
        json.WriteStartArray("logprobs");
        json.WriteEndArray();
    }

    /// <summary>An event that begins or ends the response; who reads the event finds its state told.</summary>
    private ValueTask WriteAsync(string type, ResponseState state, CancellationToken cancellation)
    {
        if (tell is not null)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer, ApiJson.Writing))
            {
                answer.Write(json, state);
            }

            tell(buffer.WrittenSpan.ToArray());
        }

        return WriteAsync(type, json => WriteResponse(json, state), cancellation);
    }

    private ValueTask WriteAsync(string type, Action<Utf8JsonWriter> write, CancellationToken cancellation) => events.WriteAsync(
        type,
        (json, _) =>
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteNumber("sequence_number", _number++);
            write(json);
            json.WriteEndObject();
        },
        0,
        cancellation);
}
