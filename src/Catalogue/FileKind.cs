using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ExpertCluster.Catalogue;

/// <summary>Tells regular files from what only looks like one: opening a FIFO waits for ever, a device never ends.</summary>
public static class FileKind
{
    // statx(2); the layout of its buffer is the same on every processor.
    private const int CurrentDirectory = -100;
    private const uint TypeOnly = 1;
    private const int BufferBytes = 256;
    private const int ModeAt = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>Whether a path leads, links followed, to a regular file.</summary>
    public static bool IsRegular(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.Exists(path) && !File.GetAttributes(path).HasFlag(FileAttributes.Device);
        }

        byte[] buffer = new byte[BufferBytes];
        return Stat(CurrentDirectory, path, 0, TypeOnly, buffer) == 0
            && (BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(ModeAt)) & TypeMask) == Regular;
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Stat(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] buffer);
}
