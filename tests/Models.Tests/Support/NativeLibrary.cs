using System.Diagnostics;
using ExpertCluster.Models.Tests.Npm;

namespace ExpertCluster.Models.Tests.Support;

/// <summary>Sees to it that the native ONNX Runtime is in the cache: the repository's own script fetches it once.</summary>
internal static class NativeLibrary
{
    private static readonly Lazy<bool> Ready = new(Fetch);

    public static void Require() => Assert.True(Ready.Value);

    private static bool Fetch()
    {
        string script = Path.Combine(NpmReference.RepositoryRoot, "build", "native", "fetch.sh");
        using Process process = Process.Start(new ProcessStartInfo("bash", [script]) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
