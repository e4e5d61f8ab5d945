using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace ExpertCluster.Bench.Peers;

/// <summary>
/// The bytes of one streamed answer and when the first event came. They are read as JSON only after the round, so that the
/// client takes as little as it can from the cores that both servers need.
/// </summary>
internal sealed class StreamRecord(byte[] bytes, TimeSpan first)
{
    private const string Prefix = "data: ";

    public static async Task<StreamRecord> ReadAsync(Stream body, long start, CancellationToken cancellation)
    {
        using MemoryStream bytes = new();
        var first = TimeSpan.Zero;
        byte[] buffer = new byte[16384];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellation)) > 0)
        {
            if (bytes.Length == 0)
            {
                first = Stopwatch.GetElapsedTime(start);
            }

            bytes.Write(buffer, 0, read);
        }

        return new StreamRecord(bytes.ToArray(), first);
    }

    /// <exception cref="InvalidOperationException">The stream has an error, no end, or no usage.</exception>
    public PeerAnswer Parse()
    {
        var text = new StringBuilder();
        (int tokens, int prompt, bool ended) = (-1, -1, false);
        foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            if (!line.StartsWith(Prefix, StringComparison.Ordinal))
            {
                continue;
            }

            string data = line[Prefix.Length..].Trim();
            if (data == "[DONE]")
            {
                ended = true;
                continue;
            }

            using var json = JsonDocument.Parse(data);
            if (json.RootElement.TryGetProperty("error", out var error))
            {
                throw new InvalidOperationException($"a stream failed: {error}");
            }

            foreach (var choice in json.RootElement.GetProperty("choices").EnumerateArray())
            {
                text.Append(choice.GetProperty("text").GetString());
            }

            if (json.RootElement.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object)
            {
                tokens = usage.GetProperty("completion_tokens").GetInt32();
                prompt = usage.GetProperty("prompt_tokens").GetInt32();
            }
        }

        return ended && tokens >= 0
            ? new PeerAnswer(first, tokens, prompt, text.ToString())
            : throw new InvalidOperationException("a stream ended without [DONE] or usage");
    }
}
