using ExpertCluster.Files;
using Microsoft.Win32.SafeHandles;

namespace ExpertCluster.Models.Checkpoints;

/// <summary>
/// A folder whose content is not trusted: files are named by plain names only, and a link must not lead outside of
/// <see cref="FolderRoot"/>.
/// </summary>
internal sealed class CheckpointFolder
{
    private readonly string _root;

    public CheckpointFolder(string directory)
    {
        Name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(directory)));
        if (!Directory.Exists(directory))
        {
            throw new CheckpointException(Name, null, "no such folder");
        }

        Path = RealPath.Of(directory) ?? throw new CheckpointException(Name, null, "is a link that leads nowhere");
        _root = FolderRoot.Of(Path);
    }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    public string Name { get; }

    public bool Has(string name) => IsPlain(name) && System.IO.Path.Exists(System.IO.Path.Combine(Path, name));

    public byte[] ReadAllBytes(string name, long limit)
    {
        using var handle = Open(name);
        long length = RandomAccess.GetLength(handle);
        if (length > limit)
        {
            throw new CheckpointException(name, null, $"has {length} bytes, the limit is {limit}");
        }

        byte[] bytes = new byte[length];
        ReadExactly(handle, name, bytes, 0);
        RefusePointer(name, bytes);
        return bytes;
    }

    public SafeFileHandle Open(string name) => Open(name, RegularFile.OpenHandle);

    public long LengthOf(string name)
    {
        using var handle = Open(name);
        return RandomAccess.GetLength(handle);
    }

    /// <summary>Its content under its name in another folder.</summary>
    public void CopyTo(string directory, string name)
    {
        using var from = Open(name, path => RegularFile.Open(path));
        using var to = new FileStream(System.IO.Path.Combine(directory, name), FileMode.CreateNew, FileAccess.Write);
        from.CopyTo(to);
    }

    /// <summary>The absolute path of a file of this folder, links followed.</summary>
    public string Resolve(string name)
    {
        if (!IsPlain(name))
        {
            throw new CheckpointException(Name, name, "must be a plain file name inside the folder");
        }

        string path = System.IO.Path.Combine(Path, name);
        bool isLink = new FileInfo(path).LinkTarget is not null;
        if (!isLink && !System.IO.Path.Exists(path))
        {
            throw new CheckpointException(name, null, "is missing");
        }

        string real = RealPath.Of(path) ?? throw new CheckpointException(name, null, "is a link that leads nowhere");
        if (!RealPath.IsBelow(real, _root))
        {
            throw new CheckpointException(name, null, "is a link that leaves its folder; copy the files into one folder");
        }

        return real;
    }

    /// <param name="name">Of the file.</param>
    /// <param name="start">Its first bytes.</param>
    /// <exception cref="CheckpointException">Git LFS keeps the file's content elsewhere.</exception>
    public static void RefusePointer(string name, ReadOnlySpan<byte> start)
    {
        if (LfsPointer.Is(start))
        {
            throw new CheckpointException(name, null, LfsPointer.Problem);
        }
    }

    /// <summary>Reads the whole of <paramref name="target"/>, or throws where the file became shorter meanwhile.</summary>
    public static void ReadExactly(SafeFileHandle handle, string name, Span<byte> target, long offset)
    {
        while (!target.IsEmpty)
        {
            int read = RandomAccess.Read(handle, target, offset);
            if (read == 0)
            {
                throw new CheckpointException(name, null, "ended before its last tensor");
            }

            target = target[read..];
            offset += read;
        }
    }

    private T Open<T>(string name, Func<string, T> open)
    {
        string path = Resolve(name);
        try
        {
            return open(path);
        }
        catch (FileRefusedException e)
        {
            throw new CheckpointException(name, null, e.Problem, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(name, null, "cannot be opened", e);
        }
    }

    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= 255 && name is not ("." or "..") && name.AsSpan().IndexOfAny("/\\\0:") < 0;
}
