using System.Text;
using ExpertCluster.Grammars.Matching;
using ExpertCluster.Grammars.Syntax;
using ExpertCluster.Grammars.Vocabularies;

namespace ExpertCluster.Grammars.Tests.Support;

/// <summary>Holds texts against grammars.</summary>
internal static class Texts
{
    /// <summary>Each byte is a token, and some texts that straddle what grammars tell apart.</summary>
    public static TokenVocabulary Vocabulary { get; } = new([
        .. Enumerable.Range(0, 256).Select(b => new[] { (byte)b }),
        .. ((string[])["\":", "\": ", ", \"", "{\"", "\"}", "}}", "]}", "true", "false", "null", "12", "00", "name", "é", "日本", "\\n", "\\u00", " \n  ", "abc", "}, {"]).Select(Encoding.UTF8.GetBytes)]);

    public static GrammarBudget Budget => new(CancellationToken.None);

    public static CompiledGrammar Compile(Grammar grammar) => CompiledGrammar.Compile(grammar, Vocabulary, Budget);

    /// <summary>Whether a grammar allows a text as a whole.</summary>
    public static bool Allows(this CompiledGrammar grammar, string text)
    {
        var matcher = grammar.Start();
        return (text.Length == 0 || matcher.Append(Encoding.UTF8.GetBytes(text))) && matcher.IsWhole;
    }

    /// <summary>A text that a grammar allows: tokens drawn from its masks, those of a brief way out preferred after a while.</summary>
    public static string Draw(this CompiledGrammar grammar, Random random, int most = 400)
    {
        var matcher = grammar.Start();
        List<byte> bytes = [];
        for (int n = 0; !(matcher.IsWhole && (matcher.Next.Count == 0 || random.Next(4) == 0 || n > most / 2)); n++)
        {
            Assert.True(n < 10 * most, $"no end in sight: {Encoding.UTF8.GetString([.. bytes])}");
            int[] allowed = [.. Enumerable.Range(0, Vocabulary.Size).Where(matcher.Next.Contains)];
            Assert.NotEmpty(allowed);
            int token = n > most / 2 && Closing.FirstOrDefault(allowed.Contains, -1) is >= 0 and var closing ? closing : allowed[random.Next(allowed.Length)];
            Assert.True(matcher.Append(token));
            bytes.AddRange(Vocabulary.BytesOf(token));
        }

        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]);
    }

    /// <summary>In this order: the way out of a string, of a value, of all that is around it; null first among values.</summary>
    private static readonly int[] Closing = ['"', '0', Array.FindIndex([.. Enumerable.Range(0, Vocabulary.Size)], token => Vocabulary.BytesOf(token).SequenceEqual("null"u8)), '}', ']', ':', ','];
}
