using ExpertCluster.Files;
using Microsoft.Win32.SafeHandles;

namespace ExpertCluster.Models.Checkpoints;

/// <summary>
/// One open safetensors file. Tensors are read by position, not mapped: a mapped file that someone shortens ends the
/// process (SIGBUS), a short read is an exception.
/// </summary>
internal sealed class SafetensorsFile : IDisposable
{
    // Bytes converted at a time.
    private const int ChunkBytes = 1 << 20;

    private readonly SafeFileHandle _handle;

    private SafetensorsFile(string name, SafeFileHandle handle, Dictionary<string, TensorInfo> tensors)
    {
        Name = name;
        _handle = handle;
        Tensors = tensors;
    }

    public string Name { get; }

    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    public static SafetensorsFile Open(CheckpointFolder folder, string name)
    {
        var handle = folder.Open(name);
        try
        {
            long length = RandomAccess.GetLength(handle);
            byte[] prefix = new byte[Math.Min(LfsPointer.Length, length)];
            CheckpointFolder.ReadExactly(handle, name, prefix, 0);
            CheckpointFolder.RefusePointer(name, prefix);
            byte[] json = new byte[SafetensorsHeader.Length(name, prefix, length)];
            CheckpointFolder.ReadExactly(handle, name, json, 8);
            return new SafetensorsFile(name, handle, SafetensorsHeader.Parse(name, json, length));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Fills <paramref name="target"/> with elements from <paramref name="first"/> on; refuses NaN and infinity.</summary>
    public void Read(TensorInfo tensor, long first, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + target.Length, tensor.Elements, nameof(first));
        int size = tensor.Type.Size();
        byte[] chunk = new byte[Math.Min(ChunkBytes, (long)target.Length * size)];
        long offset = tensor.Offset + (first * size);
        for (int done = 0; done < target.Length;)
        {
            int count = Math.Min(chunk.Length / size, target.Length - done);
            var bytes = chunk.AsSpan(0, count * size);
            CheckpointFolder.ReadExactly(_handle, Name, bytes, offset);
            var part = target.Slice(done, count);
            FloatConversion.ToSingle(bytes, tensor.Type, part);
            foreach (float value in part)
            {
                if (!float.IsFinite(value))
                {
                    throw new CheckpointException(Name, tensor.Name, "holds a value that is not finite");
                }
            }

            done += count;
            offset += bytes.Length;
        }
    }

    public void Dispose() => _handle.Dispose();
}
