using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using ExpertCluster.Node.Logs;

namespace ExpertCluster.Node.Exit;

/// <summary>
/// The end of this process, whatever its threads do. The usual end takes native libraries apart while a thread may be loading a model in one of
/// them, and then dies of SIGSEGV: the exit code is lost, and whoever reads it takes an orderly stop for a crash.
/// </summary>
internal static class ProcessEnd
{
    /// <param name="code">One of <see cref="NodeExitCodes"/>.</param>
    [DoesNotReturn]
    public static void AtOnce(int code)
    {
        PatientConsole.Flush();
        if (OperatingSystem.IsLinux())
        {
            End(code);
        }

        Environment.Exit(code);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void End(int code);
}
