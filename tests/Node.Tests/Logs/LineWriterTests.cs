using ExpertCluster.Node.Logs;

namespace ExpertCluster.Node.Tests.Logs;

public sealed class LineWriterTests : IDisposable
{
    private readonly List<string> _taken = [];
    private readonly LineWriter _writer;

    public LineWriterTests() => _writer = new LineWriter(_taken.Add);

    public void Dispose() => _writer.Dispose();

    [Fact]
    public void Write_Pieces_MakeALine()
    {
        _writer.Write("a ");
        _writer.Write('b');
        _writer.Write([' ', 'c', '\n'], 0, 3);

        Assert.Equal(["a b c\n"], _taken);
    }

    [Fact]
    public void WriteLine_Text_IsALine()
    {
        _writer.WriteLine("one");
        _writer.WriteLine($"two {2}");

        Assert.Equal("one\ntwo 2\n", string.Concat(_taken));
    }

    [Fact]
    public void Write_SeveralLinesAndABeginning_KeepsTheBeginning()
    {
        _writer.Write("one\ntwo\nthr");
        Assert.Equal(["one\ntwo\n"], _taken);

        _writer.Write("ee\n");
        Assert.Equal("three\n", _taken[1]);
    }

    [Fact]
    public void Write_LineWithoutEnd_ComesInPieces()
    {
        string endless = new('x', (3 * LineWriter.LongestLine) + 5);

        _writer.Write(endless);
        Assert.Equal([LineWriter.LongestLine, LineWriter.LongestLine, LineWriter.LongestLine], _taken.Select(t => t.Length));

        _writer.Flush();
        Assert.Equal(endless, string.Concat(_taken));
    }

    [Fact]
    public void Flush_Nothing_TakesNothing()
    {
        _writer.Write((string?)null);
        _writer.Flush();

        Assert.Empty(_taken);
    }
}
