using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ExpertCluster.Node.Transport;
using Google.Protobuf;

namespace ExpertCluster.Cli.Inspection;

/// <summary>What the cluster says as JSON, with the names that HTTP's `/admin` has.</summary>
internal static class StatusJson
{
    /// <summary>An object with one list, over several lines.</summary>
    public static void Write(TextWriter output, string name, IEnumerable<IMessage> messages) => output.WriteLine(Text(indented: true, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray(name);
        foreach (var message in messages)
        {
            MessageJson.Write(json, message);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }));

    /// <summary>One message on one line.</summary>
    public static string LineOf(IMessage message) => Text(indented: false, json => MessageJson.Write(json, message));

    private static string Text(bool indented, Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
