using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>What a turn has beside its text, as chat templates find it: `tool_calls` of an assistant, `reasoning_content`.</summary>
internal sealed class TurnFields : IDisposable
{
    private readonly ArrayBufferWriter<byte> _calls = new();
    private readonly Utf8JsonWriter _writer;
    private readonly StringBuilder _thoughts = new();
    private int _count;

    public TurnFields() => _writer = new Utf8JsonWriter(_calls, ApiJson.Writing);

    /// <param name="call">Has its name.</param>
    /// <param name="idField">What its id is called there.</param>
    /// <param name="argumentsField">What its arguments are called there.</param>
    /// <param name="at">Where it stands, for messages.</param>
    public void Add(JsonFields call, string idField, string argumentsField, string at)
    {
        if (_count++ == 0)
        {
            _writer.WriteStartArray();
        }

        _writer.WriteStartObject();
        _writer.WriteString("type", "function");
        _writer.WriteString("id", call.String(idField) ?? throw JsonFields.Wrong($"{at}.{idField}", "is missing"));
        _writer.WriteStartObject("function");
        _writer.WriteString("name", call.String("name") ?? throw JsonFields.Wrong(at + ".name", "is missing"));
        _writer.WritePropertyName("arguments");
        MessageExtras.WriteArguments(_writer, call, argumentsField, $"{at}.{argumentsField}");
        _writer.WriteEndObject();
        _writer.WriteEndObject();
    }

    public void Think(string thought) => _thoughts.Append(thought);

    /// <returns>A JSON object; empty: there is nothing.</returns>
    public string End()
    {
        if (_count == 0 && _thoughts.Length == 0)
        {
            return "";
        }

        string calls = "";
        if (_count > 0)
        {
            _writer.WriteEndArray();
            _writer.Flush();
            calls = Encoding.UTF8.GetString(_calls.WrittenSpan);
        }

        return Write(json =>
        {
            if (_thoughts.Length > 0)
            {
                json.WriteString("reasoning_content", _thoughts.ToString());
            }

            if (calls.Length > 0)
            {
                json.WritePropertyName("tool_calls");
                json.WriteRawValue(calls, skipInputValidation: true);
            }
        });
    }

    /// <summary>Of a tool's answer.</summary>
    public static string OfResult(string id, bool isError) => Write(json =>
    {
        json.WriteString("tool_call_id", id);
        if (isError)
        {
            json.WriteBoolean("is_error", true);
        }
    });

    public void Dispose() => _writer.Dispose();

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Writing))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
