using System.Text;

namespace ExpertCluster.Node.Logs;

/// <summary>Makes whole lines of what is written in pieces, and passes them on.</summary>
/// <param name="take">Gets one line or several, with their ends. A line over <see cref="LongestLine"/> comes in pieces.</param>
public sealed class LineWriter(Action<string> take) : TextWriter
{
    /// <summary>Characters of an unfinished line that are kept.</summary>
    public const int LongestLine = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly StringBuilder _unfinished = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_lock)
        {
            int whole = buffer.LastIndexOf('\n') + 1;
            if (whole > 0)
            {
                Pass(buffer[..whole]);
            }

            var rest = buffer[whole..];
            while (_unfinished.Length + rest.Length > LongestLine)
            {
                int room = LongestLine - _unfinished.Length;
                Pass(rest[..room]);
                rest = rest[room..];
            }

            _unfinished.Append(rest);
        }
    }

    /// <summary>Passes on what has no end yet, too.</summary>
    public override void Flush()
    {
        lock (_lock)
        {
            if (_unfinished.Length > 0)
            {
                Pass([]);
            }
        }
    }

    private void Pass(ReadOnlySpan<char> end)
    {
        string text = _unfinished.Length == 0 ? end.ToString() : string.Concat(_unfinished.ToString(), end);
        _unfinished.Clear();
        take(text);
    }
}
