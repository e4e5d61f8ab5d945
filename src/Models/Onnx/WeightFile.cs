using System.Runtime.InteropServices;

namespace ExpertCluster.Models.Onnx;

/// <summary>
/// The one file beside the graphs that holds all large tensors, so that no graph nears protobuf's 2 GB and several
/// graphs share the same bytes. Each tensor begins on a page, as a mapped file wants it.
/// </summary>
internal sealed class WeightFile : IDisposable
{
    private const int Alignment = 4096;

    private readonly FileStream _stream;
    private readonly string _name;
    private readonly Dictionary<string, WeightEntry> _entries = new(StringComparer.Ordinal);

    public WeightFile(string path)
    {
        _name = Path.GetFileName(path);
        _stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
    }

    public IReadOnlyDictionary<string, WeightEntry> Entries => _entries;

    public void Add(string name, ReadOnlySpan<float> values, params IEnumerable<long> shape) =>
        Add(name, OnnxType.Float32, shape, MemoryMarshal.AsBytes(values));

    public void Add(string name, ReadOnlySpan<byte> values, params IEnumerable<long> shape) =>
        Add(name, OnnxType.UInt8, shape, values);

    /// <summary>Begins a tensor that comes in pieces; the caller appends exactly what the shape says.</summary>
    public void Begin(string name, OnnxType type, params IReadOnlyList<long> shape)
    {
        Align();
        long size = type switch { OnnxType.UInt8 => 1, OnnxType.Float16 => 2, OnnxType.Int64 => 8, _ => 4 };
        long length = shape.Aggregate(size, (product, dimension) => checked(product * dimension));
        _entries.Add(name, new WeightEntry(name, type, shape, _name, _stream.Position, length));
    }

    public void Append(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

    public void Append(ReadOnlySpan<float> values) => _stream.Write(MemoryMarshal.AsBytes(values));

    public void Append(ReadOnlySpan<Half> values) => _stream.Write(MemoryMarshal.AsBytes(values));

    public void Dispose() => _stream.Dispose();

    private void Add(string name, OnnxType type, IEnumerable<long> shape, ReadOnlySpan<byte> bytes)
    {
        Begin(name, type, [.. shape]);
        if (_entries[name].Length != bytes.Length)
        {
            throw new ArgumentException($"{name} has {bytes.Length} bytes, its shape asks for {_entries[name].Length}.", nameof(shape));
        }

        Append(bytes);
    }

    private void Align()
    {
        int rest = (int)(_stream.Position % Alignment);
        if (rest > 0)
        {
            _stream.Write(new byte[Alignment - rest]);
        }
    }
}
