using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExpertCluster.Files;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace ExpertCluster.Node.Storage;

/// <summary>
/// Grains' state on one machine: a JSON file each in a folder that all its processes share. A file changes by rename, so that it is never half
/// there, under a lock on a second file, and only where it has the tag that the writer read: of two activations one loses.
/// </summary>
internal sealed class FileGrainStorage(string folder, TimeProvider time) : IGrainStorage
{
    private const int MostBytes = 64 << 20;

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string path = PathOf(stateName, grainId);
        await using var held = await LockAsync(path);
        var (tag, state) = Read<T>(path);
        (grainState.ETag, grainState.RecordExists) = (tag, tag is not null);
        if (tag is not null)
        {
            grainState.State = state!;
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string path = PathOf(stateName, grainId);
        await using var held = await LockAsync(path);
        RequireTag(path, grainState.ETag);
        string tag = Guid.NewGuid().ToString("N");
        string next = path + ".next";
        await using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await JsonSerializer.SerializeAsync(file, new Stored<T>(tag, grainState.State));
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
        (grainState.ETag, grainState.RecordExists) = (tag, true);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string path = PathOf(stateName, grainId);
        await using var held = await LockAsync(path);
        RequireTag(path, grainState.ETag);
        File.Delete(path);
        (grainState.ETag, grainState.RecordExists) = (null, false);
    }

    /// <summary>A name of its own whatever the grain's key holds, and one that says whose it is.</summary>
    private string PathOf(string stateName, GrainId grainId)
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{stateName}\0{grainId}")))[..16];
        string shown = new([.. stateName.Take(64).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);
        return Path.Combine(folder, $"{shown}-{digest}.json");
    }

    private static void RequireTag(string path, string? tag)
    {
        string? stored = Read<JsonElement>(path).Tag;
        if (stored != tag)
        {
            throw new InconsistentStateException("the state has changed since it was read", stored ?? "none", tag ?? "none");
        }
    }

    private static (string? Tag, T? State) Read<T>(string path)
    {
        if (!Path.Exists(path))
        {
            return (null, default);
        }

        try
        {
            var stored = JsonSerializer.Deserialize<Stored<T>>(RegularFile.ReadAllBytes(path, MostBytes)) ?? throw new InvalidDataException($"{path} holds no state");
            return (stored.Tag, stored.State);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is not what was written there: {error.Message}", error);
        }
    }

    private Task<FileStream> LockAsync(string path)
    {
        Directory.CreateDirectory(folder);
        return SharedFileLock.TakeAsync(path, time, CancellationToken.None);
    }

    private sealed record Stored<T>(string Tag, T? State);
}
