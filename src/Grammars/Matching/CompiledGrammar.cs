using ExpertCluster.Grammars.Programs;
using ExpertCluster.Grammars.Syntax;
using ExpertCluster.Grammars.Vocabularies;

namespace ExpertCluster.Grammars.Matching;

/// <summary>A grammar for one vocabulary, with the masks that have been needed so far. Thread-safe: requests share it.</summary>
public sealed class CompiledGrammar
{
    private readonly GrammarProgram _program;
    private readonly MaskTable _masks;
    private readonly Reading _start;

    private CompiledGrammar(GrammarProgram program, TokenVocabulary vocabulary)
    {
        _program = program;
        Vocabulary = vocabulary;
        _masks = new MaskTable(program, vocabulary);
        _start = new ProgramReader(program).Start();
    }

    public TokenVocabulary Vocabulary { get; }

    /// <exception cref="GrammarException">It allows no text, a rule begins with itself, or it costs more than <see cref="GrammarLimits"/> allow.</exception>
    /// <exception cref="OperationCanceledException">By the budget's token.</exception>
    public static CompiledGrammar Compile(Grammar grammar, TokenVocabulary vocabulary, GrammarBudget budget)
    {
        ArgumentNullException.ThrowIfNull(grammar);
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(budget);
        return new CompiledGrammar(ProgramWriter.Write(grammar, budget), vocabulary);
    }

    /// <summary>For one text, from its beginning.</summary>
    public GrammarMatcher Start() => new(_program, _masks, Vocabulary, _start);
}
