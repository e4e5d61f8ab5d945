using System.Globalization;
using System.Numerics;
using ExpertCluster.Grammars.Automata;
using ExpertCluster.Grammars.Characters;
using ExpertCluster.Grammars.Syntax;

namespace ExpertCluster.Grammars.JsonSchemas;

/// <summary>What a number has to be.</summary>
/// <param name="IsInteger">Without a fraction.</param>
/// <param name="Least">Null: no such bound.</param>
/// <param name="IsAboveLeast">Greater than it, not equal.</param>
/// <param name="Most">Null: no such bound.</param>
/// <param name="IsBelowMost">Less than it, not equal.</param>
/// <param name="Divisor">It is a multiple of this; null: of nothing.</param>
internal sealed record NumberBounds(bool IsInteger, decimal? Least, bool IsAboveLeast, decimal? Most, bool IsBelowMost, decimal? Divisor);

/// <summary>Decimal texts of bounded numbers, without an exponent: automata of digits, one for each bound, and what all of them accept.</summary>
internal static class NumberTexts
{
    private const int MaxWholeDigits = 19;
    private const int MaxFractionDigits = 17;

    /// <summary>Remainders that an automaton can tell apart.</summary>
    private const int MaxRemainders = 4_000;

    public static GrammarNode Digit { get; } = new CharactersNode(CodePointSet.Between('0', '9'));

    /// <summary>Without a sign and without zeros before it.</summary>
    public static GrammarNode Whole { get; } = GrammarNode.Choice(
        GrammarNode.Text("0"),
        GrammarNode.Sequence(new CharactersNode(CodePointSet.Between('1', '9')), new RepeatNode(Digit, 0, MaxWholeDigits - 1)));

    /// <summary>With its point.</summary>
    public static GrammarNode Fraction { get; } = GrammarNode.Sequence(GrammarNode.Text("."), new RepeatNode(Digit, 1, MaxFractionDigits));

    /// <exception cref="GrammarException">No number is within the bounds, or the divisor has too many digits.</exception>
    public static GrammarNode Of(NumberBounds bounds, GrammarBudget budget)
    {
        var positive = Magnitudes(bounds, isNegative: false, budget);
        var negative = Magnitudes(bounds, isNegative: true, budget);
        List<GrammarNode> parts = [];
        if (!positive.IsEmpty)
        {
            parts.Add(new AutomatonNode(positive, InJson: false));
        }

        if (!negative.IsEmpty)
        {
            parts.Add(GrammarNode.Sequence(GrammarNode.Text("-"), new AutomatonNode(negative, InJson: false)));
        }

        return GrammarNode.Choice(parts);
    }

    /// <summary>Those at or above 0, or the others without their sign.</summary>
    private static CharacterAutomaton Magnitudes(NumberBounds bounds, bool isNegative, GrammarBudget budget)
    {
        var (least, isAbove, most, isBelow) = isNegative
            ? (-bounds.Most, bounds.IsBelowMost, -bounds.Least, bounds.IsAboveLeast)
            : (bounds.Least, bounds.IsAboveLeast, bounds.Most, bounds.IsBelowMost);
        if (isNegative && (least is null || least <= 0))
        {
            (least, isAbove) = (0, true);
        }

        var automaton = AutomatonBuilder.Build(bounds.IsInteger ? Whole : GrammarNode.Sequence(Whole, GrammarNode.Optional(Fraction)), budget);
        if (least is > 0 || (least == 0 && isAbove))
        {
            automaton = automaton.Intersect(Compared(least.Value, order => order > 0 || (order == 0 && !isAbove)), budget);
        }

        if (most is { } bound)
        {
            automaton = bound < 0 ? CharacterAutomaton.Of([new CharacterState([], false)]) : automaton.Intersect(Compared(bound, order => order < 0 || (order == 0 && !isBelow)), budget);
        }

        return bounds.Divisor is { } divisor ? automaton.Intersect(Multiples(divisor), budget) : automaton;
    }

    /// <summary>Accepts by how a number compares with the bound.</summary>
    /// <param name="bound">0 or above.</param>
    /// <param name="accepts">Given below 0, 0 or above 0: the number is less, equal or greater.</param>
    private static CharacterAutomaton Compared(decimal bound, Func<int, bool> accepts)
    {
        var (whole, fraction) = Digits(bound);

        // Where a number stands after some digits: whole or behind the point, how many of them (one more than the bound has stands for all above), how those compare.
        StateNumbers<(bool IsFraction, int Count, int Order)> numbers = new();
        numbers.Of((false, 0, 0));
        List<CharacterState> states = [];
        while (states.Count < numbers.Count)
        {
            var (isFraction, count, order) = numbers[states.Count];
            string digits = isFraction ? fraction : whole;
            List<CharacterEdge> edges = [];
            for (char digit = '0'; digit <= '9'; digit++)
            {
                int next = order != 0 ? order : digit.CompareTo(count < digits.Length ? digits[count] : '0');
                edges.Add(new CharacterEdge(CodePointSet.Of(digit), numbers.Of((isFraction, Math.Min(count + 1, digits.Length + 1), Math.Sign(next)))));
            }

            // A number of fewer digits is less, whatever they are; the bound has no zeros before it either.
            int settled = isFraction || count == whole.Length ? order : count < whole.Length ? -1 : 1;
            if (!isFraction && count > 0)
            {
                edges.Add(new CharacterEdge(CodePointSet.Of('.'), numbers.Of((true, 0, settled))));
            }

            int seen = isFraction ? count : 0;
            int final = settled == 0 && seen < fraction.Length ? -1 : settled;
            states.Add(new CharacterState(edges, count > 0 && accepts(final)));
        }

        return CharacterAutomaton.Of(states);
    }

    private static CharacterAutomaton Multiples(decimal divisor)
    {
        var (whole, fraction) = Digits(divisor);
        int places = fraction.Length;
        var size = BigInteger.Parse(whole + fraction, CultureInfo.InvariantCulture);
        if (size * (places + 1) > MaxRemainders)
        {
            throw new GrammarException($"has a multipleOf of {divisor.ToString(CultureInfo.InvariantCulture)}; its digits, without the point, may make {MaxRemainders / (places + 1)} at most");
        }

        // What is left of the digits so far, and how many of them stand behind the point; -1: no point yet.
        int modulus = (int)size;
        StateNumbers<(int Remainder, int Places)> numbers = new();
        numbers.Of((0, -1));
        List<CharacterState> states = [];
        while (states.Count < numbers.Count)
        {
            var (remainder, behind) = numbers[states.Count];
            List<CharacterEdge> edges = [];
            for (int digit = 0; digit <= 9 && behind < places; digit++)
            {
                edges.Add(new CharacterEdge(CodePointSet.Of('0' + digit), numbers.Of((((remainder * 10) + digit) % modulus, behind < 0 ? behind : behind + 1))));
            }

            if (behind < 0 && places > 0)
            {
                edges.Add(new CharacterEdge(CodePointSet.Of('.'), numbers.Of((remainder, 0))));
            }

            long missing = remainder;
            for (int i = Math.Max(behind, 0); i < places; i++)
            {
                missing = missing * 10 % modulus;
            }

            states.Add(new CharacterState(edges, missing == 0));
        }

        return CharacterAutomaton.Of(states);
    }

    /// <summary>Before and behind the point, without zeros that change nothing.</summary>
    private static (string Whole, string Fraction) Digits(decimal number)
    {
        string text = number.ToString("F28", CultureInfo.InvariantCulture);
        int point = text.IndexOf('.', StringComparison.Ordinal);
        return (text[..point], text[(point + 1)..].TrimEnd('0'));
    }
}
