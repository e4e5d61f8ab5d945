using System.Globalization;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Fuzz.Instrumentation;
using ExpertCluster.Fuzz.Targets;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Fuzz.Running;

/// <summary>
/// The process that fuzzes one target: <c>fuzz TARGET OUTPUT SEED EXECUTIONS SECONDS</c>, or <c>fuzz TARGET OUTPUT FILE</c>, which tries one file. 0 executions: as many as the target says.
/// What it finds it leaves in OUTPUT; the input that it may die of too.
/// </summary>
internal static class FuzzCommand
{
    public const int Found = 1;

    /// <summary>As the threads that read prompts have.</summary>
    private const int StackBytes = 3 << 19;

    /// <summary>No input takes so long, on however busy a machine.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public static int Run(string[] args)
    {
        InstrumentedAssemblies.Prepare();
        var (name, output) = (args[0], Directory.CreateDirectory(args[1]).FullName);
        int exit = 0;
        var thread = new Thread(() => exit = args.Length == 3 ? TryFile(name, output, args[2]) : Fuzz(name, output, [.. args.Skip(2).Select(Number)]), StackBytes);
        thread.Start();
        thread.Join();
        return exit;
    }

    private static int Fuzz(string name, string output, long[] numbers)
    {
        using var folder = new TemporaryFolder();
        var map = new CoverageMap();
        var target = FuzzTargets.Make(name, Directory.CreateDirectory(folder["files"]).FullName);
        var judge = new Judge(target, folder.Path);
        using var record = new InputRecord(Path.Combine(output, FuzzOutput.Last), 2 * target.LongestInput);
        var run = new FuzzRun(target, judge, map, record, (int)numbers[0]);
        using var watch = new Timer(Watch, (run, new long[2]), Look, Look);
        run.Run(FuzzOutput.Corpus(name), numbers[1] > 0 ? numbers[1] : target.Executions, numbers[2] > 0 ? TimeSpan.FromSeconds(numbers[2]) : TimeSpan.MaxValue);
        foreach (var (finding, input) in run.Findings)
        {
            FuzzOutput.Write(output, finding, input);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {run.Executions} inputs, {run.Taken} taken, {run.Kept} kept, {run.Edges} edges; most {judge.MostAllocated >> 10} KiB, longest {judge.Longest.TotalMilliseconds:0} ms; {run.Findings.Count} found"));
        return run.Findings.Count > 0 ? Found : 0;
    }

    private static int TryFile(string name, string output, string file)
    {
        using var folder = new TemporaryFolder();
        _ = new CoverageMap();
        var target = FuzzTargets.Make(name, Directory.CreateDirectory(folder["files"]).FullName);
        var (outcome, finding) = new Judge(target, folder.Path).Run(File.ReadAllBytes(file));
        Console.WriteLine($"{outcome.Kind}: {outcome.Message}");
        if (finding is not null)
        {
            Console.WriteLine($"{finding.Key}\n{finding.Details}");
        }

        return finding is null ? 0 : Found;
    }

    /// <summary>Ends the process where one input takes for ever: its record is left.</summary>
    private static void Watch(object? state)
    {
        var (run, seen) = ((FuzzRun, long[]))state!;
        long now = run.Progress;
        seen[1] = now == seen[0] ? seen[1] + 1 : 0;
        seen[0] = now;
        if (seen[1] * Look > Hang)
        {
            Console.WriteLine($"an input takes more than {Hang.TotalSeconds} s");
            Environment.Exit(Found);
        }
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
