using System.Collections.Frozen;
using System.Globalization;

namespace ExpertCluster.Text.Tokenization.Normalizing;

/// <summary>
/// Unicode's canonical decompositions, compositions and combining classes, from canonical.txt. The framework's
/// own normalization does nothing under InvariantGlobalization, which the images need for want of ICU.
/// </summary>
internal sealed class CanonicalData
{
    private static readonly Lazy<CanonicalData> Lazily = new(() => new CanonicalData());

    private readonly Dictionary<int, int[]> _decompositions = [];
    private readonly Dictionary<(int, int), int> _compositions = [];
    private readonly Dictionary<int, byte> _classes = [];
    private readonly FrozenSet<int> _unsettled;

    private CanonicalData()
    {
        using var stream = typeof(CanonicalData).Assembly.GetManifestResourceStream("canonical.txt")
            ?? throw new InvalidOperationException("The resource canonical.txt is missing from the assembly.");
        using var reader = new StreamReader(stream);
        HashSet<int> unsettled = [.. Enumerable.Range(Hangul.VowelBase, Hangul.Vowels), .. Enumerable.Range(Hangul.TailBase, Hangul.Tails)];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            string[] fields = line.Split(' ');
            int[] points = fields[1..].Select(f => int.TryParse(f, NumberStyles.HexNumber, null, out int point) ? point : -1).ToArray();
            switch (fields[0])
            {
                case "class":
                    for (int point = points[0]; point <= points[1]; point++)
                    {
                        _classes[point] = byte.Parse(fields[3], CultureInfo.InvariantCulture);
                        unsettled.Add(point);
                    }

                    break;
                case "pair":
                    _decompositions[points[0]] = points[1..];
                    _compositions[(points[1], points[2])] = points[0];
                    unsettled.Add(points[2]);
                    break;
                default:
                    _decompositions[points[0]] = points[1..];
                    unsettled.Add(points[0]);
                    break;
            }
        }

        _unsettled = unsettled.ToFrozenSet();
    }

    public static CanonicalData Instance => Lazily.Value;

    /// <summary>Whether a text that holds this character may differ from its composed form.</summary>
    public bool IsUnsettled(int point) => point >= 0x300 && _unsettled.Contains(point);

    /// <summary>What a character decomposes into at one step; null where it does not.</summary>
    public int[]? Decompose(int point) => point < 0xC0 ? null : _decompositions.GetValueOrDefault(point);

    /// <summary>The character that two make together; -1 where they make none.</summary>
    public int Compose(int first, int second) => _compositions.GetValueOrDefault((first, second), -1);

    /// <summary>The canonical combining class; 0 is a starter.</summary>
    public byte ClassOf(int point) => point < 0x300 ? (byte)0 : _classes.GetValueOrDefault(point);
}
