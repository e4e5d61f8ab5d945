using System.Runtime.InteropServices;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Store;

/// <summary>A second name for a file's content; a copy where there can be none.</summary>
internal static class HardLink
{
    private const int BufferBytes = 1 << 20;

    private const UnixFileMode ForAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Links where source and target lie on one file system that can do it, and copies bytes otherwise.</summary>
    public static void OrCopy(string source, string target)
    {
        if (OperatingSystem.IsWindows() || Link(source, target) != 0)
        {
            Copy(source, target);
        }
    }

    /// <summary>A copy that whoever serves it may read, whatever its source's owner thought of others.</summary>
    public static void Copy(string source, string target)
    {
        using (var from = RegularFile.Open(source, bufferBytes: 0))
        using (var to = new FileStream(target, FileMode.CreateNew, FileAccess.Write))
        {
            from.CopyTo(to, BufferBytes);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(target, ForAll);
        }
    }

    [DllImport("libc", EntryPoint = "link")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
