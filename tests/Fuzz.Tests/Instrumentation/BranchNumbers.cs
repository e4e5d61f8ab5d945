using dnlib.DotNet;
using dnlib.DotNet.Emit;
using SharpFuzz.Common;

namespace ExpertCluster.Fuzz.Instrumentation;

/// <summary>
/// SharpFuzz numbers branches by chance. Numbered in the order of the assembly, two builds of one source count alike, and a seed finds the
/// same inputs again.
/// </summary>
internal static class BranchNumbers
{
    /// <summary>Odd, so that all numbers come before one comes twice; far from small, so that neighbours don't collide once combined.</summary>
    private const uint Step = 40503;

    public static bool IsInstrumented(string file)
    {
        using var module = ModuleDefMD.Load(File.ReadAllBytes(file));
        return module.GetAssemblyRefs().Any(reference => reference.Name == typeof(Trace).Assembly.GetName().Name);
    }

    /// <param name="file">An instrumented assembly.</param>
    /// <param name="name">Where its numbers begin follows from it.</param>
    public static void Renumber(string file, string name)
    {
        using var module = ModuleDefMD.Load(File.ReadAllBytes(file));
        uint next = name.Aggregate(17u, (hash, c) => (hash * 31) + c);
        foreach (var body in module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody).Select(method => method.Body))
        {
            Renumber(body.Instructions, ref next);
        }

        module.Write(file);
    }

    /// <summary>Of the thirteen instructions at a branch (count the number xor the last one's half; keep the half) the second and the twelfth.</summary>
    private static void Renumber(IList<Instruction> code, ref uint next)
    {
        for (int i = 0; i + 12 < code.Count; i++)
        {
            if (!IsField(code[i], nameof(Trace.SharedMem)) || !IsField(code[i + 12], nameof(Trace.PrevLocation)))
            {
                continue;
            }

            int number = (int)((next++ * Step) & (Engine.CoverageMap.Size - 1));
            (code[i + 1].OpCode, code[i + 1].Operand) = (OpCodes.Ldc_I4, number);
            (code[i + 11].OpCode, code[i + 11].Operand) = (OpCodes.Ldc_I4, number >> 1);
        }
    }

    private static bool IsField(Instruction instruction, string name) =>
        instruction.Operand is IField field && field.Name == name && field.DeclaringType.FullName == typeof(Trace).FullName;
}
