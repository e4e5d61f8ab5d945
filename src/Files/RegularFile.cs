using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ExpertCluster.Files;

/// <summary>
/// How this product opens a file whose name comes from an operator, a manifest or a client: only where it is a regular one, links followed.
/// Opening a FIFO waits for ever, a device never ends, and both may be found where a file is expected. The kind is asked for before the file
/// is opened, as opening alone can do something to a device, and again of what was opened, which is what is read; nothing in between waits.
/// </summary>
public static class RegularFile
{
    private const int BufferBytes = 4096;

    /// <summary>Whether a path leads, links followed, to a regular file.</summary>
    public static bool Exists(string path) => ProblemOfName(path) is null && NativeFile.KindOf(path) == FileKind.Regular;

    /// <exception cref="FileRefusedException">It is no regular file, or no path.</exception>
    /// <exception cref="FileNotFoundException">It does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read it.</exception>
    /// <exception cref="IOException">It can't be opened; the message says why.</exception>
    public static SafeFileHandle OpenHandle(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (ProblemOfName(path) is { } problem)
        {
            throw new FileRefusedException(path, problem);
        }

        Require(path, NativeFile.KindOf(path));
        var handle = NativeFile.Open(path);
        try
        {
            Require(path, NativeFile.KindOf(handle));
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <param name="path">Of the file.</param>
    /// <param name="bufferBytes">0 or 1: none.</param>
    /// <inheritdoc cref="OpenHandle"/>
    public static FileStream Open(string path, int bufferBytes = BufferBytes)
    {
        var handle = OpenHandle(path);
        try
        {
            return new FileStream(handle, FileAccess.Read, bufferBytes);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <param name="path">Of the file.</param>
    /// <param name="mostBytes">A file with more is refused, whatever length it tells.</param>
    /// <exception cref="FileRefusedException">It is no regular file, no path, too large, or stands for one that Git LFS keeps elsewhere.</exception>
    /// <inheritdoc cref="OpenHandle"/>
    public static byte[] ReadAllBytes(string path, int mostBytes)
    {
        using var handle = OpenHandle(path);
        long told = RandomAccess.GetLength(handle);
        if (told > mostBytes)
        {
            throw new FileRefusedException(path, $"has {told} bytes; at most {mostBytes} are read");
        }

        // One more than told: a file that grows, or tells nothing, is read to its end all the same.
        byte[] bytes = new byte[told + 1];
        int length = 0;
        for (int read; (read = RandomAccess.Read(handle, bytes.AsSpan(length), length)) > 0;)
        {
            length += read;
            if (length > mostBytes)
            {
                throw new FileRefusedException(path, $"has more than {mostBytes} bytes");
            }

            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Min(2L * bytes.Length, mostBytes + 1L));
            }
        }

        Array.Resize(ref bytes, length);
        return LfsPointer.Is(bytes) ? throw new FileRefusedException(path, LfsPointer.Problem) : bytes;
    }

    /// <summary>UTF-8, or what a byte order mark says.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="mostBytes">A file with more is refused.</param>
    /// <param name="encoding">Null: UTF-8 that replaces what is none.</param>
    /// <inheritdoc cref="OpenHandle"/>
    public static string ReadAllText(string path, int mostBytes, Encoding? encoding = null) =>
        TextOf(ReadAllBytes(path, mostBytes), encoding);

    /// <summary>Of a file's content: UTF-8, or what a byte order mark says.</summary>
    /// <param name="content">All of it.</param>
    /// <param name="encoding">Null: UTF-8 that replaces what is none.</param>
    public static string TextOf(byte[] content, Encoding? encoding = null)
    {
        using var reader = new StreamReader(new MemoryStream(content), encoding ?? Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>One after the other; the file is open as long.</summary>
    /// <inheritdoc cref="OpenHandle"/>
    public static IEnumerable<string> ReadLines(string path)
    {
        using var reader = new StreamReader(Open(path));
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static string? ProblemOfName(string path) =>
        path.Length == 0 ? "is empty" : path.Contains('\0', StringComparison.Ordinal) ? "holds the character NUL" : null;

    private static void Require(string path, FileKind kind)
    {
        if (kind is not (FileKind.Regular or FileKind.None))
        {
            throw new FileRefusedException(path, $"is no regular file but {NameOf(kind)}");
        }
    }

    private static string NameOf(FileKind kind) => kind switch
    {
        FileKind.Folder => "a folder",
        FileKind.Fifo => "a FIFO",
        FileKind.Socket => "a socket",
        FileKind.Device => "a device",
        _ => "something else",
    };
}
