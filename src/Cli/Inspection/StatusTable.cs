using Spectre.Console;

namespace ExpertCluster.Cli.Inspection;

/// <summary>
/// Rows under headings: with lines on a terminal, else plain text in columns that never breaks a line, whose cells, the last column's apart, have no
/// blanks, so that scripts can take it apart.
/// </summary>
internal sealed class StatusTable
{
    private const string Nothing = "-";

    private readonly bool _terminal;
    private readonly TextWriter _output;
    private readonly Table _table;

    public StatusTable(TextWriter output, params string[] headings)
    {
        (_output, _terminal) = (output, output == Console.Out && !Console.IsOutputRedirected);
        _table = new Table().Border(_terminal ? TableBorder.Rounded : TableBorder.None);
        foreach (string heading in headings)
        {
            var column = new TableColumn(CellOf(heading)) { NoWrap = !_terminal };
            _table.AddColumn(_terminal ? column : column.PadLeft(0).PadRight(2));
        }
    }

    public void Add(params string[] cells) => _table.AddRow(cells.Select(CellOf));

    public void Write()
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = _terminal ? AnsiSupport.Detect : AnsiSupport.No,
            Out = new AnsiConsoleOutput(_terminal ? _output : text),
        });
        if (_terminal)
        {
            console.Write(_table);
            return;
        }

        console.Profile.Width = int.MaxValue / 2;
        console.Write(_table);
        foreach (string line in text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            _output.WriteLine(line.TrimEnd());
        }
    }

    /// <summary>As text: nothing in it is taken for the table's mark-up.</summary>
    private static Spectre.Console.Text CellOf(string text) => new(text.Length == 0 ? Nothing : StatusWords.Printable(text));
}
