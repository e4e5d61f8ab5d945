using System.Text;
using ExpertCluster.Grammars.Characters;
using ExpertCluster.Grammars.Syntax;

namespace ExpertCluster.Grammars.Automata;

/// <summary>
/// A deterministic automaton from a tree without rules: a nondeterministic one first (Thompson 1968), then the sets of its states (Rabin, Scott 1959).
/// </summary>
internal sealed class AutomatonBuilder
{
    /// <summary>State that accepts.</summary>
    private const int Accepting = 0;

    private readonly List<List<CharacterEdge>> _edges = [[]];
    private readonly List<List<int>> _silent = [[]];

    private readonly GrammarBudget _budget;

    private AutomatonBuilder(GrammarBudget budget) => _budget = budget;

    /// <exception cref="GrammarException">It would have more than <see cref="GrammarLimits.MaxStates"/> states, or cost more than the budget has.</exception>
    public static CharacterAutomaton Build(GrammarNode node, GrammarBudget budget)
    {
        AutomatonBuilder builder = new(budget);
        return builder.Determine(builder.Add(node, Accepting));
    }

    /// <summary>The state from which the node's texts lead to another one.</summary>
    private int Add(GrammarNode node, int next)
    {
        _budget.Spend();
        return node switch
        {
            CharactersNode characters => Edge(characters.Set, next),
            TextsNode texts => Silent([.. texts.Texts.Select(text => AddText(text, next))]),
            SequenceNode sequence => sequence.Parts.Reverse().Aggregate(next, (target, part) => Add(part, target)),
            ChoiceNode choice => Silent([.. choice.Parts.Select(part => Add(part, next))]),
            RepeatNode repeat => AddRepeat(repeat, next),
            AutomatonNode automaton => AddAutomaton(automaton.Automaton, next),
            _ => throw new InvalidOperationException($"{node.GetType().Name} is no part of a regular set"),
        };
    }

    private int AddText(string text, int next) => text.EnumerateRunes().Reverse<Rune>().Aggregate(next, (target, rune) => Edge(CodePointSet.Of(rune.Value), target));

    private int AddRepeat(RepeatNode repeat, int next)
    {
        int target = next;
        if (repeat.Most is { } most)
        {
            for (int i = repeat.Least; i < most; i++)
            {
                target = Silent([next, Add(repeat.Node, target)]);
            }
        }
        else
        {
            target = Silent([next]);
            _silent[target].Add(Add(repeat.Node, target));
        }

        for (int i = 0; i < repeat.Least; i++)
        {
            target = Add(repeat.Node, target);
        }

        return target;
    }

    private int AddAutomaton(CharacterAutomaton automaton, int next)
    {
        int first = _edges.Count;
        foreach (var state in automaton.States)
        {
            int own = Silent(state.Accepts ? [next] : []);
            _edges[own].AddRange(state.Edges.Select(edge => edge with { Target = first + edge.Target }));
        }

        return first;
    }

    private int Edge(CodePointSet set, int next)
    {
        int state = Silent([]);
        _edges[state].Add(new CharacterEdge(set, next));
        return state;
    }

    private int Silent(List<int> targets)
    {
        // Several of these make one state of what is built in the end.
        if (_edges.Count >= 10 * GrammarLimits.MaxStates)
        {
            throw new GrammarException($"needs an automaton of more than {GrammarLimits.MaxStates} states");
        }

        _edges.Add([]);
        _silent.Add(targets);
        return _edges.Count - 1;
    }

    private CharacterAutomaton Determine(int start)
    {
        StateNumbers<int[]> numbers = new(new SameStates());
        List<CharacterState> states = [];
        numbers.Of(Closure([start]));
        while (states.Count < numbers.Count)
        {
            int[] set = numbers[states.Count];
            _budget.Spend(set.Length);
            Dictionary<int, CodePointSet> byTarget = [];
            foreach (var (range, targets) in Parts(set))
            {
                int target = numbers.Of(Closure(targets));
                byTarget[target] = byTarget.TryGetValue(target, out var known) ? known.Union(CodePointSet.Of([range])) : CodePointSet.Of([range]);
            }

            states.Add(new CharacterState([.. byTarget.Select(part => new CharacterEdge(part.Value, part.Key))], set.Contains(Accepting)));
        }

        return CharacterAutomaton.Of(states);
    }

    /// <summary>Ranges of characters within which all lead to the same states.</summary>
    private List<(CodePoints Range, int[] Targets)> Parts(int[] set)
    {
        List<(int At, bool Opens, int Target)> bounds = [];
        foreach (var edge in set.SelectMany(state => _edges[state]))
        {
            foreach (var range in edge.Set.Ranges)
            {
                bounds.Add((range.First, true, edge.Target));
                bounds.Add((range.Last + 1, false, edge.Target));
            }
        }

        _budget.Spend(bounds.Count);
        bounds.Sort((a, b) => a.At.CompareTo(b.At));
        List<(CodePoints, int[])> parts = [];
        Dictionary<int, int> open = [];
        for (int i = 0; i < bounds.Count; i++)
        {
            var (at, opens, target) = bounds[i];
            int count = open.GetValueOrDefault(target) + (opens ? 1 : -1);
            if (count == 0)
            {
                open.Remove(target);
            }
            else
            {
                open[target] = count;
            }

            if (i + 1 < bounds.Count && bounds[i + 1].At > at && open.Count > 0)
            {
                parts.Add((new CodePoints(at, bounds[i + 1].At - 1), [.. open.Keys]));
            }
        }

        return parts;
    }

    /// <summary>With all that is reached without a character; sorted.</summary>
    private int[] Closure(int[] states)
    {
        SortedSet<int> reached = [];
        var open = new Stack<int>(states);
        while (open.TryPop(out int state))
        {
            if (reached.Add(state))
            {
                _budget.Spend();
                foreach (int next in _silent[state])
                {
                    open.Push(next);
                }
            }
        }

        return [.. reached];
    }

    private sealed class SameStates : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] obj)
        {
            HashCode hash = new();
            foreach (int state in obj)
            {
                hash.Add(state);
            }

            return hash.ToHashCode();
        }
    }
}
