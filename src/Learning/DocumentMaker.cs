using System.Text;

namespace ExpertCluster.Learning;

/// <summary>One or two examples, and the text around them. Second is null unless the document is a compound.</summary>
internal readonly record struct GateDocument(string? Preamble, GateExample First, int FirstClass, GateExample? Second, int SecondClass, string Prompt);

/// <summary>
/// Makes training documents of single examples: behind small talk, or two fields in one prompt. Without such
/// documents gates fail on exactly those prompts (routing.md).
/// </summary>
internal sealed class DocumentMaker(ExamplePool pool, GateTrainingOptions options, DeterministicRandom random)
{
    /// <summary>Share of expert documents that end in small talk.</summary>
    private const double EndingShare = 0.05;

    /// <summary>Share of a generalist's documents that are another class's words with their letters shuffled: unknown matter.</summary>
    private const double NoiseShare = 0.1;

    private static readonly string[] Joiners =
    [
        "{0} {1}", "{0} {1}", "{0} And {1}", "{0} Also, {1}", "{0} Also: {1}", "First, {0} Then, {1}", "1. {0} 2. {1}",
        "Two questions. {0} {1}", "Answer both: {0} {1}", "Memo: {0} Also: {1}", "{0}\n{1}", "Please tell me: {0} {1} Thanks.",
    ];

    private readonly IReadOnlyList<GateClass> _classes = pool.Classes;
    private readonly int[] _experts = [.. pool.Classes.Index().Where(c => !c.Item.IsGeneralist).Select(c => c.Index)];
    private readonly int[] _generalists = [.. pool.Classes.Index().Where(c => c.Item.IsGeneralist).Select(c => c.Index)];

    /// <summary>Whether two different experts exist, so that compounds can be made.</summary>
    public bool CanCompound => _experts.Length > 1;

    public GateDocument Single(int of)
    {
        var one = _classes[of];
        if (one.IsGeneralist && random.NextDouble() < NoiseShare)
        {
            GateExample noise = new(Scramble(random.Pick(random.Pick(_classes).Examples).Prompt));
            return new GateDocument(null, noise, of, null, of, noise.Prompt);
        }

        var example = random.Pick(one.Examples);
        string? preamble = null;
        string prompt = example.Prompt;
        if (!one.IsGeneralist && random.NextDouble() < options.PreambleShare)
        {
            preamble = Preamble();
            prompt = $"{preamble} {prompt}";
        }

        if (!one.IsGeneralist && random.NextDouble() < EndingShare)
        {
            prompt = $"{prompt} {SmallTalk()}";
        }

        return new GateDocument(preamble, example, of, null, of, prompt);
    }

    /// <summary>An expert's example behind small talk.</summary>
    public GateDocument Behind(int of)
    {
        var example = random.Pick(_classes[of].Examples);
        string preamble = Preamble();
        return new GateDocument(preamble, example, of, null, of, $"{preamble} {example.Prompt}");
    }

    /// <summary>Two examples of different experts; with answers only where asked for and there are any.</summary>
    public GateDocument? Compound(bool answered)
    {
        int first = random.Pick(_experts);
        int second = random.Pick(_experts);
        while (second == first)
        {
            second = random.Pick(_experts);
        }

        if (Example(first, answered) is not { } one || Example(second, answered) is not { } two)
        {
            return null;
        }

        string prompt = random.Pick(Joiners).Replace("{0}", one.Prompt, StringComparison.Ordinal).Replace("{1}", two.Prompt, StringComparison.Ordinal);
        return new GateDocument(null, one, first, two, second, prompt);
    }

    private GateExample? Example(int of, bool answered)
    {
        // A class may have answers for some of its examples only; a few tries find one of them.
        for (int i = 0; i < 8; i++)
        {
            var example = random.Pick(_classes[of].Examples);
            if (!answered || example.Answer is not null)
            {
                return example;
            }
        }

        return null;
    }

    private string Preamble()
    {
        string preamble = SmallTalk();
        return random.Next(3) == 0 ? $"{preamble} {SmallTalk()}" : preamble;
    }

    private string SmallTalk() => random.Pick(_classes[random.Pick(_generalists)].Examples).Prompt;

    private string Scramble(string text)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        for (int start = 0; start < runes.Length;)
        {
            int end = start;
            while (end < runes.Length && !Rune.IsWhiteSpace(runes[end]))
            {
                end++;
            }

            random.Shuffle(runes.AsSpan(start, end - start));
            start = end + 1;
        }

        return string.Concat(runes);
    }
}
