using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace ExpertCluster.Reference.Peers;

/// <summary>Writes GGUF files (version 3) of float32 tensors, as far as llama.cpp needs them for a small model.</summary>
internal sealed class GgufWriter : IDisposable
{
    private const int Alignment = 32;

    private readonly MemoryStream _metadata = new();
    private readonly MemoryStream _infos = new();
    private readonly MemoryStream _data = new();
    private long _entries;
    private long _tensors;

    public void Add(string key, string value) => Entry(key, 8, stream => Text(stream, value));

    public void Add(string key, int value) => Entry(key, 4, stream => Number(stream, value));

    public void Add(string key, double value) => Entry(key, 6, stream => Number(stream, BitConverter.SingleToInt32Bits((float)value)));

    public void Add(string key, bool value) => Entry(key, 7, stream => stream.WriteByte(value ? (byte)1 : (byte)0));

    public void Add(string key, IReadOnlyList<string> values) => Entry(key, 9, stream => Array(stream, 8, values, Text));

    public void Add(string key, IReadOnlyList<int> values) => Entry(key, 9, stream => Array(stream, 5, values, Number));

    /// <param name="name">llama.cpp's name.</param>
    /// <param name="shape">Outer dimension first; the file has them the other way round.</param>
    /// <param name="values">Row-major.</param>
    public void Tensor(string name, int[] shape, float[] values)
    {
        Text(_infos, name);
        Number(_infos, shape.Length);
        foreach (int dimension in shape.Reverse())
        {
            Long(_infos, dimension);
        }

        Number(_infos, 0);
        Long(_infos, _data.Position);
        _data.Write(MemoryMarshal.AsBytes<float>(values));
        Align(_data);
        _tensors++;
    }

    public void Save(string path)
    {
        using var file = File.Create(path);
        file.Write("GGUF"u8);
        Number(file, 3);
        Long(file, _tensors);
        Long(file, _entries);
        _metadata.WriteTo(file);
        _infos.WriteTo(file);
        Align(file);
        _data.WriteTo(file);
    }

    public void Dispose()
    {
        _metadata.Dispose();
        _infos.Dispose();
        _data.Dispose();
    }

    private void Entry(string key, int type, Action<Stream> value)
    {
        Text(_metadata, key);
        Number(_metadata, type);
        value(_metadata);
        _entries++;
    }

    private static void Array<T>(Stream stream, int type, IReadOnlyList<T> values, Action<Stream, T> write)
    {
        Number(stream, type);
        Long(stream, values.Count);
        foreach (var value in values)
        {
            write(stream, value);
        }
    }

    private static void Text(Stream stream, string value)
    {
        Long(stream, Encoding.UTF8.GetByteCount(value));
        stream.Write(Encoding.UTF8.GetBytes(value));
    }

    private static void Number(Stream stream, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    private static void Long(Stream stream, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    private static void Align(Stream stream) => stream.Write(new byte[(Alignment - (stream.Position % Alignment)) % Alignment]);
}
