using ExpertCluster.Files;
using Microsoft.Win32.SafeHandles;

namespace ExpertCluster.Models.Checkpoints;

/// <summary>
/// A folder whose content is not trusted: files are named by plain names only, and a link must not lead outside.
/// </summary>
internal sealed class CheckpointFolder
{
    public CheckpointFolder(string directory)
    {
        Name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(directory)));
        if (!Directory.Exists(directory))
        {
            throw new CheckpointException(Name, null, "no such folder");
        }

        var target = new DirectoryInfo(directory).ResolveLinkTarget(returnFinalTarget: true);
        Path = System.IO.Path.GetFullPath(target?.FullName ?? directory);
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

        FileInfo file = new(System.IO.Path.Combine(Path, name));
        if (file.LinkTarget is null && !System.IO.Path.Exists(file.FullName))
        {
            throw new CheckpointException(name, null, "is missing");
        }

        if (file.LinkTarget is null)
        {
            return file.FullName;
        }

        string? target = file.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        if (target is null || !System.IO.Path.Exists(target))
        {
            throw new CheckpointException(name, null, "is a link that leads nowhere");
        }

        if (System.IO.Path.GetDirectoryName(target) != Path)
        {
            throw new CheckpointException(name, null, "is a link that leaves its folder; copy the files into one folder");
        }

        return target;
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
