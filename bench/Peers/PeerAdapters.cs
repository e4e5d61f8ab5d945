using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExpertCluster.Bench.Peers;

/// <summary>
/// Which of the peer's adapters are ours. llama.cpp's server lists them at /lora-adapters, by id and file, and takes
/// "lora": [{"id", "scale"}] in a request.
/// </summary>
internal sealed class PeerAdapters
{
    private readonly Dictionary<int, int> _ids = [];

    /// <summary>Whether the peer has all of them.</summary>
    public bool AreServed => _ids.Count == PeerFolder.Adapters;

    public static async Task<PeerAdapters> AskAsync(Uri peer, CancellationToken cancellation)
    {
        var adapters = new PeerAdapters();
        using HttpClient http = new() { BaseAddress = peer };
        using var response = await http.GetAsync("/lora-adapters", cancellation);
        if (!response.IsSuccessStatusCode)
        {
            return adapters;
        }

        using var list = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellation));
        foreach (var entry in list.RootElement.EnumerateArray())
        {
            string file = Path.GetFileNameWithoutExtension(entry.GetProperty("path").GetString()) ?? "";
            int adapter = Enumerable.Range(0, PeerFolder.Adapters).FirstOrDefault(i => PeerFolder.AdapterName(i) == file, -1);
            if (adapter >= 0)
            {
                adapters._ids[adapter] = entry.GetProperty("id").GetInt32();
            }
        }

        return adapters;
    }

    public void Name(JsonObject body, int? adapter)
    {
        body["model"] = PeerCatalogue.BaseName;
        if (AreServed)
        {
            // All by name, none included: what a request leaves out has the scale that the server was started with.
            body["lora"] = new JsonArray([.. _ids.Select(a => new JsonObject { ["id"] = a.Value, ["scale"] = a.Key == adapter ? 1 : 0 })]);
        }
    }
}
