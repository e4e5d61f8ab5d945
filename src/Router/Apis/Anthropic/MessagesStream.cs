using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Apis.Anthropic;

/// <summary>The events of a streamed message: blocks of text and of calls, one behind the other.</summary>
/// <param name="events">Where they go.</param>
/// <param name="answer">Writes what they have in common with whole messages.</param>
/// <param name="tools">Reads calls; null: there are none.</param>
internal sealed class MessagesStream(EventStream events, MessagesAnswer answer, ToolAnswer? tools)
{
    private readonly List<Token> _tokens = [];
    private Block _open;
    private int _index = -1;

    private enum Block
    {
        None,
        Text,
        Call,
    }

    public async ValueTask TakeAsync(CompletionChunk chunk, CancellationToken cancellation)
    {
        if (_index < 0)
        {
            _index = 0;
            await events.WriteAsync("message_start", answer.WriteStart, chunk, cancellation);
            await events.WriteAsync("ping", WriteType, "ping", cancellation);
        }

        // Valid until this returns, and told with the next event that goes out.
        _tokens.AddRange(chunk.Tokens);
        var part = AnswerPart.Of(chunk, tools);
        if (part.Continued is { } more)
        {
            await GrowAsync(more.Arguments, cancellation);
        }

        if (part.Text.Length > 0)
        {
            await OpenAsync(Block.Text, null, cancellation);
            await GrowAsync(part.Text, cancellation);
        }

        foreach (var call in part.Begun)
        {
            await OpenAsync(Block.Call, call, cancellation);
            await GrowAsync(call.Arguments, cancellation);
        }

        if (chunk.Finish != FinishReason.None)
        {
            await CloseAsync(cancellation);
            await events.WriteAsync("message_delta", WriteEnd, chunk, cancellation);
            await events.WriteAsync("message_stop", WriteType, "message_stop", cancellation);
        }
    }

    private async ValueTask OpenAsync(Block block, CallPart? call, CancellationToken cancellation)
    {
        if (_open == block && call is null)
        {
            return;
        }

        await CloseAsync(cancellation);
        _open = block;
        await events.WriteAsync("content_block_start", WriteBlock, call, cancellation);
    }

    private ValueTask GrowAsync(string text, CancellationToken cancellation) =>
        text.Length > 0 ? events.WriteAsync("content_block_delta", WriteDelta, text, cancellation) : ValueTask.CompletedTask;

    private async ValueTask CloseAsync(CancellationToken cancellation)
    {
        if (_open != Block.None)
        {
            _open = Block.None;
            await events.WriteAsync("content_block_stop", WriteIndexed, "content_block_stop", cancellation);
            _index++;
        }
    }

    private void WriteBlock(Utf8JsonWriter json, CallPart? call)
    {
        BeginIndexed(json, "content_block_start");
        json.WritePropertyName("content_block");
        if (call is not null)
        {
            MessagesAnswer.WriteCall(json, call, "{}");
        }
        else
        {
            json.WriteStartObject();
            json.WriteString("type", "text");
            json.WriteString("text", "");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteDelta(Utf8JsonWriter json, string text)
    {
        BeginIndexed(json, "content_block_delta");
        json.WriteStartObject("delta");
        json.WriteString("type", _open == Block.Text ? "text_delta" : "input_json_delta");
        json.WriteString(_open == Block.Text ? "text" : "partial_json", text);
        json.WriteEndObject();
        WriteExperts(json);
        json.WriteEndObject();
    }

    private void WriteEnd(Utf8JsonWriter json, CompletionChunk chunk)
    {
        json.WriteStartObject();
        json.WriteString("type", "message_delta");
        json.WriteStartObject("delta");
        MessagesAnswer.WriteStop(json, chunk.Finish, chunk.Stop, tools is { HasCalls: true });
        json.WriteEndObject();
        MessagesAnswer.WriteUsage(json, chunk.Usage ?? Usage.None);
        WriteExperts(json);
        json.WriteEndObject();
    }

    private void WriteExperts(Utf8JsonWriter json)
    {
        if (_tokens.Count > 0)
        {
            OpenAiExperts.Write(json, null, _tokens);
            _tokens.Clear();
        }
    }

    private void WriteIndexed(Utf8JsonWriter json, string type)
    {
        BeginIndexed(json, type);
        json.WriteEndObject();
    }

    private void BeginIndexed(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteNumber("index", _index);
    }

    private static void WriteType(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteEndObject();
    }
}
