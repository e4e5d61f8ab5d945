namespace ExpertCluster.Grammars.Programs;

/// <summary>A grammar as instructions of a machine with a stack, which reads bytes of UTF-8. Immutable.</summary>
internal sealed class GrammarProgram(Instruction[] instructions, int[] entries)
{
    /// <summary>Where a text starts.</summary>
    public int Start => entries[0];

    public ref readonly Instruction this[int at] => ref instructions[at];

    /// <summary>Where a rule starts.</summary>
    public int EntryOf(int rule) => entries[rule];
}
