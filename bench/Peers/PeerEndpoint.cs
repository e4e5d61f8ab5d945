using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace ExpertCluster.Bench.Peers;

/// <summary>A server of OpenAI's completions API, ours or the peer's.</summary>
/// <param name="address">Of its root.</param>
/// <param name="name">Puts what names the model, and the adapter where one is asked for, into a body.</param>
/// <param name="processes">Whose processor time counts, by role.</param>
internal sealed class PeerEndpoint(Uri address, Action<JsonObject, int?> name, IReadOnlyDictionary<string, int> processes) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };

    public async Task<StreamRecord> CompleteAsync(PeerRequest request, CancellationToken cancellation)
    {
        JsonObject body = new()
        {
            ["prompt"] = request.Prompt,
            ["max_tokens"] = request.MaxTokens,
            ["temperature"] = 0,
            ["ignore_eos"] = true,
            ["stream"] = true,
            ["stream_options"] = new JsonObject { ["include_usage"] = true },
        };
        name(body, request.Adapter);
        long start = Stopwatch.GetTimestamp();
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/completions")
        {
            Content = new StringContent(body.ToJsonString(), MediaTypeHeaderValue.Parse("application/json")),
        };
        using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (!response.IsSuccessStatusCode)
        {
            string problem = await response.Content.ReadAsStringAsync(cancellation);
            throw new InvalidOperationException($"{address} answered {(int)response.StatusCode}: {problem}");
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        return await StreamRecord.ReadAsync(stream, start, cancellation);
    }

    public IReadOnlyDictionary<string, TimeSpan> ProcessorTime() => processes.ToDictionary(p => p.Key, p => Of(p.Value));

    public void Dispose() => _http.Dispose();

    private static TimeSpan Of(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.TotalProcessorTime;
    }
}
