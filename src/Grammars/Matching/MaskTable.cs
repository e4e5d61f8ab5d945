using ExpertCluster.Grammars.Programs;
using ExpertCluster.Grammars.Vocabularies;

namespace ExpertCluster.Grammars.Matching;

/// <summary>
/// Which tokens a reading allows. The tree of the vocabulary is walked with an automaton that is made on the way, a row of 256 bytes a reading, and
/// kept: the second walk costs a look into a table for each node (masks by state: Willard, Louf, arXiv 2307.09702; with a stack: Dong et al., arXiv 2411.15100).
/// Thread-safe.
/// </summary>
internal sealed class MaskTable
{
    private const int Unknown = 0;
    private const int Dead = -1;
    private const int Unnumbered = -1;
    private const int RowBytes = 256 * sizeof(int);

    /// <summary>Of a reading: an instruction and a frame, and about what of the frame no other has.</summary>
    private const int PositionBytes = 48;

    private readonly Lock _lock = new();
    private readonly TokenVocabulary _vocabulary;
    private readonly ProgramReader _reader;
    private readonly Blur _blur;
    private readonly int _mostMasks;
    private readonly Dictionary<Reading, int> _numbers = [];
    private readonly List<Reading> _readings = [];
    private readonly List<int[]> _rows = [];
    private readonly Dictionary<int, TokenMask> _masks = [];
    private readonly (Reading Reading, int Number)[] _path;
    private int _rowBytes;

    public MaskTable(GrammarProgram program, TokenVocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        _reader = new ProgramReader(program);
        _blur = new Blur(program, vocabulary.Longest);
        _mostMasks = Math.Max(16, GrammarLimits.MaxCacheBytes / ((vocabulary.Size / 8) + 1));
        _path = new (Reading, int)[vocabulary.Longest + 1];
    }

    /// <summary>Whether a way has been left out of a mask: there were too many at once, or it went too deep.</summary>
    public bool HasLeftOut
    {
        get
        {
            lock (_lock)
            {
                return _reader.HasLeftOut;
            }
        }
    }

    /// <summary>Tokens that may follow.</summary>
    public TokenMask Of(Reading reading)
    {
        lock (_lock)
        {
            // Both are full of what was needed once: better made again than searched for what is still needed.
            if (_rowBytes >= GrammarLimits.MaxCacheBytes || _masks.Count >= _mostMasks)
            {
                _rowBytes = 0;
                _numbers.Clear();
                _readings.Clear();
                _rows.Clear();
                _masks.Clear();
            }

            int number = NumberOf(_blur.Of(reading));
            if (!_masks.TryGetValue(number, out var mask))
            {
                mask = _masks[number] = Walk(number);
            }

            return mask;
        }
    }

    private TokenMask Walk(int start)
    {
        TokenMask mask = new(_vocabulary.Size);
        var nodes = _vocabulary.Nodes;
        long stepsBefore = _reader.Steps;
        _path[0] = (_readings[start], start);
        for (int i = 0; i < nodes.Count;)
        {
            var node = nodes[i];
            if (!Step(_path[node.Depth - 1], node.Label, out _path[node.Depth]))
            {
                i = node.Behind;
                continue;
            }

            if (_reader.Steps - stepsBefore > GrammarLimits.MaxMaskSteps)
            {
                throw new GrammarException($"takes more than {GrammarLimits.MaxMaskSteps} steps to tell which tokens it allows");
            }

            foreach (int token in node.Tokens)
            {
                mask.Add(token);
            }

            i++;
        }

        mask.Seal();
        return mask;
    }

    /// <summary>One byte further; false where there is no way on.</summary>
    private bool Step((Reading Reading, int Number) from, byte label, out (Reading Reading, int Number) next)
    {
        int known = from.Number == Unnumbered ? Unknown : _rows[from.Number][label];
        if (known == Unknown)
        {
            var reading = _blur.Of(_reader.Read(from.Reading, label));
            int number = reading.IsNone ? Unnumbered : NumberOf(reading);
            next = (reading, number);
            if (from.Number != Unnumbered && (reading.IsNone || number != Unnumbered))
            {
                _rows[from.Number][label] = reading.IsNone ? Dead : number + 1;
            }

            return !reading.IsNone;
        }

        next = known == Dead ? default : (_readings[known - 1], known - 1);
        return known != Dead;
    }

    /// <summary>Its row; none where one walk has filled the table twice over. Then this walk goes on without.</summary>
    private int NumberOf(Reading reading)
    {
        if (!_numbers.TryGetValue(reading, out int number))
        {
            if (_rowBytes >= 2 * GrammarLimits.MaxCacheBytes)
            {
                return Unnumbered;
            }

            number = _readings.Count;
            _numbers.Add(reading, number);
            _readings.Add(reading);
            _rowBytes += RowBytes + (reading.Positions.Length * PositionBytes);
            _rows.Add(new int[256]);
        }

        return number;
    }
}
