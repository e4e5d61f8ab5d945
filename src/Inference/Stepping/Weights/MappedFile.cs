using System.IO.MemoryMappedFiles;
using ExpertCluster.Inference.Native;

namespace ExpertCluster.Inference.Stepping.Weights;

/// <summary>A file's bytes as memory, to be read: its pages are the system's own copy of the file, one for all processes.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    /// <summary>Maps a whole file, which stays open as long; closes it on failure, too.</summary>
    /// <exception cref="IOException">The file cannot be mapped.</exception>
    public MappedFile(FileStream stream)
    {
        Bytes = stream.Length;
        try
        {
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

    public long Bytes { get; }

    private byte* Start => _start != null ? _start : throw new ObjectDisposedException(nameof(MappedFile));

    /// <summary>The address of a byte. Not to be used after Dispose.</summary>
    public nint At(long offset) => (nint)(Start + offset);

    /// <summary>Some elements from a byte on. Not to be used after Dispose.</summary>
    public ReadOnlySpan<T> Slice<T>(long offset, int count)
        where T : unmanaged => new(Start + offset, count);

    /// <summary>
    /// Takes the pages that have been read out of this process; one that is read again comes back from the system's copy.
    /// </summary>
    public void Settle() => SystemMemory.Drop(Start, Bytes);

    public void Dispose()
    {
        if (_start == null)
        {
            return;
        }

        _start = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
