using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Bench.Peers;

/// <summary>Whom to measure against, with what, how often.</summary>
internal sealed record PeerOptions
{
    /// <summary>Where the peer serves.</summary>
    public required Uri Peer { get; init; }

    /// <summary>A model's folder, as <see cref="PeerExport"/> writes it.</summary>
    public required string Model { get; init; }

    /// <summary>How our weights are stored; the peer's are whatever it was started with.</summary>
    public Quantization Quantization { get; init; } = Quantization.None;

    /// <summary>The peer's process, whose processor time is to be counted; null: it isn't.</summary>
    public int? PeerProcess { get; init; }

    /// <summary>Only scenarios whose name contains this; null: all.</summary>
    public string? Filter { get; init; }

    /// <summary>Tokens that every stream generates.</summary>
    public int TokensPerStream { get; init; } = 128;

    /// <summary>Least tokens of a round of decoding; fewer streams go several times.</summary>
    public int TokensPerRound { get; init; } = 512;

    /// <summary>Rounds that count. Each runs both, the order changing from round to round.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Rounds before, not counted.</summary>
    public int Warmups { get; init; } = 1;

    /// <summary>How the weights are called in tables and files: f32, q8 or q4.</summary>
    public string Precision => NameOf(Quantization);

    public static string NameOf(Quantization quantization) => quantization switch
    {
        Quantization.Q8 => "q8",
        Quantization.Q4 => "q4",
        _ => "f32",
    };

    public static Quantization Parse(string? name) => name switch
    {
        "q8" => Quantization.Q8,
        "q4" => Quantization.Q4,
        _ => Quantization.None,
    };
}
