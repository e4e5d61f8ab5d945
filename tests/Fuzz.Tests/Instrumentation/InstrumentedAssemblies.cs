using SharpFuzz;

namespace ExpertCluster.Fuzz.Instrumentation;

/// <summary>
/// Rewrites the product's assemblies beside this program, so that each branch counts itself in a map. They are copies that the build made;
/// where it copies them anew, they are rewritten anew.
/// </summary>
internal static class InstrumentedAssemblies
{
    private static readonly string[] Others = ["YamlDotNet.dll"];

    public static void Prepare()
    {
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory, "ExpertCluster.*.dll").Where(IsProduct).Order(StringComparer.Ordinal))
        {
            Rewrite(file);
        }

        foreach (string file in Others)
        {
            Rewrite(Path.Combine(AppContext.BaseDirectory, file));
        }
    }

    private static bool IsProduct(string file) => Path.GetFileNameWithoutExtension(file) is var name
        && !name.EndsWith(".Tests", StringComparison.Ordinal) && !name.EndsWith(".TestSupport", StringComparison.Ordinal) && name != "TestSupport";

    /// <summary>By a rename: another run may be reading it.</summary>
    private static void Rewrite(string file)
    {
        if (BranchNumbers.IsInstrumented(file))
        {
            return;
        }

        string draft = $"{file}.{Guid.NewGuid():N}";
        try
        {
            File.Copy(file, draft);
            Fuzzer.Instrument(draft, IsFuzzed, Options.Value);
            BranchNumbers.Renumber(draft, Path.GetFileName(file));
            File.Move(draft, file, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>What generators wrote runs in no target; and an error's length, letter by letter, makes no input interesting.</summary>
    private static bool IsFuzzed(string type) => !type.StartsWith("OrleansCodeGen", StringComparison.Ordinal) && !type.EndsWith(".ErrorText", StringComparison.Ordinal);
}
