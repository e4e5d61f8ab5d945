using System.Text.Json;
using Microsoft.Extensions.AI;
using ChatOptions = Microsoft.Extensions.AI.ChatOptions;

namespace ExpertCluster.Client;

/// <summary>A place in an answer that the cluster holds, as a <see cref="ResponseContinuationToken"/>: JSON, which outlives the process.</summary>
/// <param name="Id">Leads to the stream, on any router.</param>
/// <param name="Chunks">Of it that have come.</param>
internal sealed record StreamToken(string Id, int Chunks)
{
    /// <summary>Asks for a stream to be held, and says under which id.</summary>
    public const string Header = "x-conversation-id";

    /// <summary>The router shall make an id.</summary>
    public const string Made = "auto";

    private const int MostBytes = 1024;
    private const string IdName = "id";
    private const string ChunksName = "chunks";

    public ResponseContinuationToken Write() => ResponseContinuationToken.FromBytes(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { [IdName] = Id, [ChunksName] = Chunks }));

    /// <exception cref="ExpertClusterException">It is none of this client's.</exception>
    public static StreamToken Read(ResponseContinuationToken token)
    {
        var bytes = token.ToBytes();
        try
        {
            using var json = JsonDocument.Parse(bytes.Length <= MostBytes ? bytes : default);
            string id = json.RootElement.GetProperty(IdName).GetString() ?? "";
            int chunks = json.RootElement.GetProperty(ChunksName).GetInt32();
            return id.Length > 0 && chunks >= 0 ? new StreamToken(id, chunks) : throw Foreign(null);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Foreign(error);
        }
    }

    private static ExpertClusterException Foreign(Exception? cause) =>
        new(Grpc.Core.StatusCode.InvalidArgument, $"{nameof(ChatOptions.ContinuationToken)} is none that this client gave", nameof(ChatOptions.ContinuationToken), null, cause);
}
