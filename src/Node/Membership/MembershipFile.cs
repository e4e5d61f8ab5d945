using System.Text.Json;
using System.Text.Json.Serialization;
using ExpertCluster.Files;
using ExpertCluster.Node.Storage;

namespace ExpertCluster.Node.Membership;

/// <summary>
/// The members of a cluster on one machine, in a JSON file. Whoever reads or writes holds a lock on a second file beside it,
/// which the system lets go when the process dies; the content changes by rename, so that it is never half there.
/// </summary>
internal sealed class MembershipFile(string path, TimeProvider time)
{
    /// <summary>A cluster of hundreds has less; more is another file.</summary>
    private const int MostBytes = 4 << 20;

    public Task<Content> ReadAsync(CancellationToken cancellation) => UnderLockAsync<Content>(content => (content, null), cancellation);

    /// <summary>Replaces the content, unless the change gives null.</summary>
    /// <returns>Whether it was replaced.</returns>
    public Task<bool> ChangeAsync(Func<Content, Content?> change, CancellationToken cancellation) => UnderLockAsync(
        content =>
        {
            var changed = change(content);
            return (changed is not null, changed);
        },
        cancellation);

    private async Task<T> UnderLockAsync<T>(Func<Content, (T Result, Content? Changed)> use, CancellationToken cancellation)
    {
        await using var held = await SharedFileLock.TakeAsync(path, time, cancellation);
        var (result, changed) = use(Read());
        if (changed is not null)
        {
            Write(changed);
        }

        return result;
    }

    private Content Read()
    {
        if (!Path.Exists(path))
        {
            return new Content();
        }

        try
        {
            return JsonSerializer.Deserialize(RegularFile.ReadAllBytes(path, MostBytes), MembershipJson.Default.Content) ?? throw new InvalidDataException("a membership file is an object");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("a membership file is JSON", error);
        }
    }

    private void Write(Content content)
    {
        string next = path + ".next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, content, MembershipJson.Default.Content);
        }

        File.Move(next, path, overwrite: true);
    }

    /// <summary>What the file holds. The version counts changes of membership, not signs of life.</summary>
    internal sealed record Content
    {
        public int Version { get; init; }

        public Member[] Members { get; init; } = [];
    }

    /// <summary>One silo, dead ones included. <see cref="Tag"/> counts the changes of its row.</summary>
    internal sealed record Member
    {
        public required string Silo { get; init; }

        public int Tag { get; init; }

        public required string Status { get; init; }

        public string SiloName { get; init; } = "";

        public string HostName { get; init; } = "";

        public int ProxyPort { get; init; }

        public DateTime Started { get; init; }

        public DateTime Alive { get; init; }

        public Suspicion[] Suspicions { get; init; } = [];
    }

    internal sealed record Suspicion(string By, DateTime At);
}

[JsonSerializable(typeof(MembershipFile.Content))]
internal sealed partial class MembershipJson : JsonSerializerContext;
