using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ExpertCluster.Models.Import;

namespace ExpertCluster.Inference.Stepping.Weights;

/// <summary>
/// A base's float16 matrices as float32, which is all that the CPU's kernels multiply. They are read while a session opens and
/// packs them, and not again; so they lie in a temporary file, whose pages the system may take, and not in memory of this
/// process. The file has no name by then: it goes with the process, however that ends.
/// </summary>
internal sealed class WidenedWeights : IDisposable
{
    /// <summary>Of the file's name, while it has one; the maps of the process show it.</summary>
    public const string Prefix = "expertcluster-weights-";

    private const int Alignment = 4096;

    private readonly Dictionary<long, long> _places = [];
    private readonly MappedFile _file;

    /// <param name="source">The weights' file.</param>
    /// <param name="tensors">Those to widen; some may lie at the same place.</param>
    /// <exception cref="IOException">The temporary file cannot be written.</exception>
    public WidenedWeights(MappedFile source, IEnumerable<StoredTensor> tensors)
    {
        string folder = Path.GetTempPath();
        try
        {
            _file = new MappedFile(Widen(folder, source, [.. tensors.DistinctBy(t => t.Offset)]));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the float16 weights can't be widened into {folder} (TMPDIR): {error.Message}", error);
        }
    }

    /// <summary>Where a tensor's float32 values are. Not to be used after Dispose.</summary>
    public nint At(StoredTensor tensor) => _file.At(_places[tensor.Offset]);

    public void Settle() => _file.Settle();

    public void Dispose() => _file.Dispose();

    private FileStream Widen(string folder, MappedFile source, StoredTensor[] tensors)
    {
        string path = Path.Combine(folder, $"{Prefix}{Path.GetRandomFileName()}");
        var stream = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, bufferSize: 1);
        try
        {
            File.Delete(path);
            foreach (var tensor in tensors)
            {
                stream.Position = (stream.Length + Alignment - 1) / Alignment * Alignment;
                _places.Add(tensor.Offset, stream.Position);
                Write(source, tensor, stream);
            }

            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static void Write(MappedFile source, StoredTensor tensor, FileStream stream)
    {
        float[] part = new float[1 << 18];
        long count = tensor.Length / 2;
        for (long done = 0; done < count; done += part.Length)
        {
            int now = (int)Math.Min(part.Length, count - done);
            TensorPrimitives.ConvertToSingle(source.Slice<Half>(tensor.Offset + (2 * done), now), part);
            stream.Write(MemoryMarshal.AsBytes(part.AsSpan(0, now)));
        }
    }
}
