using ExpertCluster.V1;
using Spectre.Console;

namespace ExpertCluster.Cli.Demo;

/// <summary>Prints tokens as they come, coloured by the expert that gave them; with labels where there is no terminal.</summary>
internal sealed class TokenPainter(IAnsiConsole console, bool colours)
{
    private static readonly Color[] Palette = [Color.Green, Color.DeepSkyBlue1, Color.Orange1, Color.MediumPurple1, Color.Yellow, Color.HotPink];

    private readonly Dictionary<string, Color> _colours = new(StringComparer.Ordinal);
    private string _label = "";

    public void Begin() => _label = "";

    public void Print(Token token)
    {
        string expert = token.Experts.Count == 0 ? "?" : token.Experts.MaxBy(e => e.Weight)!.Name;
        if (colours)
        {
            console.Write(new Spectre.Console.Text(token.Text, new Style(ColourOf(expert))));
            return;
        }

        if (expert != _label)
        {
            _label = expert;
            console.Write($"[{expert}]");
        }

        console.Write(token.Text);
    }

    /// <summary>Which colour is whose.</summary>
    public void Legend()
    {
        if (colours)
        {
            foreach (var (expert, colour) in _colours)
            {
                console.Write(new Spectre.Console.Text($"■ {expert}  ", new Style(colour)));
            }

            console.WriteLine();
        }
    }

    // The generalist comes out of no expert's palette: it is what is left when nobody's field is asked.
    private Color ColourOf(string expert)
    {
        if (!_colours.TryGetValue(expert, out var colour))
        {
            colour = expert == "general" ? Color.Grey : Palette[_colours.Count % Palette.Length];
            _colours.Add(expert, colour);
        }

        return colour;
    }
}
