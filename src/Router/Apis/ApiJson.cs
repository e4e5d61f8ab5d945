using System.Text.Encodings.Web;
using System.Text.Json;

namespace ExpertCluster.Router.Apis;

/// <summary>How answers are written: text as UTF-8, and only what JSON wants escaped. Nothing of it is put into a page by this router.</summary>
internal static class ApiJson
{
    public static readonly JavaScriptEncoder Escaping = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static readonly JsonWriterOptions Writing = new() { Encoder = Escaping };
}
