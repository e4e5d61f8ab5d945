namespace ExpertCluster.Grammars.Characters;

/// <summary>From a state with one of these characters to another state. The sets of a state's edges are disjoint.</summary>
internal readonly record struct CharacterEdge(CodePointSet Set, int Target);

internal sealed record CharacterState(IReadOnlyList<CharacterEdge> Edges, bool Accepts);

/// <summary>A deterministic finite automaton over characters: a regular set of texts. State 0 is where it starts. Immutable.</summary>
internal sealed class CharacterAutomaton
{
    private CharacterAutomaton(IReadOnlyList<CharacterState> states) => States = states;

    /// <summary>From each state an accepting one can be reached, but for the first where no text is accepted.</summary>
    public IReadOnlyList<CharacterState> States { get; }

    public bool IsEmpty => States.Count == 1 && !States[0].Accepts && States[0].Edges.Count == 0;

    /// <summary>Leaves out what leads nowhere.</summary>
    public static CharacterAutomaton Of(IReadOnlyList<CharacterState> states)
    {
        bool[] alive = Alive(states);
        int[] renamed = new int[states.Count];
        int count = 0;
        for (int i = 0; i < states.Count; i++)
        {
            renamed[i] = alive[i] || i == 0 ? count++ : -1;
        }

        return new CharacterAutomaton([.. states.Where((_, i) => renamed[i] >= 0).Select(state => state with
        {
            Edges = [.. state.Edges.Where(edge => alive[edge.Target] && !edge.Set.IsEmpty).Select(edge => edge with { Target = renamed[edge.Target] })],
        })]);
    }

    /// <summary>Texts of both.</summary>
    /// <exception cref="GrammarException">It would have more than <see cref="GrammarLimits.MaxStates"/> states, or cost more than the budget has.</exception>
    public CharacterAutomaton Intersect(CharacterAutomaton other, GrammarBudget budget) => Product(other, isDifference: false, budget);

    /// <summary>Texts of this one that are not the other's.</summary>
    /// <exception cref="GrammarException">It would have more than <see cref="GrammarLimits.MaxStates"/> states, or cost more than the budget has.</exception>
    public CharacterAutomaton Except(CharacterAutomaton other, GrammarBudget budget) => Product(other, isDifference: true, budget);

    private static bool[] Alive(IReadOnlyList<CharacterState> states)
    {
        var sources = new List<int>[states.Count];
        for (int i = 0; i < states.Count; i++)
        {
            foreach (var edge in states[i].Edges)
            {
                (sources[edge.Target] ??= []).Add(i);
            }
        }

        bool[] alive = new bool[states.Count];
        var open = new Stack<int>(Enumerable.Range(0, states.Count).Where(i => states[i].Accepts));
        while (open.TryPop(out int state))
        {
            if (!alive[state])
            {
                alive[state] = true;
                foreach (int source in sources[state] ?? [])
                {
                    open.Push(source);
                }
            }
        }

        return alive;
    }

    private CharacterAutomaton Product(CharacterAutomaton other, bool isDifference, GrammarBudget budget)
    {
        StateNumbers<(int, int)> numbers = new();
        List<CharacterState> states = [];
        numbers.Of((0, 0));
        while (states.Count < numbers.Count)
        {
            var (mine, theirs) = numbers[states.Count];
            bool theyAccept = theirs >= 0 && other.States[theirs].Accepts;
            List<CharacterEdge> edges = [];
            foreach (var edge in States[mine].Edges)
            {
                var rest = edge.Set;
                foreach (var against in theirs < 0 ? [] : other.States[theirs].Edges)
                {
                    budget.Spend(edge.Set.Ranges.Count + against.Set.Ranges.Count);
                    if (edge.Set.Intersect(against.Set) is { IsEmpty: false } both)
                    {
                        edges.Add(new CharacterEdge(both, numbers.Of((edge.Target, against.Target))));
                        rest = rest.Except(both);
                    }
                }

                if (isDifference && !rest.IsEmpty)
                {
                    edges.Add(new CharacterEdge(rest, numbers.Of((edge.Target, -1))));
                }
            }

            states.Add(new CharacterState(edges, States[mine].Accepts && theyAccept != isDifference));
        }

        return Of(states);
    }
}
