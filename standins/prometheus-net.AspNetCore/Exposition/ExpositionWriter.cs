using System.Buffers;
using System.Globalization;

namespace Prometheus;

/// <summary>Writes families and samples into one rented buffer, which is sent whenever it is well filled.</summary>
internal sealed class ExpositionWriter(Stream to, ExpositionFormat format) : IDisposable
{
    /// <summary>Bytes after which the buffer is sent: few writes, and a buffer below the large object heap.</summary>
    private const int SendAt = 32 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(SendAt + 8192);
    private int _length;

    public ExpositionFormat Format => format;

    public void Family(Collector collector)
    {
        ReadOnlySpan<byte> name = collector.NameBytes;
        var type = collector.Type switch
        {
            MetricType.Counter => "counter"u8,
            MetricType.Gauge => "gauge"u8,
            MetricType.Histogram => "histogram"u8,
            _ => throw new InvalidOperationException($"Metric type {collector.Type} has no name."),
        };
        if (format == ExpositionFormat.OpenMetricsText && collector.Type == MetricType.Counter)
        {
            // An OpenMetrics counter's family lacks the suffix that its sample has; without the suffix it is no counter.
            if (name.EndsWith("_total"u8))
            {
                name = name[..^"_total"u8.Length];
            }
            else
            {
                type = "unknown"u8;
            }
        }

        Append("# HELP "u8);
        Append(name);
        Append(" "u8);
        Append(LabelText.EncodeHelp(collector.Help, escapeQuotes: format == ExpositionFormat.OpenMetricsText));
        Append("\n# TYPE "u8);
        Append(name);
        Append(" "u8);
        Append(type);
        Append("\n"u8);
    }

    public void Sample(ReadOnlySpan<byte> name, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> labels, double value)
    {
        Append(name);
        Append(suffix);
        if (labels.Length > 0)
        {
            Append("{"u8);
            Append(labels);
            Append("}"u8);
        }

        Value(value);
    }

    /// <summary>A histogram's count: an integer in both formats.</summary>
    public void Count(ReadOnlySpan<byte> name, ReadOnlySpan<byte> labels, long value)
    {
        Append(name);
        Append("_count"u8);
        if (labels.Length > 0)
        {
            Append("{"u8);
            Append(labels);
            Append("}"u8);
        }

        Integer(value);
    }

    public void Bucket(ReadOnlySpan<byte> name, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> bound, long value)
    {
        Append(name);
        Append("_bucket{"u8);
        if (labels.Length > 0)
        {
            Append(labels);
            Append(","u8);
        }

        Append("le=\""u8);
        Append(bound);
        Append("\"}"u8);
        Integer(value);
    }

    public void End()
    {
        if (format == ExpositionFormat.OpenMetricsText)
        {
            Append("# EOF\n"u8);
        }
    }

    public ValueTask SendIfFullAsync(CancellationToken cancel) => _length < SendAt ? ValueTask.CompletedTask : SendAsync(cancel);

    public async ValueTask SendAsync(CancellationToken cancel)
    {
        await to.WriteAsync(_buffer.AsMemory(0, _length), cancel);
        _length = 0;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Value(double value)
    {
        Append(" "u8);
        if (double.IsFinite(value))
        {
            // The shortest text that reads back as the same double; at most 24 characters.
            Reserve(32);
            value.TryFormat(_buffer.AsSpan(_length), out var written, "g", CultureInfo.InvariantCulture);
            var digits = _buffer.AsSpan(_length, written);
            _length += written;

            // OpenMetrics wants a float to look like one: 1.0.
            if (format == ExpositionFormat.OpenMetricsText && digits.IndexOfAny((byte)'.', (byte)'e') < 0)
            {
                Append(".0"u8);
            }
        }
        else
        {
            Append(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8);
        }

        Append("\n"u8);
    }

    private void Integer(long value)
    {
        Append(" "u8);
        Reserve(20);
        value.TryFormat(_buffer.AsSpan(_length), out var written, provider: CultureInfo.InvariantCulture);
        _length += written;
        Append("\n"u8);
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        Reserve(text.Length);
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _length >= bytes)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + bytes));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
