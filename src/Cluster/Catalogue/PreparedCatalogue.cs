using System.Text.Json;

namespace ExpertCluster.Cluster.Catalogue;

/// <summary>
/// What `prepare` made of a catalogue: imported bases, trained gates. Router and hosts read this, never experts.yaml,
/// so that nothing is imported or trained while serving. Paths are absolute after <see cref="Load"/>.
/// </summary>
public sealed record PreparedCatalogue
{
    public const int CurrentFormat = 1;

    /// <summary>The file's name in the folder that `prepare` writes.</summary>
    public const string FileName = "prepared.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public int Format { get; init; } = CurrentFormat;

    public required IReadOnlyList<PreparedBase> Bases { get; init; }

    public required IReadOnlyList<PreparedExpert> Experts { get; init; }

    /// <summary>The folder of the request gate and of each base's token gate; null when no expert is gated.</summary>
    public string? Gates { get; init; }

    /// <exception cref="CatalogueException">No such file, not of this format, or it names what is not there.</exception>
    public static PreparedCatalogue Load(string directory)
    {
        string file = Path.Combine(Path.GetFullPath(directory), FileName);
        if (!File.Exists(file))
        {
            throw new CatalogueException($"{file}: there is no such file; `./cluster prepare` writes it");
        }

        PreparedCatalogue? read;
        try
        {
            read = JsonSerializer.Deserialize<PreparedCatalogue>(File.ReadAllBytes(file), Json);
        }
        catch (JsonException error)
        {
            throw new CatalogueException($"{file}: not a prepared catalogue: {error.Message}", error);
        }

        if (read is not { Format: CurrentFormat })
        {
            throw new CatalogueException($"{file}: format is {read?.Format}; this version reads format {CurrentFormat}: prepare again");
        }

        string root = Path.GetDirectoryName(file)!;
        string Absolute(string path) => Path.GetFullPath(path, root);
        return read with
        {
            Bases = [.. read.Bases.Select(b => b with { Path = Absolute(b.Path) })],
            Experts = [.. read.Experts.Select(e => e with { Adapter = e.Adapter is null ? null : Absolute(e.Adapter) })],
            Gates = read.Gates is null ? null : Absolute(read.Gates),
        };
    }

    /// <summary>Writes the file atomically.</summary>
    public void Save(string directory)
    {
        string file = Path.Combine(directory, FileName);
        string draft = $"{file}.{Guid.NewGuid():N}";
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(this, Json));
        File.Move(draft, file, overwrite: true);
    }
}

/// <summary>An imported base.</summary>
/// <param name="HasTokenGate">Whether any of the base's experts is gated.</param>
public sealed record PreparedBase(string Name, string Path, bool HasTokenGate);

/// <summary>
/// What can be asked by name: every expert of the catalogue, and every base as an expert of its own.
/// </summary>
public sealed record PreparedExpert
{
    public required string Name { get; init; }

    public required string Base { get; init; }

    /// <summary>A PEFT folder; null: the base alone.</summary>
    public string? Adapter { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Whether the gates know it.</summary>
    public bool Gated { get; init; }

    public int Replicas { get; init; } = 1;

    /// <summary>Whether its adapter stays in the runtime of each host that has a replica, whatever others need a place.</summary>
    public bool Pinned { get; init; }
}
