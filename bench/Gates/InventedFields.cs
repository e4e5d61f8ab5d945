using System.Text;
using ExpertCluster.Learning;

namespace ExpertCluster.Bench.Gates;

/// <summary>
/// Experts by the thousand, each with a field of invented words: words are shared by several fields, a sentence has few of its field's, some of others' and the
/// words that all sentences have.
/// </summary>
internal sealed class InventedFields
{
    private const int Common = 80;
    private const int WordsOfField = 40;
    private const double CommonShare = 0.45;
    private const double OwnShare = 0.35;

    private static readonly string[] Syllables =
        [.. "b br c ch d dr f fl g gr h j k l m n p pl qu r s sh st t th tr v w z".Split(' ').SelectMany(c => "a ai e ea i o ou u".Split(' ').Select(v => c + v))];

    private readonly DeterministicRandom _random = new(20261129);
    private readonly string[] _common;
    private readonly string[] _words;
    private readonly string[][] _fields;

    public InventedFields(int experts)
    {
        HashSet<string> words = [];
        int all = 5_000 + (5 * experts);
        while (words.Count < all + Common)
        {
            words.Add(Word());
        }

        _words = [.. words.Take(all)];
        _common = [.. words.Skip(all)];
        _fields = [.. Enumerable.Range(0, experts).Select(_ => Enumerable.Range(0, WordsOfField).Select(_ => _random.Pick(_words)).ToArray())];
    }

    public static string NameOf(int field) => $"field-{field:00000}";

    public GateExpert Expert(int field, int examples) => new()
    {
        Name = NameOf(field),
        Base = "bench",
        Examples = [.. Enumerable.Range(0, examples).Select(_ => new GateExample(Sentence(field)))],
    };

    /// <param name="field">Null: of no field.</param>
    public string Sentence(int? field)
    {
        StringBuilder text = new();
        int length = 8 + _random.Next(8);
        for (int i = 0; i < length; i++)
        {
            double draw = _random.NextDouble();

            // The first words of a field and of all sentences are the most frequent.
            string word = draw < CommonShare ? _common[(int)(Common * Math.Pow(_random.NextDouble(), 2))]
                : field is { } of && draw < CommonShare + OwnShare ? _fields[of][(int)(WordsOfField * Math.Pow(_random.NextDouble(), 1.5))]
                : _random.Pick(_words);
            text.Append(i == 0 ? "" : " ").Append(word);
        }

        return text.Append('.').ToString();
    }

    private string Word() => string.Concat(Enumerable.Range(0, 2 + _random.Next(3)).Select(_ => _random.Pick(Syllables)));
}
