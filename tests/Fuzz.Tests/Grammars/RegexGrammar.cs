namespace ExpertCluster.Fuzz.Grammars;

/// <summary>Regular expressions: those of tokenizers, and what backtracks, counts, looks around, or is read in two ways.</summary>
internal sealed class RegexGrammar(Random random)
{
    private static readonly string[] Known =
    [
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        @"\p{N}", " ", "(a+)+$", "(a|aa)+!", "(?=(a+))a*b", "([a-z]*)*X", "^(([a-z])+.)+[A-Z]([a-z])+$",
    ];

    private static readonly string[] Atoms =
    [
        "a", "b", ".", @"\s", @"\S", @"\d", @"\p{L}", @"\p{N}", @"\P{L}", "[a-z]", "[^a]", "[a", "[]a]", @"[\]-a]", "[z-a]", @"\w", @"\b", "^", "$", @"\n", @"\x41", @"\u0041", @"\u12", "é", "\u0301", "\U0001F600", "\0", "\\",
        @"\p{IsGreek}", @"\p{", @"[\p{L}--a]", "[[:alpha:]]", @"\k<a>", @"\1", "'", "\"", " ", "-", "[a-\\d]", "[^\0-\uffff]",
    ];

    private static readonly string[] Counts = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0}", "{,2}", "{1000}", "{999,1000}", "{1001}", "{2147483648}", "{1", "++", "{10}{10}", "{100}{100}", "{1000}{1000}", "**"];

    private static readonly (string Open, string Close)[] Groups =
        [("(", ")"), ("(?:", ")"), ("(?=", ")"), ("(?!", ")"), ("(?<=", ")"), ("(?<!", ")"), ("(?i:", ")"), ("(?>", ")"), ("(?<n>", ")"), ("(?i)", ""), ("(?#", ")"), ("(", ""), ("", ")")];

    public string Make() => random.In(5) ? random.Of(Known) : Alternatives(4);

    private string Alternatives(int depth) => random.Join(random.In(4) ? random.Count(3, 300) + 1 : 1, "|", () => Sequence(depth));

    private string Sequence(int depth) => random.Join(random.Count(4, 20), "", () => Part(depth));

    private string Part(int depth)
    {
        string part = depth > 0 && random.In(4) ? Group(depth) : random.Of(Atoms);
        return random.In(3) ? part + random.Of(Counts) : part;
    }

    private string Group(int depth)
    {
        var (open, close) = random.Of(Groups);
        int levels = random.In(40) ? random.Next(60) : 1;
        return string.Concat(Enumerable.Repeat(open, levels)) + Alternatives(depth - 1) + string.Concat(Enumerable.Repeat(close + (random.In(3) ? random.Of(Counts) : ""), levels));
    }
}
