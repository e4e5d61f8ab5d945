using System.Diagnostics;
using System.Globalization;
using ExpertCluster.Fuzz.Engine;

namespace ExpertCluster.Fuzz.Running;

/// <summary>Starts the process that fuzzes a target, and says what came of it.</summary>
internal static class FuzzProcess
{
    /// <summary>Bytes of .NET's heap: what an input floods ends that process, not the machine.</summary>
    private const string HeapLimit = "0x60000000";

    private const int ShownOutput = 6000;

    /// <param name="target">Its name.</param>
    /// <param name="executions">Inputs beside the kept ones.</param>
    /// <param name="seconds">At most; 0: as long as it takes.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What it printed, and what was found; null: nothing.</returns>
    public static async Task<(string Output, string? Problem)> RunAsync(string target, long executions, long seconds, CancellationToken cancellation)
    {
        string folder = FuzzOutput.Folder(target);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["exec", typeof(FuzzProcess).Assembly.Location, Program.Verb, target, folder, Text(FuzzOptions.Seed), Text(executions), Text(seconds)])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellation);
            string output = await process.StandardOutput.ReadToEndAsync(cancellation);
            output += await error;
            await process.WaitForExitAsync(cancellation);
            output = output.Length <= ShownOutput ? output : output[..ShownOutput];
            return (output, process.ExitCode == 0 ? null : Problem(folder, process.ExitCode, output));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static string Problem(string folder, int exit, string output)
    {
        string notes = string.Join('\n', FuzzOutput.Notes(folder));
        if (notes.Length > 0)
        {
            return $"{output}\n{notes}";
        }

        string died = Path.Combine(folder, "died");
        File.WriteAllBytes(died, InputRecord.Read(Path.Combine(folder, FuzzOutput.Last)));
        return $"the process ended with {exit} of {died}\n{output}";
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
