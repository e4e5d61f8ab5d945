using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ExpertCluster.Files;

/// <summary>The two calls of the system that .NET has no words for: the kind of a file, and an open that never waits.</summary>
internal static class NativeFile
{
    // statx(2); the layout of its buffer is the same on every processor.
    private const int CurrentDirectory = -100;
    private const int OfDescriptor = 0x1000;
    private const uint TypeOnly = 1;
    private const int BufferBytes = 256;
    private const int ModeAt = 28;
    private const int TypeMask = 0xF000;

    // open(2) of x64 and arm64: to read, O_NONBLOCK, O_NOCTTY and O_CLOEXEC.
    private const int ToRead = 0x0800 | 0x0100 | 0x80000;

    private const int NotPermitted = 1;
    private const int NoEntry = 2;
    private const int AccessDenied = 13;
    private const int NotAFolder = 20;

    public static FileKind KindOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.Exists(path) ? File.GetAttributes(path).HasFlag(FileAttributes.Device) ? FileKind.Device : FileKind.Regular
                : Directory.Exists(path) ? FileKind.Folder : FileKind.None;
        }

        byte[] buffer = new byte[BufferBytes];
        return Stat(CurrentDirectory, path, 0, TypeOnly, buffer) == 0 ? KindIn(buffer) : FileKind.None;
    }

    public static FileKind KindOf(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            return FileKind.Regular;
        }

        byte[] buffer = new byte[BufferBytes];
        return Stat(file, "", OfDescriptor, TypeOnly, buffer) == 0 ? KindIn(buffer) : FileKind.Other;
    }

    /// <inheritdoc cref="RegularFile.OpenHandle"/>
    public static SafeFileHandle Open(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        var file = Open(path, ToRead);
        if (!file.IsInvalid)
        {
            return file;
        }

        int error = Marshal.GetLastPInvokeError();
        file.Dispose();
        throw error switch
        {
            NoEntry or NotAFolder => new FileNotFoundException($"{path} does not exist", path),
            AccessDenied or NotPermitted => new UnauthorizedAccessException($"{path} can't be read: permission denied"),
            _ => new IOException($"{path} can't be opened: {Marshal.GetPInvokeErrorMessage(error)}"),
        };
    }

    private static FileKind KindIn(byte[] buffer) => (BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(ModeAt)) & TypeMask) switch
    {
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Folder,
        0x1000 => FileKind.Fifo,
        0xC000 => FileKind.Socket,
        0x2000 or 0x6000 => FileKind.Device,
        _ => FileKind.Other,
    };

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Stat(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] buffer);

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Stat(SafeFileHandle file, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] buffer);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
