using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Catalogue.Tests.Support;

/// <summary>
/// A hub that lays a repository out as the real one does: a commit behind a branch, small files in git, large ones (LFS) with their
/// SHA-256, answered by a redirect to a place of their own that knows ranges.
/// </summary>
internal sealed class FakeHub
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly string _repository;
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public FakeHub(string repository) => _repository = repository;

    /// <summary>Whether the list says sizes and digests; some mirrors don't.</summary>
    public bool SaysSizes { get; set; } = true;

    public string? Token { get; set; }

    /// <summary>Instead of the hub's own answer; false: that is sent.</summary>
    public Func<HttpContext, Task<bool>> Instead { get; set; } = _ => Task.FromResult(false);

    /// <summary>Changes the list before it is sent.</summary>
    public Action<JsonObject> Change { get; set; } = _ => { };

    public FakeHub With(string path, byte[] bytes)
    {
        _files[path] = bytes;
        return this;
    }

    public async Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        if (await Instead(context))
        {
            return;
        }

        if (Token is { } token && !path.StartsWith("/large/", StringComparison.Ordinal) && context.Request.Headers.Authorization != $"Bearer {token}")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (path.StartsWith($"/api/models/{_repository}/revision/", StringComparison.Ordinal))
        {
            var list = List();
            Change(list);
            await context.Response.WriteAsync(list.ToJsonString());
        }
        else if (path.StartsWith($"/{_repository}/resolve/{Commit}/", StringComparison.Ordinal)
            && _files.TryGetValue(path[$"/{_repository}/resolve/{Commit}/".Length..], out byte[]? bytes))
        {
            if (IsLarge(bytes))
            {
                context.Response.Redirect($"/large/{Digest(bytes)}?signature=secret");
            }
            else
            {
                await SendAsync(context, bytes);
            }
        }
        else if (path.StartsWith("/large/", StringComparison.Ordinal) && _files.Values.FirstOrDefault(b => path.EndsWith(Digest(b), StringComparison.Ordinal)) is { } large)
        {
            await SendAsync(context, large);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    public static async Task SendAsync(HttpContext context, byte[] bytes) =>
        await Results.Bytes(bytes, enableRangeProcessing: true, entityTag: new($"\"{Digest(bytes)}\"")).ExecuteAsync(context);

    public static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static bool IsLarge(byte[] bytes) => bytes.Length > 1000;

    private JsonObject List() => new()
    {
        ["id"] = _repository,
        ["sha"] = Commit,
        ["siblings"] = new JsonArray([.. _files.Select(file => Sibling(file.Key, file.Value))]),
    };

    private JsonObject Sibling(string path, byte[] bytes)
    {
        JsonObject sibling = new() { ["rfilename"] = path };
        if (SaysSizes)
        {
            sibling["size"] = bytes.Length;
            if (IsLarge(bytes))
            {
                sibling["lfs"] = JsonSerializer.SerializeToNode(new { sha256 = Digest(bytes), size = bytes.Length, pointerSize = 134 });
            }
        }

        return sibling;
    }
}
