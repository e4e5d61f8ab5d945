using ExpertCluster.Grammars.Matching;
using ExpertCluster.Grammars.Sources;
using ExpertCluster.Grammars.Tests.Support;
using ExpertCluster.Grammars.Vocabularies;

namespace ExpertCluster.Grammars.Tests.Matching;

public sealed class GrammarMatcherTests
{
    /// <summary>A mask holds the tokens that can be appended, and no others, wherever the text stands.</summary>
    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","maxLength":3},"b":{"type":"array","items":{"type":"integer"},"maxItems":2}},"required":["a"]}""")]
    [InlineData("""{"type":"array","items":{"$ref":"#"},"maxItems":3}""")]
    [InlineData("""{"type":"string","minLength":3,"maxLength":40}""")]
    [InlineData("""{"type":"string","pattern":"^(ab|é)*c{2,30}$"}""")]
    public void Next_HoldsWhatCanBeAppended(string schema)
    {
        var grammar = Texts.Compile(GrammarSources.JsonSchema(schema, Texts.Budget));
        Random random = new(3);
        for (int n = 0; n < 10; n++)
        {
            List<int> tokens = [];
            var matcher = grammar.Start();
            for (int at = 0; at < 60 && matcher.Next.Count > 0; at++)
            {
                var next = matcher.Next;
                int[] allowed = [.. Enumerable.Range(0, Texts.Vocabulary.Size).Where(next.Contains)];
                Assert.Equal(allowed.Length, next.Count);
                Assert.Equal(Enumerable.Range(0, Texts.Vocabulary.Size).Where(token => At(grammar, tokens).Append(token)), allowed);
                int drawn = allowed[random.Next(allowed.Length)];
                Assert.True(matcher.Append(drawn));
                tokens.Add(drawn);
            }
        }
    }

    /// <summary>Counts are told apart near their bounds alone, and there they are told apart.</summary>
    [Fact]
    public void Next_NearACountsBounds_IsExact()
    {
        TokenVocabulary vocabulary = new([.. ((string[])["a", "aa", "aaaa", "b"]).Select(System.Text.Encoding.UTF8.GetBytes)]);
        var grammar = CompiledGrammar.Compile(GrammarSources.Regex("a{40,60}b", Texts.Budget), vocabulary, Texts.Budget);
        var matcher = grammar.Start();
        for (int count = 0; count <= 60; count++)
        {
            var next = matcher.Next;
            Assert.Equal((count < 60, count < 59, count < 57, count >= 40), (next.Contains(0), next.Contains(1), next.Contains(2), next.Contains(3)));
            Assert.Equal(count < 60, matcher.Append(0));
        }

        Assert.True(matcher.Append(3));
        Assert.Equal((true, 0), (matcher.IsWhole, matcher.Next.Count));
    }

    [Fact]
    public void Append_TokenThatIsNotAllowed_ChangesNothing()
    {
        var matcher = Texts.Compile(GrammarSources.Regex("ab", Texts.Budget)).Start();

        Assert.False(matcher.Append('b'));
        Assert.False(matcher.Append(Texts.Vocabulary.Size));
        Assert.True(matcher.Append("ab"u8));
        Assert.True(matcher.IsWhole);
    }

    [Fact]
    public void Next_OfManyThreads_IsTheSame()
    {
        var grammar = Texts.Compile(GrammarSources.JsonSchema("""{"type":"object","properties":{"a":{"type":"string","maxLength":30}}}""", Texts.Budget));
        string[] texts = [.. Enumerable.Range(0, 8).Select(n => grammar.Draw(new Random(n)))];

        Parallel.For(0, 64, n => Assert.Equal(texts[n % 8], grammar.Draw(new Random(n % 8))));
    }

    [Fact]
    public void Next_DeeperThanTheBound_IsLeftOutAndSaidSo()
    {
        var matcher = Texts.Compile(GrammarSources.Ebnf("root ::= \"(\" root \")\" | \"x\"", Texts.Budget)).Start();
        int depth = 0;
        while (matcher.Next.Contains('('))
        {
            Assert.False(matcher.HasLeftOut);
            Assert.True(matcher.Append("("u8));
            depth++;
        }

        Assert.Equal((GrammarLimits.MaxStack, true), (depth, matcher.HasLeftOut));
        Assert.True(matcher.Append("x"u8));
        Assert.True(matcher.Append(")"u8));
    }

    private static GrammarMatcher At(CompiledGrammar grammar, List<int> tokens)
    {
        var matcher = grammar.Start();
        tokens.ForEach(token => Assert.True(matcher.Append(token)));
        return matcher;
    }
}
