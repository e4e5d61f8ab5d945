using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Fuzz.Engine;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>
/// prepared.json, and the snapshot that a process makes of it. An input that is JSON gets the digests and the seal that it should have, so
/// that what a forger would write is tried too.
/// </summary>
internal sealed class PreparedTarget(string folder) : FuzzTarget
{
    private const string Digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private static readonly string Unsealed = new('0', 64);

    public override string Name => "prepared";

    public override int Executions => 10000;

    public override bool IsJson => true;

    public override bool MayNamePaths => true;

    public override long MostAllocated(int length) => (2L << 20) + (2000L * length);

    public override IReadOnlyList<string> Words =>
    [
        "format", "seal", "bases", "experts", "gates", "failures", "pending", "desiredVersion", "name", "base", "folder", "path", "files", "bytes", "sha256", "hasTokenGate", "adapter", "rank", "canary", "shadow", "percent",
        "replicas", "maxReplicas", "labels", "hosts", "origin", "gated", "demo", "law", "adapters/", "bases/../x", Digest,
    ];

    public override IEnumerable<byte[]> Seeds()
    {
        PreparedFolder Of(string kind) => PreparedFolder.Of(kind, [new PreparedFile("a/b.json", 5, Digest), new PreparedFile("c", 0, Digest)]);
        PreparedCatalogue catalogue = new()
        {
            Bases = [new PreparedBase("demo", Of(PreparedFolder.Bases), true) { Replicas = 2 }],
            Experts =
            [
                new PreparedExpert { Name = "demo", Base = "demo" },
                new PreparedExpert
                {
                    Name = "law",
                    Base = "demo",
                    Adapter = Of(PreparedFolder.Adapters),
                    Rank = 8,
                    Labels = ["a=b"],
                    Canary = new PreparedVersion { Adapter = Of(PreparedFolder.Adapters), Rank = 4, Percent = 5 },
                },
            ],
            Gates = Of(PreparedFolder.Gates),
            Failures = [new PreparedFailure("code", "why")],
            Pending = ["law"],
        };
        return [PreparedCatalogueFile.Write(catalogue)];
    }

    public override Outcome Run(byte[] input)
    {
        try
        {
            var prepared = PreparedCatalogue.Parse(folder, "prepared.json", Sealed(input));
            var snapshot = new CatalogueSnapshot(1, prepared);
            foreach (var expert in snapshot.Experts)
            {
                _ = expert.Versions().Count();
            }

            return Outcome.Taken;
        }
        catch (CatalogueException refused)
        {
            return Outcome.Refused(refused.Message);
        }
    }

    private static byte[] Sealed(byte[] input)
    {
        try
        {
            if (input.Length % 8 == 0 || JsonNode.Parse(input) is not JsonObject root)
            {
                return [.. input];
            }

            Digested(root);
            root["seal"] = Unsealed;
            byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(root);
            string seal = Convert.ToHexStringLower(SHA256.HashData(bytes));
            Encoding.ASCII.GetBytes(seal, bytes.AsSpan(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Unsealed))));
            return bytes;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            return [.. input];
        }
    }

    private static void Digested(JsonNode? node)
    {
        foreach (var child in node switch { JsonObject o => o.Select(p => p.Value).ToList(), JsonArray a => [.. a], _ => [] })
        {
            Digested(child);
        }

        if (node is JsonObject { } folder && folder["files"] is JsonArray files && folder["path"] is JsonValue path && path.TryGetValue(out string? text) && text.Contains('/', StringComparison.Ordinal)
            && files.Deserialize<PreparedFile[]>(JsonSerializerOptions.Web) is { } list && !list.Any(file => file is null))
        {
            folder["path"] = PreparedFolder.Of(text[..text.IndexOf('/', StringComparison.Ordinal)], list).Path;
        }
    }
}
