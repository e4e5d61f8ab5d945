using System.Security.Cryptography;
using ExpertCluster.Files;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ExpertCluster.Inference.Stepping.Weights;

/// <summary>
/// The weights of a base, once in the process however many sessions are open on it: the mapped file, and what ONNX Runtime
/// packed of it for its kernels. Both live until the last session that uses them is closed.
/// </summary>
internal sealed class SharedWeights : IDisposable
{
    private const int HashedAtOnce = 1 << 20;

    private static readonly Lock Registry = new();
    private static readonly Dictionary<string, SharedWeights> Open = new(StringComparer.Ordinal);

    private readonly string _digest;
    private readonly MappedFile _file;
    private WidenedWeights? _widened;
    private int _users;

    private SharedWeights(GraphWeightMap weights)
    {
        _digest = weights.Digest;
        _file = Map(weights);
        try
        {
            Packed = new PrePackedWeightsContainer();
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Where sessions put, or find, what their kernels pack.</summary>
    public PrePackedWeightsContainer Packed { get; }

    /// <summary>Whether a session is open on the base; for tests.</summary>
    public static bool IsOpen(GraphWeightMap weights)
    {
        lock (Registry)
        {
            return Open.ContainsKey(weights.Digest);
        }
    }

    /// <summary>Opens the base's weights, or joins those who have. Dispose of the result once for each call.</summary>
    /// <exception cref="IOException">The file cannot be read, or has another length than was imported; or there is no room to widen it.</exception>
    /// <exception cref="InvalidDataException">Its content is not what was imported.</exception>
    public static SharedWeights Rent(GraphWeightMap weights)
    {
        lock (Registry)
        {
            if (!Open.TryGetValue(weights.Digest, out var shared))
            {
                Open.Add(weights.Digest, shared = new SharedWeights(weights));
            }

            shared._users++;
            try
            {
                // Only one of a base's graphs has any.
                if (shared._widened is null && weights.Tensors.Any(t => t.IsWidened))
                {
                    shared._widened = new WidenedWeights(shared._file, weights.Tensors.Where(t => t.IsWidened));
                }

                return shared;
            }
            catch
            {
                shared.Dispose();
                throw;
            }
        }
    }

    /// <summary>A tensor over the shared memory, which it must not outlive.</summary>
    public OnnxTensor Value(StoredTensor tensor) => OnnxTensor.At(
        tensor.IsWidened ? _widened!.At(tensor) : _file.At(tensor.Offset),
        tensor.IsWidened ? 2 * tensor.Length : tensor.Length,
        ElementType(tensor.Type),
        [.. tensor.Shape]);

    /// <summary>When a session is open: what it has packed is not read again.</summary>
    public void Settle()
    {
        _file.Settle();
        _widened?.Settle();
    }

    public void Dispose()
    {
        lock (Registry)
        {
            if (--_users > 0)
            {
                return;
            }

            Open.Remove(_digest);
            Packed.Dispose();
            _widened?.Dispose();
            _file.Dispose();
        }
    }

    /// <summary>What is compared is the memory that is computed with: a file that was swapped since somebody else compared it is found.</summary>
    private static MappedFile Map(GraphWeightMap weights)
    {
        var stream = RegularFile.Open(weights.Path, bufferBytes: 1);
        if (stream.Length != weights.Bytes)
        {
            long found = stream.Length;
            stream.Dispose();
            throw new IOException($"{Path.GetFileName(weights.Path)} has {found} bytes now; {weights.Bytes} were imported.");
        }

        var file = new MappedFile(stream);
        if (DigestOf(file) == weights.Digest)
        {
            return file;
        }

        file.Dispose();
        throw new InvalidDataException($"{Path.GetFileName(weights.Path)} is not what was imported: its digest differs.");
    }

    private static string DigestOf(MappedFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long at = 0; at < file.Bytes; at += HashedAtOnce)
        {
            hash.AppendData(file.Slice<byte>(at, (int)Math.Min(HashedAtOnce, file.Bytes - at)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static TensorElementType ElementType(OnnxType type) => type switch
    {
        OnnxType.Float32 => TensorElementType.Float,
        OnnxType.UInt8 => TensorElementType.UInt8,
        OnnxType.Int32 => TensorElementType.Int32,
        OnnxType.Int64 => TensorElementType.Int64,
        OnnxType.Float16 => TensorElementType.Float16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
