using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Support;

/// <summary>Debian's docker-registry, the reference implementation of the distribution specification, and how artifacts get into it.</summary>
internal sealed class Registry : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly LocalServer _server;

    private Registry(TemporaryFolder folder, LocalServer server) => (_folder, _server) = (folder, server);

    public string Authority => _server.Authority;

    /// <param name="tokens">Where it sends those who come without a token; it takes any (its "silly" access control). Null: it wants none.</param>
    public static async Task<Registry> StartAsync(string? tokens = null)
    {
        try
        {
            Tool.Require("docker-registry");
        }
        catch (InvalidOperationException error)
        {
            Assert.Skip($"docker-registry is not to be had here: {error.Message.ReplaceLineEndings(" ")}");
        }

        var folder = new TemporaryFolder();
        var server = await LocalServer.StartAsync(port =>
        {
            File.WriteAllText(folder["config.yml"], $"""
                version: 0.1
                log: {"{"} level: error {"}"}
                storage:
                  filesystem: {"{"} rootdirectory: {folder["data"]} {"}"}
                http: {"{"} addr: "127.0.0.1:{port}" {"}"}
                {(tokens is null ? "" : $"auth: {{ silly: {{ realm: \"{tokens}\", service: registry }} }}")}
                """);
            return new ProcessStartInfo("docker-registry", ["serve", folder["config.yml"]]);
        });
        return new Registry(folder, server);
    }

    /// <summary>Puts files as `oras push` does: a layer each, the name in its annotation.</summary>
    /// <returns>The manifest's digest.</returns>
    public async Task<string> PushAsync(string repository, string tag, IReadOnlyDictionary<string, byte[]> files, Action<JsonObject>? change = null)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{Authority}") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "any");
        byte[] config = "{}"u8.ToArray();
        await PutBlobAsync(client, repository, config);
        JsonArray layers = [];
        foreach (var (name, bytes) in files)
        {
            await PutBlobAsync(client, repository, bytes);
            layers.Add(Descriptor("application/vnd.example.tensors", bytes, new JsonObject { ["org.opencontainers.image.title"] = name }));
        }

        JsonObject manifest = new()
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor("application/vnd.oci.empty.v1+json", config, null),
            ["layers"] = layers,
        };
        change?.Invoke(manifest);
        using var content = new StringContent(manifest.ToJsonString());
        content.Headers.ContentType = new MediaTypeHeaderValue((string)manifest["mediaType"]!);
        using var response = await client.PutAsync($"/v2/{repository}/manifests/{tag}", content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return response.Headers.GetValues("Docker-Content-Digest").Single();
    }

    public static JsonObject Descriptor(string type, byte[] bytes, JsonObject? annotations)
    {
        JsonObject descriptor = new() { ["mediaType"] = type, ["digest"] = $"sha256:{FakeHub.Digest(bytes)}", ["size"] = bytes.Length };
        if (annotations is not null)
        {
            descriptor["annotations"] = annotations;
        }

        return descriptor;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task PutBlobAsync(HttpClient client, string repository, byte[] bytes)
    {
        using var begun = await client.PostAsync($"/v2/{repository}/blobs/uploads/", null);
        Assert.True(begun.IsSuccessStatusCode, await begun.Content.ReadAsStringAsync());
        var place = new UriBuilder(new Uri(client.BaseAddress!, begun.Headers.Location!));
        place.Query = $"{place.Query.TrimStart('?')}&digest=sha256:{FakeHub.Digest(bytes)}";
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var put = await client.PutAsync(place.Uri, content);
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
    }
}
