using System.Globalization;
using System.Text;

namespace Prometheus;

/// <summary>The upper bounds of a histogram's buckets, +Inf included, and their <c>le</c> labels in UTF-8.</summary>
internal sealed class BucketBounds
{
    private readonly double[] _bounds;
    private readonly byte[][] _text;
    private readonly byte[][] _openMetrics;

    /// <exception cref="ArgumentException">No bounds, or not strictly ascending.</exception>
    public BucketBounds(string metric, double[] bounds)
    {
        if (bounds.Length == 0)
        {
            throw new ArgumentException($"Histogram '{metric}' has no buckets.");
        }

        for (var i = 0; i < bounds.Length; i++)
        {
            if (double.IsNaN(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1]))
            {
                throw new ArgumentException(
                    $"Histogram '{metric}': bucket {i} ({bounds[i].ToString(CultureInfo.InvariantCulture)}) is not above the one before.");
            }
        }

        _bounds = double.IsPositiveInfinity(bounds[^1]) ? [.. bounds] : [.. bounds, double.PositiveInfinity];
        _text = Array.ConvertAll(_bounds, bound => Encode(bound, canonical: false));
        _openMetrics = Array.ConvertAll(_bounds, bound => Encode(bound, canonical: true));
    }

    public int Count => _bounds.Length;

    /// <summary>Index of the first bucket whose bound is at or above <paramref name="value"/>.</summary>
    public int IndexOf(double value)
    {
        var index = Array.BinarySearch(_bounds, value);
        return index >= 0 ? index : ~index;
    }

    public ReadOnlySpan<byte> Label(int index, ExpositionFormat format) =>
        format == ExpositionFormat.OpenMetricsText ? _openMetrics[index] : _text[index];

    /// <summary>OpenMetrics wants floats that look like floats: <c>1.0</c>.</summary>
    private static byte[] Encode(double bound, bool canonical)
    {
        if (double.IsPositiveInfinity(bound))
        {
            return "+Inf"u8.ToArray();
        }

        var text = bound.ToString("g", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(canonical && text.AsSpan().IndexOfAny('.', 'e') < 0 ? text + ".0" : text);
    }
}
