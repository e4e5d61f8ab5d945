using System.Text;
using ExpertCluster.Learning;

namespace ExpertCluster.Gating.Tests.Support;

/// <summary>Three small fields with prompts and answers, and a tokenizer of one id a word: training takes milliseconds.</summary>
internal static class SmallWorld
{
    public const string Base = "small";

    private const int End = 2;

    private static readonly Dictionary<string, (string Prompt, string Answer)[]> Fields = new()
    {
        ["cooking"] =
        [
            ("How long do I boil {0} pasta?", "Boil {0} pasta for nine minutes."), ("Which spice suits {0} soup?", "Cumin suits {0} soup."),
            ("Can I freeze {0} bread?", "You can freeze {0} bread."), ("What oven heat does {0} cake need?", "Bake {0} cake at 180 degrees."),
        ],
        ["sailing"] =
        [
            ("How do I reef the {0} sail?", "Lower the {0} halyard first."), ("Which knot holds the {0} anchor?", "A bowline holds the {0} anchor."),
            ("What does the {0} buoy mean?", "Keep the {0} buoy to port."), ("When is high tide at {0} harbour?", "High tide at {0} harbour is at six."),
        ],
        ["chess"] =
        [
            ("How does the {0} bishop move?", "The {0} bishop moves diagonally."), ("Which opening starts with the {0} pawn?", "The {0} gambit starts with it."),
            ("When may the {0} king castle?", "The {0} king castles once."), ("How do I win a {0} rook endgame?", "Cut off the {0} king with the rook."),
        ],
    };

    private static readonly string[] Words = ["north", "old", "first", "rye", "white", "tall", "second", "west", "fresh", "long"];

    public static ChatEncoding Chat { get; } = new(text => [0, .. Encode(text), 1], Encode, End);

    public static GateTrainingOptions Options { get; } = new() { DocumentsPerExpert = 150, RequestBuckets = 4096, TokenBuckets = 2048 };

    public static GateTrainingSet Set() => new()
    {
        Experts = [.. Fields.Keys.Select(Expert)],
        Encodings = new Dictionary<string, ChatEncoding> { [Base] = Chat },
    };

    public static GateExpert Expert(string name) => new() { Name = name, Base = Base, Examples = Examples(name, Words[..8]) };

    /// <summary>Prompts with words that no example has.</summary>
    public static IReadOnlyList<GateExample> HeldOut(string name) => Examples(name, Words[8..]);

    public static IReadOnlyList<int> Encode(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => 10 + (int)(Hash(w) % 5_000))];

    private static GateExample[] Examples(string name, string[] words) =>
        [.. words.SelectMany(w => Fields[name].Select(f => new GateExample(string.Format(null, f.Prompt, w), string.Format(null, f.Answer, w))))];

    private static uint Hash(string word)
    {
        uint hash = 17;
        foreach (byte b in Encoding.UTF8.GetBytes(word))
        {
            hash = (hash * 31) + b;
        }

        return hash;
    }
}
