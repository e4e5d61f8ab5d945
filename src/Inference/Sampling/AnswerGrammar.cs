using ExpertCluster.Contracts.Completions;
using ExpertCluster.Grammars;
using ExpertCluster.Grammars.Matching;
using ExpertCluster.Grammars.Vocabularies;
using ExpertCluster.Inference.Errors;

namespace ExpertCluster.Inference.Sampling;

/// <summary>Holds one answer to its grammar: before each draw it leaves the tokens that may follow, and the end tokens where the text may end. One thread at a time.</summary>
internal sealed class AnswerGrammar
{
    /// <summary>As requests call it.</summary>
    private const string Field = StructuredOutput.OwnField;

    private readonly GrammarMatcher _matcher;
    private readonly ulong[] _ends;
    private readonly ulong[] _allowed;

    /// <param name="grammar">Of the base's vocabulary.</param>
    /// <param name="endTokens">They end the text; none of them is ever part of it.</param>
    /// <param name="vocabulary">Logits of a row.</param>
    public AnswerGrammar(CompiledGrammar grammar, IReadOnlySet<int> endTokens, int vocabulary)
    {
        _matcher = grammar.Start();
        _ends = new ulong[(vocabulary + 63) / 64];
        _allowed = new ulong[_ends.Length];
        foreach (int token in endTokens.Where(token => (uint)token < (uint)vocabulary))
        {
            _ends[token >> 6] |= 1UL << (token & 63);
        }
    }

    /// <summary>Whether the text is whole and nothing can follow: no end token is waited for.</summary>
    /// <exception cref="InvalidGenerationException">To find out costs too much.</exception>
    public bool HasEnded => _matcher.IsWhole && Next().Count == 0;

    /// <summary>Leaves what may come next.</summary>
    /// <exception cref="InvalidGenerationException">There is nothing, or to find out costs too much.</exception>
    public void Load(CandidateSet candidates, ReadOnlySpan<float> logits)
    {
        var words = Next().Words;
        for (int i = 0; i < _allowed.Length; i++)
        {
            _allowed[i] = (words[i] & ~_ends[i]) | (_matcher.IsWhole ? _ends[i] : 0);
        }

        candidates.Load(logits, _allowed);
        if (candidates.Count == 0)
        {
            throw new InvalidGenerationException([_matcher.HasLeftOut
                ? FormattableString.Invariant($"{Field} may be read in more than {GrammarLimits.MaxThreads} ways at once, or goes deeper than {GrammarLimits.MaxStack} rules")
                : $"{Field} leaves no token of this base's vocabulary that leads on"]);
        }
    }

    /// <summary>Takes a token that was drawn, or was given before.</summary>
    /// <returns>False: it is not allowed here.</returns>
    public bool Append(int token) => _matcher.Append(token);

    private TokenMask Next()
    {
        try
        {
            return _matcher.Next;
        }
        catch (GrammarException error)
        {
            throw new InvalidGenerationException([$"{Field} {error.Message}"]);
        }
    }
}
