using ExpertCluster.Bench.Peers;
using ExpertCluster.Cli.Demo;

namespace ExpertCluster.Bench.Merges;

/// <summary>How much is measured.</summary>
internal sealed record MergeOptions
{
    /// <summary>A Hugging Face folder.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>For people.</summary>
    public required string Model { get; init; }

    /// <summary>Bases of an ensemble, each on a host of its own.</summary>
    public IReadOnlyList<int> Bases { get; init; } = [2, 4];

    public int Tokens { get; init; } = 128;

    /// <summary>Rounds that count. Each runs one stream of each kind, the order changing from round to round.</summary>
    public int Rounds { get; init; } = 25;

    public int Warmups { get; init; } = 5;

    /// <param name="quick">Fewer rounds.</param>
    /// <param name="model">A folder that the peers' benchmark exports; null: the demo's base.</param>
    public static MergeOptions Of(bool quick, string? model)
    {
        var options = new MergeOptions
        {
            Checkpoint = model is null ? Path.Combine(Path.GetDirectoryName(DemoCatalogue.Path)!, "base") : new PeerFolder(model).Checkpoint,
            Model = model is null ? "the demo's base" : Path.GetFileName(model),
        };
        return quick ? options with { Rounds = 7, Warmups = 3 } : options;
    }
}
