using System.Text;
using ExpertCluster.Grammars.Characters;
using ExpertCluster.Grammars.Syntax;

namespace ExpertCluster.Grammars.Programs;

/// <summary>Writes a grammar's program from behind: what comes next is known when a node is written.</summary>
internal sealed class ProgramWriter
{
    /// <summary>Instructions up to which a repeated node is written out; beyond, it is counted.</summary>
    private const int WrittenOut = 64;

    private readonly List<Instruction> _instructions = [];
    private readonly GrammarBudget _budget;
    private readonly int _return;

    private ProgramWriter(GrammarBudget budget)
    {
        _budget = budget;
        _return = Add(new Instruction(Operation.Return));
    }

    /// <exception cref="GrammarException">It needs more instructions than a program may have, allows no text, or has a rule that begins with itself.</exception>
    public static GrammarProgram Write(Grammar grammar, GrammarBudget budget)
    {
        ProgramWriter writer = new(budget);
        int[] entries = [.. grammar.Rules.Select(rule => writer.Write(rule.Node, writer._return))];
        Instruction[] instructions = [.. writer._instructions];
        ProgramCheck.Trim(instructions, entries, budget);
        ProgramCheck.RequireNoLeftRecursion(instructions, entries, grammar.Rules, budget);
        return new GrammarProgram(instructions, entries);
    }

    /// <summary>Where the node's texts start that lead to another instruction.</summary>
    private int Write(GrammarNode node, int next)
    {
        _budget.Spend();
        return node switch
        {
            CharactersNode characters => WriteCharacters([(characters.Set, next)], inJson: false),
            TextsNode texts => WriteTexts(texts.Texts, next),
            SequenceNode sequence => sequence.Parts.Reverse().Aggregate(next, (target, part) => Write(part, target)),
            ChoiceNode choice => Add(new Instruction(Operation.Split) { Targets = [.. choice.Parts.Select(part => Write(part, next))] }),
            RepeatNode repeat => WriteRepeat(repeat, next),
            RuleNode rule => Add(new Instruction(Operation.Call) { Body = rule.Rule, Next = next }),
            AutomatonNode automaton => WriteAutomaton(automaton, next),
            _ => throw new InvalidOperationException($"{node.GetType().Name} can't be written"),
        };
    }

    private int WriteRepeat(RepeatNode repeat, int next)
    {
        var (node, least, most) = (repeat.Node, repeat.Least, repeat.Most);
        if (most is null && least <= 1)
        {
            int loop = Add(default);
            int body = Write(node, loop);
            _instructions[loop] = new Instruction(Operation.Split) { Targets = [body, next] };
            return least == 0 ? loop : body;
        }

        if (most is { } bound && Size(repeat) <= WrittenOut)
        {
            int target = next;
            for (int i = least; i < bound; i++)
            {
                target = Add(new Instruction(Operation.Split) { Targets = [Write(node, target), next] });
            }

            for (int i = 0; i < least; i++)
            {
                target = Write(node, target);
            }

            return target;
        }

        return Add(new Instruction(Operation.Repeat) { Body = Write(node, _return), Next = next, Least = least, Most = most ?? int.MaxValue });
    }

    /// <summary>About how many instructions a node takes, written out; what is above <see cref="WrittenOut"/> does not matter.</summary>
    private static int Size(GrammarNode node) => node switch
    {
        TextsNode texts => Math.Min(texts.Texts.Sum(text => Math.Min(text.Length, WrittenOut)), WrittenOut + 1),
        SequenceNode sequence => Sum(sequence.Parts),
        ChoiceNode choice => Sum(choice.Parts),
        RepeatNode repeat => (int)Math.Min((1L + Size(repeat.Node)) * (repeat.Most ?? Math.Max(1, repeat.Least)), WrittenOut + 1),
        AutomatonNode => WrittenOut + 1,
        _ => 1,
    };

    private static int Sum(IReadOnlyList<GrammarNode> parts)
    {
        int sum = 1;
        for (int i = 0; i < parts.Count && sum <= WrittenOut; i++)
        {
            sum += Size(parts[i]);
        }

        return sum;
    }

