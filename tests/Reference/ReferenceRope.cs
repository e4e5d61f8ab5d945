using System.Text.Json.Nodes;

namespace ExpertCluster.Reference;

/// <summary>
/// Rotary embeddings as the papers and the models' own files define them. Sequences are taken to stay within the original
/// context where a kind ("dynamic", "longrope") makes that difference.
/// </summary>
public sealed class ReferenceRope
{
    private readonly JsonObject _config;
    private readonly JsonObject _scaling;
    private readonly int _dimension;

    public ReferenceRope(JsonObject config, int headDimension)
    {
        _config = config;
        _scaling = (config["rope_parameters"] ?? config["rope_scaling"]) as JsonObject ?? [];
        double part = (double?)_scaling["partial_rotary_factor"] ?? (double?)config["partial_rotary_factor"] ?? 1;
        _dimension = (int)(headDimension * part);
        Frequencies = [.. Enumerable.Range(0, _dimension / 2).Select(Frequency)];
    }

    public double Theta => (double?)_scaling["rope_theta"] ?? (double?)_config["rope_theta"] ?? 10000;

    /// <summary>One for each pair of elements; the pair is i and i + count.</summary>
    public IReadOnlyList<double> Frequencies { get; }

    /// <summary>Multiplies what was rotated.</summary>
    public double Scale => Kind switch
    {
        "yarn" => (double?)_scaling["attention_factor"] ?? (YarnScale() * ((double?)_scaling["attn_factor"] ?? 1)),
        "longrope" => (double?)_scaling["attention_factor"] ?? Math.Sqrt(1 + (Math.Log(Get("max_position_embeddings") / Original) / Math.Log(Original))),
        _ => 1,
    };

    private string Kind => (string?)_scaling["rope_type"] ?? (string?)_scaling["type"] ?? "default";

    private double Original => Get("original_max_position_embeddings");

    private double Frequency(int i)
    {
        double plain = 1 / Math.Pow(Theta, 2.0 * i / _dimension);
        return Kind switch
        {
            "linear" => plain / Get("factor"),
            "llama3" => Llama3(plain),
            "yarn" => Yarn(i, plain),
            "longrope" => plain / (double)_scaling["short_factor"]![i]!,
            _ => plain,
        };
    }

    private double Llama3(double plain)
    {
        (double low, double high) = (Get("low_freq_factor"), Get("high_freq_factor"));
        double wavelength = 2 * Math.PI / plain;
        if (wavelength < Original / high)
        {
            return plain;
        }

        if (wavelength > Original / low)
        {
            return plain / Get("factor");
        }

        double smooth = ((Original / wavelength) - low) / (high - low);
        return ((1 - smooth) * plain / Get("factor")) + (smooth * plain);
    }

    private double Yarn(int i, double plain)
    {
        double low = Math.Max(0, Math.Floor(Correction((double?)_scaling["beta_fast"] ?? 32)));
        double high = Math.Min(_dimension - 1, Math.Ceiling(Correction((double?)_scaling["beta_slow"] ?? 1)));
        double ramp = Math.Max(0, Math.Min(1, (i - low) / Math.Max(high - low, 0.001)));
        return (plain / Get("factor") * ramp) + (plain * (1 - ramp));

        double Correction(double rotations) => _dimension * Math.Log(Original / (rotations * 2 * Math.PI)) / (2 * Math.Log(Theta));
    }

    private double YarnScale()
    {
        if ((double?)_scaling["mscale"] is double mscale && (double?)_scaling["mscale_all_dim"] is double all)
        {
            return Get(mscale) / Get(all);
        }

        return Get(1.0);

        double Get(double weight) => (0.1 * weight * Math.Log((double)_scaling["factor"]!)) + 1;
    }

    private double Get(string name) => (double)(_scaling[name] ?? _config[name])!;
}
