using System.Runtime.InteropServices;

namespace ExpertCluster.TestSupport;

/// <summary>A ConfigMap or Secret as a kubelet mounts it: each file is a link into `..data`, which is a link to a folder, and a change swaps that link.</summary>
public static class MountedVolume
{
    public static void Write(TemporaryFolder folder, params (string File, string Text)[] files)
    {
        string version = $"..{Path.GetRandomFileName()}";
        Directory.CreateDirectory(folder[version]);
        foreach (var (file, text) in files)
        {
            File.WriteAllText(Path.Combine(folder[version], file), text);
        }

        string? before = new FileInfo(folder["..data"]).LinkTarget;
        File.CreateSymbolicLink(folder["..new"], version);
        if (Rename(folder["..new"], folder["..data"]) != 0)
        {
            throw new IOException($"..data in {folder.Path} could not be swapped: error {Marshal.GetLastPInvokeError()}");
        }

        if (before is not null)
        {
            Directory.Delete(folder[before], recursive: true);
        }

        foreach (var (file, _) in files)
        {
            if (!File.Exists(folder[file]))
            {
                File.CreateSymbolicLink(folder[file], Path.Combine("..data", file));
            }
        }
    }

    // File.Move follows the link and refuses folders.
    [DllImport("libc", EntryPoint = "rename", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Rename(string from, string to);
}
