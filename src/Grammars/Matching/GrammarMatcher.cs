using ExpertCluster.Grammars.Programs;
using ExpertCluster.Grammars.Vocabularies;

namespace ExpertCluster.Grammars.Matching;

/// <summary>Follows one text, token by token. One thread at a time.</summary>
public sealed class GrammarMatcher
{
    private readonly ProgramReader _reader;
    private readonly MaskTable _masks;
    private readonly TokenVocabulary _vocabulary;
    private Reading _reading;
    private TokenMask? _mask;

    internal GrammarMatcher(GrammarProgram program, MaskTable masks, TokenVocabulary vocabulary, Reading start)
    {
        (_reader, _masks, _vocabulary, _reading) = (new ProgramReader(program), masks, vocabulary, start);
    }

    /// <summary>Tokens that may come next; none where the text has to end, and where no token of the vocabulary leads on.</summary>
    public TokenMask Next => _mask ??= _masks.Of(_reading);

    /// <summary>Whether the text may end here.</summary>
    public bool IsWhole => _reading.IsWhole;

    /// <summary>
    /// Whether the grammar has been read in more than <see cref="GrammarLimits.MaxThreads"/> ways at once somewhere, or to more than <see cref="GrammarLimits.MaxStack"/>
    /// rules deep: what lies beyond is allowed nowhere.
    /// </summary>
    public bool HasLeftOut => _masks.HasLeftOut;

    /// <summary>Takes a token; false, and nothing changes, where the grammar does not allow it here.</summary>
    public bool Append(int token)
    {
        var bytes = _vocabulary.BytesOf(token);
        return !bytes.IsEmpty && Append(bytes);
    }

    /// <summary>The same for bytes of UTF-8, which may end within a character.</summary>
    public bool Append(ReadOnlySpan<byte> bytes)
    {
        var reading = _reading;
        foreach (byte next in bytes)
        {
            reading = _reader.Read(reading, next);
            if (reading.IsNone)
            {
                return false;
            }
        }

        (_reading, _mask) = (reading, null);
        return true;
    }
}
