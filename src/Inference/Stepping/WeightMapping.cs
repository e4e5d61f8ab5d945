using System.IO.MemoryMappedFiles;
using ExpertCluster.Inference.Native;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ExpertCluster.Inference.Stepping;

/// <summary>A base's weights' file, mapped: its pages are the system's own copy of the file, one for all processes.</summary>
internal sealed unsafe class WeightMapping : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly long _bytes;

    /// <exception cref="IOException">The file cannot be read, or is not as long as it was.</exception>
    public WeightMapping(GraphWeightMap weights)
    {
        _bytes = weights.Bytes;
        var stream = new FileStream(weights.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        try
        {
            if (stream.Length != _bytes)
            {
                throw new IOException($"{Path.GetFileName(weights.Path)} has {stream.Length} bytes now; {_bytes} were imported.");
            }

            _file = MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        try
        {
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        }
        catch
        {
            _file.Dispose();
            throw;
        }

        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>A tensor over the mapped bytes, which it must not outlive.</summary>
    public OrtValue Value(StoredTensor tensor) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, ElementType(tensor.Type), [.. tensor.Shape], (nint)(_start + tensor.Offset), tensor.Length);

    /// <summary>
    /// Takes the pages that have been read out of this process; one that is read again comes back from the system's copy.
    /// </summary>
    public void Settle() => SystemMemory.Drop(_start, _bytes);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private static TensorElementType ElementType(OnnxType type) => type switch
    {
        OnnxType.Float32 => TensorElementType.Float,
        OnnxType.UInt8 => TensorElementType.UInt8,
        OnnxType.Int32 => TensorElementType.Int32,
        OnnxType.Int64 => TensorElementType.Int64,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
