using System.Collections.Frozen;
using System.Globalization;

namespace ExpertCluster.Text.Tokenization.Normalizing;

/// <summary>Unicode's compatibility decompositions, from compatibility.txt: those that are other texts than the canonical ones, each to its end.</summary>
internal sealed class CompatibilityData
{
    private static readonly Lazy<CompatibilityData> Lazily = new(() => new CompatibilityData());

    private readonly FrozenDictionary<int, int[]> _decompositions;

    private CompatibilityData()
    {
        using var stream = typeof(CompatibilityData).Assembly.GetManifestResourceStream("compatibility.txt")
            ?? throw new InvalidOperationException("The resource compatibility.txt is missing from the assembly.");
        using var reader = new StreamReader(stream);
        Dictionary<int, int[]> decompositions = [];
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                int[] points = [.. line.Split(' ').Select(point => int.Parse(point, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
                decompositions[points[0]] = points[1..];
            }
        }

        _decompositions = decompositions.ToFrozenDictionary();
    }

    /// <summary>Read when the first tokenizer asks that needs it.</summary>
    public static CompatibilityData Instance => Lazily.Value;

    /// <summary>Null where the canonical decomposition holds.</summary>
    public int[]? Decompose(int point) => point < 0xA0 ? null : _decompositions.GetValueOrDefault(point);
}