    /// <summary>Texts that begin alike share their beginnings.</summary>
    private int WriteTexts(IReadOnlyList<string> texts, int next)
    {
        // 1. A tree of their bytes, parents before children.
        List<SortedList<byte, int>> children = [[]];
        HashSet<int> ends = [];
        foreach (string text in texts)
        {
            int node = 0;
            foreach (byte part in Encoding.UTF8.GetBytes(text))
            {
                _budget.Spend();
                if (!children[node].TryGetValue(part, out int child))
                {
                    child = children.Count;
                    children[node].Add(part, child);
                    children.Add([]);
                }

                node = child;
            }

            ends.Add(node);
        }

        // 2. Its instructions, children before parents.
        int[] at = new int[children.Count];
        for (int node = children.Count - 1; node >= 0; node--)
        {
            at[node] = children[node].Count == 0 ? next : Add(new Instruction(Operation.Bytes) { Edges = [.. children[node].Select(child => new ByteEdge(child.Key, child.Key, at[child.Value]))] });
            if (ends.Contains(node) && at[node] != next)
            {
                at[node] = Add(new Instruction(Operation.Split) { Targets = [at[node], next] });
            }
        }

        return texts.Count == 0 ? Add(new Instruction(Operation.Split)) : at[0];
    }

    private int WriteAutomaton(AutomatonNode node, int next)
    {
        var states = node.Automaton.States;
        int first = _instructions.Count;
        foreach (var _ in states)
        {
            Add(default);
        }

        for (int i = 0; i < states.Count; i++)
        {
            int read = WriteCharacters([.. states[i].Edges.Select(edge => (edge.Set, first + edge.Target))], node.InJson);
            _instructions[first + i] = new Instruction(Operation.Split) { Targets = states[i].Accepts ? [read, next] : [read] };
        }

        return first;
    }

    /// <summary>One character of disjoint sets, each of which leads elsewhere.</summary>
    private int WriteCharacters(IReadOnlyList<(CodePointSet Set, int Next)> sets, bool inJson)
    {
        List<(ByteRange[] Bytes, int Next)> sequences = [];
        foreach (var (set, next) in sets)
        {
            sequences.AddRange(Utf8Sequences.Of(inJson ? set.Intersect(JsonCharacters.Plain) : set).Select(bytes => (bytes, next)));
            if (inJson)
            {
                sequences.AddRange(JsonCharacters.Escaped.Where(escape => set.Contains(escape.CodePoint))
                    .Select(escape => (escape.Spelling.Select(c => new ByteRange((byte)c, (byte)c)).ToArray(), next)));
            }
        }

        _budget.Spend(sequences.Count);
        return WriteSequences(sequences, 0, []);
    }

    /// <summary>From a place of the sequences on, which are alike before it.</summary>
    /// <param name="sequences">None is a beginning of another.</param>
    /// <param name="place">At most 6.</param>
    /// <param name="known">What one byte and an instruction behind it is: the last bytes of most characters are the same.</param>
    private int WriteSequences(List<(ByteRange[] Bytes, int Next)> sequences, int place, Dictionary<(ByteRange, int), int> known)
    {
        if (sequences is [var only] && only.Bytes.Length == place + 1)
        {
            var key = (only.Bytes[place], only.Next);
            if (!known.TryGetValue(key, out int at))
            {
                at = known[key] = AddBytes([new ByteEdge(key.Item1.First, key.Item1.Last, key.Next)]);
            }

            return at;
        }

        return AddBytes([.. sequences.GroupBy(sequence => sequence.Bytes[place]).OrderBy(group => group.Key.First).Select(group =>
        {
            List<(ByteRange[] Bytes, int Next)> rest = [.. group];
            return new ByteEdge(group.Key.First, group.Key.Last, rest[0].Bytes.Length == place + 1 ? rest[0].Next : WriteSequences(rest, place + 1, known));
        })]);
    }

    private int AddBytes(ByteEdge[] edges) => Add(new Instruction(Operation.Bytes) { Edges = edges });

    private int Add(Instruction instruction)
    {
        if (_instructions.Count == GrammarLimits.MaxInstructions)
        {
            throw new GrammarException($"needs a program of more than {GrammarLimits.MaxInstructions} instructions");
        }

        _budget.Spend(1 + (instruction.Edges?.Length ?? 0));
        _instructions.Add(instruction);
        return _instructions.Count - 1;
    }
}
