using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ExpertCluster.Bench;

/// <summary>The conditions that a figure is worthless without.</summary>
internal static class Machine
{
    private const string LoadFile = "/proc/loadavg";

    /// <summary>One line: processor, cores, vector width, runtime, and how busy the machine was.</summary>
    public static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor()}, {Environment.ProcessorCount} cores, {VectorBits()}-bit vectors, {RuntimeInformation.FrameworkDescription}, "
        + $"load average {Load()} (a quiet machine: below 1 before the run)");

    private static int VectorBits() => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    private static string Processor() =>
        Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string Load() => File.Exists(LoadFile) ? File.ReadAllText(LoadFile).Split(' ')[0] : "unknown";

    private static string? Field(string file, string name) =>
        File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : null;
}
