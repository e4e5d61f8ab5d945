using System.Buffers;
using System.Text.Json;

namespace ExpertCluster.Router.Apis.ExtProc;

/// <summary>Puts a name into the field `model` of a JSON object; every other byte stays as it is.</summary>
internal static class BodyModel
{
    /// <param name="body">An object that parses. Of several fields of that name all get it: readers differ in which of them counts.</param>
    /// <param name="model">A name that JSON writes as it is, as all of the catalogue's are.</param>
    public static ReadOnlyMemory<byte> Put(ReadOnlyMemory<byte> body, string model)
    {
        var written = new ArrayBufferWriter<byte>(body.Length + model.Length);
        byte[] name = JsonSerializer.SerializeToUtf8Bytes(model);
        var reader = new Utf8JsonReader(body.Span);
        int kept = 0;
        bool isFound = false;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1 || !IsModel(ref reader))
            {
                continue;
            }

            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            written.Write(body.Span[kept..start]);
            written.Write(name);
            kept = (int)reader.BytesConsumed;
            isFound = true;
        }

        if (!isFound)
        {
            // Right behind the brace that opens it: something follows, the text that the gate has read.
            kept = body.Span.IndexOf((byte)'{') + 1;
            written.Write(body.Span[..kept]);
            written.Write("\"model\":"u8);
            written.Write(name);
            written.Write(","u8);
        }

        written.Write(body.Span[kept..]);
        return written.WrittenMemory;
    }

    /// <summary>A name that is no text, with half a surrogate pair for instance, is another one.</summary>
    private static bool IsModel(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.ValueTextEquals("model"u8);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
